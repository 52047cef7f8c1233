"""Every reader on generated content: it reads, or refuses in its documented way, and nothing else.

200 examples a reader and form, 1,800 in all: bytes, and sound texts with pieces put in, taken out
and repeated. Any exception but the project's own fails, and so does a warning.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.data.own.reading import understand
from analysis.data.raw_folder import RAW
from analysis.data.tables import load
from analysis.errors import AnalysisError
from analysis.rental.inputs.cases import load_case
from analysis.reports.build.manifest import read_manifest
from analysis.sweeps.grid import load_grid

EXAMPLES = 200
SOUND = {
    ".csv": "date,provider,gpu,price,unit\n2026-08-01,A,8x H100 SXM,$2.50,USD/GPU/hr\n"
    "2026-09-01,B,H200,2.25-2.5,USD/GPU/hr\n",
    ".txt": "日期;供应商;显卡;报价\n2026年8月;甲;H800 8卡;7.5万元/台/月\n",
    ".json": '[{"date": "2026-08-01", "gpu": "H100", "usd_per_gpu_hour": 2.5}]',
    ".jsonl": '{"date": "2026-08-01", "gpu": "H100", "usd_per_gpu_hour": 2.5}\n',
    ".yaml": "tax_rate: 0.25\nutilization: 0.6\nmonths: 60\n",
    ".grid": "grid:\n  utilization: [0.5, 0.6]\nparameters: {tax_rate: 0.25}\n",
    ".yml": "title: T\nlead: L\nreports:\n- {name: a, notebook: rent_terms, title: A}\n",
}
PIECES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "&a",
            "*a",
            "!!",
            "1e999",
            "9" * 30,
            "-0",
            "2026",
            "Q3",
            "NaN",
            "H100",
            "8x",
            "from",
            "1/2/3",
        ]
    ),
    st.sampled_from([*",;\t|\n\"'-–%$€元万/=<{}[]:#0²\ufeff\u200b\x00"]),
    st.sampled_from("\N{FULLWIDTH DIGIT ONE}\N{MINUS SIGN}\N{CYRILLIC CAPITAL LETTER A}"),
)


@st.composite
def changed(draw, text: str) -> bytes:
    """Put pieces into a sound text, take some out, say some twice; or bytes of no sense."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        piece = draw(st.one_of(PIECES, st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "gb18030"]))
    return text.encode(encoding, "replace")


READERS = {
    "quotes, CSV": (".csv", lambda path: understand("quotes", path)),
    "quotes, Chinese": (".txt", lambda path: understand("quotes", path)),
    "quotes, JSON": (".json", lambda path: understand("quotes", path)),
    "quotes, JSON Lines": (".jsonl", lambda path: understand("quotes", path)),
    "server prices": (".csv", lambda path: understand("server-prices", path)),
    "companies": (".csv", lambda path: understand("company", path)),
    "cases": (".yaml", load_case),
    "grids": (".grid", load_grid),
    "manifests": (".yml", read_manifest),
}


@pytest.mark.parametrize(("suffix", "read"), READERS.values(), ids=READERS)
def test_a_reader_reads_or_refuses(suffix, read):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(changed(SOUND[suffix]))
    def reads_or_refuses(content: bytes) -> None:
        path.write_bytes(content)
        with contextlib.suppress(AnalysisError):
            read(path)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{suffix}"
        reads_or_refuses()


def test_a_workbook_of_any_bytes_is_refused(tmp_path):
    """A workbook is a zip with a checksum: bytes that changed do not get far."""
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["date", "gpu", "USD/GPU/hr"])
    book.active.append(["2026-08-01", "H100", 2.5])
    book.save(stream)
    sound = stream.getvalue()
    path = tmp_path / "x.xlsx"

    @settings(max_examples=100, deadline=None, derandomize=True, database=None)
    @given(st.integers(0, len(sound) - 1), st.binary(min_size=1, max_size=8), st.booleans())
    def reads_or_refuses(at: int, piece: bytes, is_cut: bool) -> None:
        path.write_bytes(sound[:at] + (b"" if is_cut else piece + sound[at + len(piece) :]))
        with contextlib.suppress(AnalysisError):
            understand("quotes", path)

    reads_or_refuses()


def test_a_raw_table_of_any_bytes_is_refused(tmp_path):
    """Its hash is sealed, so that each change of its bytes is refused, and by nothing else."""
    for file in RAW.iterdir():
        (tmp_path / file.name).symlink_to(file)
    table = tmp_path / "fx.csv"
    sound = table.read_bytes()
    table.unlink()

    @settings(max_examples=25, deadline=None, derandomize=True, database=None)
    @given(st.integers(0, len(sound) - 1), st.binary(max_size=4))
    def is_refused(at: int, piece: bytes) -> None:
        content = sound[:at] + piece + sound[at + 1 :]
        table.write_bytes(content)
        if content != sound:
            with pytest.raises(AnalysisError):
                load("fx", tmp_path)

    is_refused()
