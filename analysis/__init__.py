"""Compute rental economics: does renting out AI compute pay, and is its spending a bubble?

Notebooks call these families; each reads the same way, a validated input, pure functions on arrays
or frames, a result that prints and plots itself.

==================  =========================================================
``analysis.data``   raw tables in, validated frames out
``analysis.rental`` a server as an investment
``analysis.figures`` house style of figures and tables
``analysis.reports`` notebooks executed and published
==================  =========================================================
"""
