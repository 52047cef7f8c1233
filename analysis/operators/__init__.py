"""What the figures of two listed operators say about the business.

====================== ====================================================================
``parallel``           Parallel Technology: revenue by product, per core-hour, per GPU-hour
``kingsoft``           Kingsoft Cloud: quarters, and what its servers cost and earn
``broker_forecasts``   what brokers expected, what came, what the last quarter implied
``operator_comparison`` what operators earn beside what the rental model says they should
====================== ====================================================================
"""
