"""Papermill's engine, without a write of the whole notebook before and after every cell."""

from __future__ import annotations

from typing import Any, Final

from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

SAVED_ONCE: Final = "saved-once"


class SavedOnce(NBClientEngine):
    """Runs notebooks as papermill does, and writes them when they end, by whatever cause."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **settings: Any
    ) -> None:
        """Run the cells; `Engine.execute_notebook` writes the notebook after it, failed or not."""
        path, nb_man.output_path = nb_man.output_path, None
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **settings)
        finally:
            nb_man.output_path = path


papermill_engines.register(SAVED_ONCE, SavedOnce)
