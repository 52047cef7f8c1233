"""GPU names as vendors write them: the chip, its memory, its form, how many."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from analysis.data.own.written import normal

_FAMILIES: Final = (
    (r"RTX\s*PRO\s*(\d{4})", "RTX PRO {}"),
    (r"RTX\s*(A\d{4})", "RTX {}"),
    (r"RTX\s*(6000)\s*ADA", "RTX {} Ada"),
    (r"(?:GEFORCE\s*)?RTX\s*(\d{4}(?:\s*(?:TI|SUPER))?(?:\s*D\b)?)", "RTX{}"),
    (r"(?<![\dA-Z])([2345]0[6789]0(?:\s*TI)?(?:\s*D\b)?)(?![\d])", "RTX{}"),
    (r"(?:HUAWEI\s*)?(?:ASCEND|昇腾|升腾)\s*-?\s*(910\s*[A-D]?)", "Ascend {}"),
    (r"(?<![\dA-Z])(910\s*[A-D])(?![\dA-Z])", "Ascend {}"),
    (r"MI\s*(\d{3}[XA]?)", "MI{}"),
    (r"GAUDI\s*-?\s*(\d)", "Gaudi {}"),
    (r"(?<![A-Z\d])((?:GB|GH|B|H|A|L|V|P|T)\d{2,3}[SG]?|[LTP]4)(?!\d|[A-WYZ]|X(?!\d))", "{}"),
)
_INSTANCES: Final = {
    "P6 B200.48XLARGE": ("B200", 8),
    "P5EN.48XLARGE": ("H200", 8),
    "P5E.48XLARGE": ("H200", 8),
    "P5.48XLARGE": ("H100", 8),
    "P5.4XLARGE": ("H100", 1),
    "P4DE.24XLARGE": ("A100", 8),
    "P4D.24XLARGE": ("A100", 8),
    "A3 ULTRAGPU 8G": ("H200", 8),
    "A3 MEGAGPU 8G": ("H100", 8),
    "A3 HIGHGPU 8G": ("H100", 8),
    "A4 HIGHGPU 8G": ("B200", 8),
    "ND96ISR H100": ("H100", 8),
    "ND96ISR H200": ("H200", 8),
    "ND96ASR": ("A100", 8),
    "ND96AMSR": ("A100", 8),
}
"""Names of instances that hide the GPU; clouds keep their meaning."""
_CHIP_GPUS: Final = {"HGX": 8, "DGX": 8}
_FORMS: Final = (
    (r"SXM\s*-?\d?", "SXM"),
    (r"PCI\s*-?\s*E(?:XPRESS)?", "PCIe"),
    (r"NVL\d*", "NVL"),
    (r"OAM", "OAM"),
)
_COUNTS: Final = (
    r"(?<![\d.])(\d{1,3})\s*[X×*]\s*(?=[A-Z昇升])",
    r"[X×*]\s*(\d{1,3})(?![\d.]|\s*GB)",
    r"(?<!\d)(\d{1,3})\s*(?:卡|GPUS?\b|CARDS?\b|张)",
    r"\((\d{1,3})\)",
)
_MEMORY: Final = r"(?<![\d.A-Z])(\d{2,3})\s*(?:GB?|GIB)\b"
_NOISE: Final = (
    r"\b(?:NVIDIA|AMD|INTEL|TENSOR|CORE|GPUS?|GEFORCE|TESLA|SERVER|BARE\s*METAL|CLOUD)\b"
)


@dataclass(frozen=True)
class GpuName:
    """What a written name says; what it does not say is zero or empty.

    Parameters
    ----------
    gpu : str
        The chip, as the public tables name it.
    memory_gb : float
        GB per GPU.
    form_factor : str
        SXM, PCIe, NVL or OAM.
    n_gpus : int
        GPUs of the offer.
    """

    gpu: str
    memory_gb: float = 0.0
    form_factor: str = ""
    n_gpus: int = 0


def read_gpu_name(written: str) -> GpuName:
    """Read a vendor's name of a GPU, of several of them, or of a server with them.

    A name of no family that is known is kept as it is, without maker, memory and form: a new GPU
    needs no list.

    Examples
    --------
    >>> read_gpu_name("H100 SXM5 80GB")
    GpuName(gpu='H100', memory_gb=80.0, form_factor='SXM', n_gpus=0)
    >>> read_gpu_name("8x H100"), read_gpu_name("HGX H200").n_gpus
    (GpuName(gpu='H100', memory_gb=0.0, form_factor='', n_gpus=8), 8)
    >>> read_gpu_name("NVIDIA GeForce RTX 4090 24G").gpu, read_gpu_name("昇腾910B").gpu
    ('RTX4090', 'Ascend 910B')
    >>> read_gpu_name("NVIDIA R300 SXM").gpu
    'R300'
    """
    text = normal(written)
    upper = text.upper().replace("_", " ").replace("-", " ")
    form = next((name for pattern, name in _FORMS if re.search(pattern, upper)), "")
    memory = re.search(_MEMORY, upper)
    gpu, rest = _chip(upper)
    for instance, (chip, n_gpus) in _INSTANCES.items():
        if instance in upper:
            return GpuName(chip, float(memory[1]) if memory else 0.0, form, n_gpus)
    patterns = _COUNTS if gpu else (_COUNTS[0], _COUNTS[2])
    n_gpus = next((int(m[1]) for pattern in patterns if (m := re.search(pattern, rest))), 0)
    if not n_gpus:
        n_gpus = next((n for word, n in _CHIP_GPUS.items() if word in upper), 0)
    return GpuName(gpu or _plain(text), float(memory[1]) if memory else 0.0, form, n_gpus)


def is_known_gpu(written: str) -> bool:
    """Whether a text names a GPU of a family that is known.

    Examples
    --------
    >>> is_known_gpu("H100 SXM ($/GPU/hr)"), is_known_gpu("GPU type")
    (True, False)
    """
    return bool(_chip(normal(written).upper().replace("_", " ").replace("-", " "))[0])


def without_gpu(written: str) -> str:
    """Return what a heading says besides the GPU.

    Examples
    --------
    >>> without_gpu("H100 SXM ($/GPU/hr)"), without_gpu("B200")
    ('SXM ($/GPU/hr)', '')
    """
    text = normal(written)
    for pattern, _ in _FAMILIES:
        if match := re.search(pattern, text.upper()):
            return f"{text[: match.start()]}{text[match.end() :]}".strip()
    return text


def _chip(upper: str) -> tuple[str, str]:
    """Name of the chip, and the text with a mark in its place."""
    for pattern, name in _FAMILIES:
        if match := re.search(pattern, upper):
            model = re.sub(r"\s+", " ", match[1]).strip()
            model = re.sub(
                r"(?<=\d)\s*(?=TI\b|D\b)|(?<=910)\s+", " " if "TI" in model else "", model
            )
            rest = f"{upper[: match.start()]}A{upper[match.end() :]}"
            return name.format(model.replace("TI", "Ti").replace("SUPER", "Super")), rest
    return "", upper


def _plain(text: str) -> str:
    """Name of a GPU of no family that is known, without what is said elsewhere."""
    bare = text
    for pattern in (_NOISE, *_COUNTS[:3], _MEMORY, *(pattern for pattern, _ in _FORMS)):
        bare = re.sub(pattern, " ", bare, flags=re.IGNORECASE)
    return " ".join(bare.replace("_", " ").split()).strip(" -,()/") or text
