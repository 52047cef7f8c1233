"""What a function displayed, without a notebook."""

import pytest


@pytest.fixture
def displayed(monkeypatch):
    """Collect the outputs that functions under test display."""
    outputs = []

    def keep(bundle, *, raw):
        assert raw
        outputs.append(bundle)

    monkeypatch.setattr("IPython.display.display", keep)
    return outputs
