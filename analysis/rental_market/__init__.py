"""The rental market in China: who entered, on what terms, how large it is said to be.

========================  ====================================================================
``rental_market.entrants``       companies that entered, and what they have earned since
``rental_market.orders``         orders on one basis: rent per server-month or P-year, price per server
``rental_market.sizes``          statements of market size, scopes told apart
``rental_market.history``        what orders would have earned under the rents since
========================  ====================================================================
"""
