"""The compiled face read as plain Python, and how close two faces must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.rental import Assumptions, Metrics
from analysis.rental.engines.compiled.lanes import LANES


def interpreted(source: str) -> Callable[..., None]:
    """Return a kernel that Python runs line by line, without its machine code."""
    names: dict[str, Any] = {
        "kept": lambda function: function,
        "offset": lambda row: row * LANES,
        "power": lambda base, exponent: base**exponent,
        "larger": lambda first, second: first if first > second else second,
        "smaller": lambda first, second: first if first < second else second,
    }
    module = "analysis.rental.engines.compiled.lanes"
    needed = f"from {module} import LANES, kept, larger, offset, power, smaller"
    assert needed in source
    exec(source.replace(needed, f"LANES = {LANES}"), names)
    kernel: Callable[..., None] = names["kernel"]
    return kernel


def assert_agree(plain: Metrics, other: Metrics, case: Assumptions) -> None:
    """Compare all measures of two faces, to 1e-9 of their scale."""
    assert set(plain) == set(other)
    for name in plain:
        one, two = plain[name], other[name]
        if name.endswith("_roots"):
            assert one.keys() == two.keys(), name
            for row in one:
                np.testing.assert_allclose(two[row], one[row], rtol=1e-9, atol=1e-9)
        elif name.endswith("_status"):
            np.testing.assert_array_equal(two, one, err_msg=name)
        else:
            money = name.endswith("_cny")
            scale = case.server_price_cny if money else 1.0
            np.testing.assert_allclose(two, one, rtol=1e-9, atol=1e-9 * scale, err_msg=name)
