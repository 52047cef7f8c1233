"""What the figures of two listed operators say about the business.

=============================  =================================================================
``operators.parallel``         Parallel Technology: revenue by product, per core-hour, per GPU-hour
``operators.kingsoft``         Kingsoft Cloud: quarters, and what its servers cost and earn
``operators.broker_forecasts`` what brokers expected, what came, and what the last quarter implied
=============================  =================================================================
"""
