"""Types of arrays, as annotations name them.

``Floats`` are numbers in double precision, ``Integers`` positions and counts, ``Flags`` truths and
``Codes`` small integers that stand for a kind.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
