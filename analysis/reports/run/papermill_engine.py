"""Papermill's engine, without a write of the whole notebook before and after every cell."""

from __future__ import annotations

from typing import Any, Final

from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.iorw import write_ipynb

SAVED_ONCE: Final = "saved-once"


class SavedOnce(NBClientEngine):
    """Runs notebooks as papermill does, and writes them only when it does not come to the end.

    Papermill itself writes them once at the end, also where a cell raised.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, partial: str, **settings: Any
    ) -> None:
        """Run the cells; the notebook as far as it came is written to `partial`."""
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **settings)
        except Exception:
            write_ipynb(nb_man.nb, partial)
            raise


papermill_engines.register(SAVED_ONCE, SavedOnce)
