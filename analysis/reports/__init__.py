"""Notebooks executed and published; the only writer of ``reports/``.

A notebook calls two functions of this package, one after its parameters and one at its end; one
that sums up others loads their results with a third.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
