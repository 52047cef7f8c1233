from .notebook.parameter_values import refuse_unknown_parameters
from .notebook.results import load_results, save_results

__all__ = [
    "load_results",
    "refuse_unknown_parameters",
    "save_results",
]
