import pytest

from analysis.capex import Fundamentals, WaveInput, load_fundamentals, wave_inputs


@pytest.fixture(scope="session")
def fundamentals() -> Fundamentals:
    return load_fundamentals()


@pytest.fixture(scope="session")
def inputs(fundamentals: Fundamentals) -> dict[str, WaveInput]:
    return wave_inputs(fundamentals)
