"""Assumptions of a case: read, checked, and resolved to the arrays that the model takes."""
