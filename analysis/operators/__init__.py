"""What the figures of listed operators say about the business.

====================== ====================================================================
``parallel``           Parallel Technology: revenue by product, per core-hour, per GPU-hour
``kingsoft``           Kingsoft Cloud: quarters, and what its servers cost and earn
``broker_forecasts``   what brokers expected, what came, what the last quarter implied
``listed``             listed operators side by side, abroad and in China, and what debt costs them
``operator_comparison`` what operators earn beside what the rental model says they should
====================== ====================================================================
"""
