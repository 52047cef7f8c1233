"""Newer figures from sources that allow it: fetched politely, kept whole, landed as a diff."""
