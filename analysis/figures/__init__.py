"""House style: what a notebook shows, and how it looks there, on the page and on a phone.

Every picture, table, equation and computed sentence of a notebook goes through one of the
functions here, so that each has a caption, a source and words for those who do not see it.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
