"""Connectors: one a source, each of its addresses, its shape, and the rows it becomes."""
