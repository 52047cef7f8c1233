"""Company filings: checked figures as discrete calendar quarters, companies side by side."""
