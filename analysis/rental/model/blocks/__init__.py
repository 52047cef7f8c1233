"""The blocks of the declaration, in the order in which a period is computed."""
