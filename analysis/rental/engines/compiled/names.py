"""Names of what a kernel is given, for those who only call one."""

from __future__ import annotations

SCULPTED_SERVICE = "sculpted_service_given_cny"
DRAWN_SHARE = "debt_drawn_share_of_price"
"""Share of the price that sculpted debt comes to; asked for where nothing caps it."""
