"""Which assumptions move the answer: tornado, two-way table, Sobol' indices, break-even frontier.

A handful of scenarios is evaluated by the plain engine, which needs no compilation; Sobol' indices,
which take a hundred thousand, by the compiled one.
"""
