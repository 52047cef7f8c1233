"""Verification: a published number worked out again from its inputs, and compared."""
