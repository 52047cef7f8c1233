"""Store of own tables: ``data/own``, described as the public ones are, never among them."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from analysis.data.own.kinds import KINDS, Kind, OwnDataError, kind_of, words
from analysis.data.own.meaning import meaning_faults
from analysis.data.own.reading import Reading, understand
from analysis.data.package import FILE_NAME, pretty
from analysis.data.table_size import OWN_LIMIT
from analysis.data.tables import content_hash, load
from analysis.errors import Fault
from analysis.files import write_whole
from analysis.paths import OWN, OWN_VARIABLE
from analysis.spreadsheet_text import csv_text

OWN_SOURCE: Final = "own:"
"""How the source of an own row begins; the name of its file follows."""

UNITS: Final = {
    "memory_gb": "GB per GPU",
    "offer_gpus": "GPUs",
    "price_low": "as in column unit",
    "price_high": "as in column unit",
    "value_low": "as in column unit",
    "value_high": "as in column unit",
    "fp16_dense_tflops": "TFLOPS per GPU",
    "usd_per_unit": "USD per unit of the currency",
    "value_m": "million, in the currency of the row",
}
DATES: Final = ("quote_date", "fact_date", "period_start_date", "period_end_date")
MAY_BE_EMPTY: Final = words(
    "memory_gb, form_factor, offer_gpus, qualifier, flag, fp16_dense_tflops, note, definition"
)


class Added(NamedTuple):
    """What was read of an own table, and what was kept.

    Parameters
    ----------
    reading : Reading
        As it was understood.
    rows : DataFrame
        Rows to be kept, in the columns of their table.
    refused : tuple of Fault
        Every row that is not, with the reason.
    path : Path
        Where the table is.
    """

    reading: Reading
    rows: pd.DataFrame
    refused: tuple[Fault, ...]
    path: Path


def read_quotes(
    quotes: pd.DataFrame | Path | str,
    *,
    accept: Collection[int] = (),
    name: str = "frame",
    **said: Any,
) -> pd.DataFrame:
    """Read own rent quotes into the form that `analysis.rents` takes.

    Parameters
    ----------
    quotes : DataFrame, Path or str
        A frame, or a CSV or Excel file, with columns of any usual names.
    accept : collection of int
        Rows that are right though they stand apart; the header is row 1.
    name : str
        Name of a frame in faults and as a source.
    **said
        ``mapping``, ``fixed``, ``sheet`` and ``today`` as in `understand`.

    Returns
    -------
    DataFrame
        A row a quote, in the columns of the raw tables of rent quotes, their source ``own:NAME``.

    Raises
    ------
    OwnDataError
        Every row that cannot be read, with the reason.

    Examples
    --------
    >>> mine = pd.DataFrame({"Date": ["2026-11-01"], "GPU": ["8x H100"], "Price": ["$19.92/hr"]})
    >>> read_quotes(mine)[["gpu", "offer_gpus", "price_low", "unit"]].values.tolist()
    [['H100', 8, 19.92, 'USD per server-hour']]
    """
    source = quotes if isinstance(quotes, pd.DataFrame) else Path(quotes)
    rows, refused = _judged(understand("quotes", source, name=name, **said), accept)
    if refused:
        raise OwnDataError(refused)
    return rows


def add(
    kind_name: str,
    source: Path,
    *,
    accept: Collection[int] = (),
    is_dry: bool = False,
    folder: Path | None = None,
    **said: Any,
) -> Added:
    """Add a file to the own table of its kind; rows of a file of the same name are replaced.

    Parameters
    ----------
    kind_name : str
        Kind of the table.
    source : Path
        CSV or Excel file.
    accept : collection of int
        Rows that are right though they stand apart.
    is_dry : bool
        Read and judge only.
    folder : Path, optional
        Where own tables are kept, ``data/own`` where not given.
    **said
        As in `understand`.

    Raises
    ------
    OwnDataError
        The file cannot be read, or none of its rows; nothing is written.
    """
    folder = own_folder() if folder is None else folder
    reading = understand(kind_name, source, **said)
    rows, refused = _judged(reading, accept)
    if rows.empty:
        empty = Fault(reading.file, None, None, "no row that could be kept", "one row at least")
        raise OwnDataError(refused or [empty])
    path = folder / f"{_table(reading.kind)}.csv"
    if not is_dry:
        kept = load_own(kind_name, folder, is_whole=True)
        others = kept[kept["source_id"] != f"{OWN_SOURCE}{reading.file}"]
        whole = pd.concat([others, rows], ignore_index=True) if len(others) else rows
        if len(whole) > OWN_LIMIT.rows:
            found = f"{len(whole):,} rows with those of other files"
            raise OwnDataError([Fault(path.name, None, None, found, str(OWN_LIMIT))])
        _write(reading.kind, whole, folder)
    return Added(reading, rows, refused, path)


def own_folder() -> Path:
    """Return where own tables are kept, ``data/own`` where the environment names no other place."""
    return Path(os.environ.get(OWN_VARIABLE) or OWN)


def own_state(kind_name: str) -> tuple[str, int, int]:
    """Return what changes when an own table does: its path, its size, and when it was written.

    Examples
    --------
    >>> own_state("quotes")[0].endswith("own_quotes.csv")
    True
    """
    path = own_folder() / f"{_table(kind_of(kind_name))}.csv"
    if not path.is_file():
        return str(path), 0, 0
    status = path.stat()
    return str(path), status.st_size, status.st_mtime_ns


def own_files(folder: Path | None = None) -> list[str]:
    """Return the files that the rows of own tables came from, whatever their kind.

    Examples
    --------
    >>> own_files(Path("/nowhere"))
    []
    """
    sources = pd.concat([load_own(name, folder, is_whole=True)["source_id"] for name in KINDS])
    return sorted(sources.str.removeprefix(OWN_SOURCE).unique())


def write_own_without(file: str, to: Path, folder: Path | None = None) -> None:
    """Write the own tables without the rows of one file.

    Parameters
    ----------
    file : str
        Name of the file that was added.
    to : Path
        Folder of the copy.
    folder : Path, optional
        Where own tables are kept.
    """
    for name, kind in KINDS.items():
        mine = load_own(name, folder, is_whole=True)
        if len(rest := mine[mine["source_id"] != f"{OWN_SOURCE}{file}"]):
            _write(kind, rest.reset_index(drop=True), to)


def load_own(kind_name: str, folder: Path | None = None, *, is_whole: bool = False) -> pd.DataFrame:
    """Load the own table of a kind, validated as the public ones are; empty where there is none.

    Parameters
    ----------
    kind_name : str
        Kind of the table.
    folder : Path, optional
        Where own tables are kept.
    is_whole : bool
        Whatever the day that tables are asked for as of, for what writes them again.

    Examples
    --------
    >>> load_own("quotes", Path("/nowhere")).empty
    True
    """
    kind, folder = kind_of(kind_name), own_folder() if folder is None else folder
    if not (folder / FILE_NAME).is_file() or _table(kind) not in _described(folder):
        return _empty(kind)
    return load(_table(kind), folder, is_whole=is_whole, limit=OWN_LIMIT)


def template(kind_name: str) -> str:
    """Return an empty table of a kind as CSV: columns, what each means, and one row to replace."""
    kind = kind_of(kind_name)
    fields = [field for field in kind.fields if field.name not in ("price_low", "price_high")]
    lines = [
        f"# {kind.title}, one a row. Lines that begin with # are left out.",
        *(
            f"# {field.name}: {field.meaning}{'' if field.is_required else ' (may be empty)'}"
            for field in fields
        ),
    ]
    if kind.note:
        lines.append(f"# {kind.note}")
    header = pd.DataFrame([{field.name: field.example for field in fields}])
    return "\n".join(lines) + "\n" + header.to_csv(index=False, lineterminator="\n")


def _judged(reading: Reading, accept: Collection[int]) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Rows to be kept, and all that are refused."""
    faults = meaning_faults(reading)
    accepted = {label for label, fault in faults.items() if fault.row in accept}
    doubtful = {label: fault for label, fault in faults.items() if label not in accepted}
    rows = reading.rows.drop(index=list(doubtful))
    line = rows.pop("line").astype(str)
    sheet = rows.pop("file").str.removeprefix(reading.file).str.removeprefix(", ")
    terms: pd.Series | str = rows.get("metric", "")
    if "contract" in rows:
        terms = rows["contract"].where(rows["contract"] != "on-demand", "")
    rows = rows.assign(
        source_id=f"{OWN_SOURCE}{reading.file}", place=sheet + " row " + line + " " + terms
    )
    rows["place"] = rows["place"].str.strip()
    n_before = rows.groupby("place").cumcount()  # of a line with several prices of one kind
    rows["place"] += (" (" + (n_before + 1).astype(str) + ")").where(n_before > 0, "")
    ordered = rows.reindex(columns=_columns(reading.kind)).reset_index(drop=True)
    refused = sorted([*reading.refused, *doubtful.values()], key=lambda fault: fault.row or 0)
    return ordered, tuple(refused) if len(ordered) else _once_each(refused)


