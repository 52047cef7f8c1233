"""A printed figure: the interval it stands for, its precision, its words.

`book` finds printed figures of the claims table by what they are of.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
