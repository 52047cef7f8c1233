"""Table of shares found by simulation beside those that are nominal, printed as it grows."""

from collections.abc import Callable, Iterable

import numpy as np

Row = tuple[str, str, float, float, int]
"""What is simulated, the world, nominal share, share found, and how many draws."""

REACH, REACH_OF_TESTS = 0.03, 0.01
"""How far from nominal an interval and a test may be, simulation apart."""


def print_shares(parts: Iterable[Callable[[], Iterable[Row]]]) -> None:
    """Print a row a share, and whether it lies within what is wanted and two standard errors."""
    print(
        "| interval or test | world | nominal | simulated | within | n |\n|---|---|---|---|---|---|"
    )
    for part in parts:
        for name, world, nominal, share, n in part():
            reach = REACH if nominal > 0.5 else REACH_OF_TESTS
            noise = 2.0 * np.sqrt(nominal * (1.0 - nominal) / n)
            within = "yes" if abs(share - nominal) <= reach + noise else "no"
            print(
                f"| {name} | {world} | {nominal:.1%} | {share:.1%} | {within} | {n} |", flush=True
            )