def _once_each(faults: list[Fault]) -> tuple[Fault, ...]:
    """Say once what is wrong with every row of a table."""
    first: dict[tuple[str | None, str, str], Fault] = {}
    for fault in faults:
        first.setdefault((fault.column, fault.value, fault.expected), fault)
    return tuple(first.values())


_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "quotes": words(
        "quote_date, date_precision, gpu, memory_gb, form_factor, offer_gpus, provider, segment, "
        "contract, price_low, price_high, unit, qualifier, flag, source_id, place, kind, note, "
        "fp16_dense_tflops"
    ),
    "server-prices": words(
        "quantity, item, gpu, fact_date, date_precision, value_low, value_high, unit, "
        "offer_gpus, provider, source_id, place, kind, note"
    ),
    "fx": words(
        "currency, period_start_date, period_end_date, usd_per_unit, source_id, place, note"
    ),
    "company": words(
        "company, period_start_date, period_end_date, currency, metric, definition, value_m, "
        "source_id, place, kind, note"
    ),
}


def _columns(kind: Kind) -> list[str]:
    return list(_COLUMNS["company" if kind.name == "operators" else kind.name])


def _table(kind: Kind) -> str:
    return f"own_{kind.name.replace('-', '_')}"


def _empty(kind: Kind) -> pd.DataFrame:
    dtypes = dict.fromkeys(UNITS, "float64") | dict.fromkeys(DATES, "datetime64[s]")
    dtypes["offer_gpus"] = "Int64"
    return pd.DataFrame(
        {name: pd.Series(dtype=dtypes.get(name, "object")) for name in _columns(kind)}
    )


