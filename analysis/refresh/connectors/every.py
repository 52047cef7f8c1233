"""Every connector there is, by the groups that `refresh` takes."""

from __future__ import annotations

from typing import Final

from analysis.refresh.connectors.azure import AZURE
from analysis.refresh.connectors.connector import Connector
from analysis.refresh.connectors.eastmoney import EASTMONEY
from analysis.refresh.connectors.ecb import ECB
from analysis.refresh.connectors.ewyluda import EWYLUDA
from analysis.refresh.connectors.getdeploying import GETDEPLOYING
from analysis.refresh.connectors.gpuhunt import GPUHUNT
from analysis.refresh.connectors.gpurentalprices import GPURENTALPRICES
from analysis.refresh.connectors.sec import SEC

CONNECTORS: Final = (ECB, GPURENTALPRICES, GETDEPLOYING, EWYLUDA, AZURE, GPUHUNT, SEC, EASTMONEY)
GROUPS: Final = ("rents", "filings", "fx", "china")


def connectors_of(group: str) -> tuple[Connector, ...]:
    """Return the connectors of a group, or of ``all``.

    Examples
    --------
    >>> [each.source for each in connectors_of("fx")]
    ['ecb-exr']
    """
    return tuple(each for each in CONNECTORS if group in ("all", each.group))
