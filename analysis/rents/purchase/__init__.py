"""Rent paths into the rental model: what a purchase of a given month earns."""
