from .ledger import Audit, audit, read_committed

__all__ = [
    "Audit",
    "audit",
    "read_committed",
]
