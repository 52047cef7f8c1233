"""Compute rental economics: does renting out AI compute pay, and is its spending a bubble?

Notebooks call these families; each reads the same way, a validated input, pure functions on arrays
or frames, a small record that prints itself. Data flows one way: ``data/raw``, `analysis.data`,
the families, the notebooks, the reports.

========================  ===================================================
``analysis.data``         raw tables in, validated frames out
``analysis.rental``       a server as an investment
``analysis.rents``        how rents move, and what a forecast of them is worth
``analysis.capex``        capital spending, its indicators, and depreciation to come
``analysis.exuberance``   right-tailed tests for explosive series
``analysis.figures``      house style of figures and tables
``analysis.reports``      notebooks executed and published
========================  ===================================================
"""

import lazy_loader as lazy

from analysis.kernel_cache import ensure_kernel_cache

ensure_kernel_cache()
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
