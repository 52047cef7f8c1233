"""The rental market in China: who entered, on what terms, how large it is said to be.

========================  ====================================================================
``market.entrants``       companies that entered, and what they have earned since
``market.orders``         orders on one basis: rent per server-month or P-year, price per server
``market.sizes``          statements of market size, scopes told apart
``market.history``        what orders would have earned under the rents since
========================  ====================================================================
"""
