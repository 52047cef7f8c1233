"""Raw tables in, validated frames out: the only reader of ``data/raw``.

``data/raw/datapackage.json`` says what every table holds; :func:`load` returns a table that holds
exactly that, or refuses with every fault at once. Notebooks pass tables on with
:func:`save_processed` and :func:`load_processed`.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
