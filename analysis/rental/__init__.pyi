from .engines.dated_irr import xirr
from .engines.evaluation import evaluate, measure
from .engines.irr import IrrResult, irr, irr_roots
from .engines.measures import Metrics
from .engines.result import RentalResult
from .engines.root_isolation import npv
from .faces.equations import equations
from .faces.workbook.writer import write_workbook
from .inputs.assumptions import Assumptions
from .inputs.billing import convert_rent
from .inputs.cases import case_names, load_case
from .questions.inverse import Solution, solve
from .questions.own_or_rent import own_or_rent
from .questions.sensitivity.frontier import frontier
from .questions.sensitivity.sobol import sobol
from .questions.sensitivity.tornado import tornado
from .questions.sensitivity.two_way import two_way
from .questions.simulate.illustrative import illustrative
from .questions.simulate.simulation import simulate, simulate_to
from .questions.simulate.uncertainty import Uncertainty, load_uncertainty

__all__ = [
    "Assumptions",
    "IrrResult",
    "Metrics",
    "RentalResult",
    "Solution",
    "Uncertainty",
    "case_names",
    "convert_rent",
    "equations",
    "evaluate",
    "frontier",
    "illustrative",
    "irr",
    "irr_roots",
    "load_case",
    "load_uncertainty",
    "measure",
    "npv",
    "own_or_rent",
    "simulate",
    "simulate_to",
    "sobol",
    "solve",
    "tornado",
    "two_way",
    "write_workbook",
    "xirr",
]
