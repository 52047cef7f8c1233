"""The claims audited: every printed figure, what it can stand for, and whether it holds.

`audit` gives verdicts on every claim of the ledger, with the numbers behind them.
Checks are declared in ``checks/*.yaml``, in the little language of
``analysis.claims.check_language``.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
