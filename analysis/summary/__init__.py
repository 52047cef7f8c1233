"""The answers of all reports on one page, in English and Chinese.

Sentences are templates in ``lines.yaml``, filled with the numbers that the reports saved; nothing
is computed here a second time.
"""
