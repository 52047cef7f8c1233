"""A GPU server as an investment.

>>> from analysis.rental import Assumptions, evaluate
>>> round(float(evaluate(Assumptions()).metrics.payback_source_years[0]), 2)
3.02
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
