"""The rental market in China: who entered, on what terms, how large it is said to be.

=================  ======================================================================
``entrants``       companies that entered, and what they have earned since
``orders``         orders on one basis: rent per server-month or P-year, price per server
``became``         what became of the companies named for their orders
``billing_modes``  one server under each way of billing
``cheap_power``    a planned site: what its tariff is worth, what its racks carry
``sizes``          statements of market size, scopes told apart
``history``        what orders would have earned under the rents since
``plans``          what entrants said they would build
=================  ======================================================================
"""
