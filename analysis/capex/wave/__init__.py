"""The depreciation wave: vintages, useful lives, projection with bands, profit test, backtest."""
