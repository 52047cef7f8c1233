"""Every raw table: what its columns are, where its rows come from, and the table itself."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from analysis import data
from analysis.data.package import read_package
from analysis.reports.site.sheet import Published, Row, Sheet, linked, table

_PROFILES: Final = "https://datapackage.org/profiles/2.0"


def data_sheet(_: Sequence[Published]) -> Sheet:
    """Return all tables, with the files to download."""
    package = read_package()
    files = {f"files/data/{path.name}": path.read_bytes() for path in sorted(data.raw_files())}
    name = "files/data/datapackage.json"
    files[name] = second_version(files[name])
    described = linked("files/data/datapackage.json", "data package (Frictionless)")
    whole = (
        f"<p>Take all of it: the {described} describes every table, column, unit and check; the "
        "files beside it are the tables themselves.</p>"
    )
    parts = [whole]
    for resource in package.resources:
        frame = data.load(resource.name)
        parquet = io.BytesIO()
        frame.to_parquet(parquet)
        files[f"files/data/{resource.name}.parquet"] = parquet.getvalue()
        parts.append(_section(resource, len(frame)))
    return Sheet(
        package.title,
        f"{package.description} {len(package.resources)} tables.",
        "\n".join(parts),
        files,
    )


def second_version(described: bytes) -> bytes:
    """Return the description of the tables by version 2 of the Data Package standard.

    Parameters
    ----------
    described : bytes
        By version 1, whose profiles are kinds of resources since.
    """
    package = json.loads(described)
    del package["profile"]
    resources = []
    for resource in package.pop("resources"):
        assert resource.pop("profile") == "tabular-data-resource", resource["name"]
        resources.append({"name": resource.pop("name"), "type": "table", **resource})
    whole = {"$schema": f"{_PROFILES}/datapackage.json", **package, "resources": resources}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def _section(resource: Any, n_rows: int) -> str:
    name = resource.name
    rows = [
        Row(
            [
                f"<code>{escape(column.name)}</code>",
                escape(str(column.type)),
                escape(getattr(column, "unit", "") or ""),
                escape(column.description),
            ]
        )
        for column in resource.table_schema.fields
    ]
    return (
        f'<section aria-labelledby="table-{name}">\n<h2 id="table-{name}">{escape(resource.title)}'
        f"</h2>\n<p>{escape(resource.description)} {n_rows:,} rows; each names its source "
        f"(see {linked('sources.html', 'sources')}). Download "
        f"{linked(f'files/data/{name}.csv', f'{name}.csv')} or "
        f"{linked(f'files/data/{name}.parquet', f'{name}.parquet')}.</p>\n"
        f"<details><summary>{len(rows)} columns</summary>\n"
        + table(
            f"columns-{name.replace('_', '-')}",
            f"Columns of {name}",
            ["Column", "Type", "Unit", "Meaning"],
            rows,
        )
        + "\n</details></section>"
    )