def _described(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / FILE_NAME
    if not path.is_file():
        return {}
    return {each["name"]: each for each in json.loads(path.read_text("utf-8"))["resources"]}


def _write(kind: Kind, rows: pd.DataFrame, folder: Path) -> None:
    """Write a table and its description, each in one step, the description last."""
    content = _csv(rows)
    path = folder / f"{_table(kind)}.csv"
    resources = _described(folder) | {_table(kind): _resource(kind, rows, content)}
    package = {
        "profile": "tabular-data-package",
        "name": "own-numbers",
        "title": "Own numbers of this computer's user",
        "description": "Added by `data add`; not part of the published tables.",
        "licenses": [{"title": "The user's own", "path": FILE_NAME}],
        "sources": [{"title": "The files named in column source_id", "path": FILE_NAME}],
        "resources": [resources[name] for name in sorted(resources)],
    }
    write_whole(path, content)
    write_whole(folder / FILE_NAME, pretty(package) + "\n")


def _csv(rows: pd.DataFrame) -> bytes:
    texts = rows.copy()
    for column in texts:
        if column in DATES:
            texts[column] = pd.to_datetime(texts[column]).dt.strftime("%Y-%m-%d")
        elif column in UNITS:
            texts[column] = [_plain(value) for value in texts[column]]
        else:
            texts[column] = texts[column].map(lambda text: " ".join(str(text).split()))
    return csv_text(texts, index=False).encode("utf-8")


def _plain(value: Any) -> str:
    """Write a number without exponent, with all its digits."""
    if pd.isna(value):
        return ""
    number = float(value)
    if number.is_integer():
        return str(int(number))
    return f"{number:.17f}".rstrip("0") if abs(number) < 1e-4 else repr(number)


def _resource(kind: Kind, rows: pd.DataFrame, content: bytes) -> dict[str, Any]:
    fields = []
    for name in _columns(kind):
        field = kind.by_name.get(name)
        column: dict[str, Any] = {
            "name": name,
            "type": _type(name),
            "description": field.meaning if field else name.replace("_", " "),
        }
        if name in UNITS:
            column["unit"] = UNITS[name]
        limits: dict[str, Any] = {} if name in MAY_BE_EMPTY else {"required": True}
        if name in UNITS and name != "value_m":
            limits["minimum"] = 0
        if limits:
            column["constraints"] = limits
        fields.append(column)
    return {
        "profile": "tabular-data-resource",
        "name": _table(kind),
        "path": f"{_table(kind)}.csv",
        "title": kind.title,
        "description": "Rows added from the files named in source_id.",
        "hash": content_hash(content),
        "rows": len(rows),
        "retrieved": date.today().isoformat(),
        "schema": {"fields": fields, "primaryKey": ["source_id", "place"], "missingValues": [""]},
        "checks": {"inOrder": _in_order(rows.columns)},
    }


def _type(name: str) -> str:
    if name in DATES:
        return "date"
    if name == "offer_gpus":
        return "integer"
    return "number" if name in UNITS else "string"


def _in_order(columns: Iterable[str]) -> list[dict[str, str]]:
    pairs = (("price_low", "price_high"), ("value_low", "value_high"))
    return [{"low": low, "high": high} for low, high in pairs if low in set(columns)]
