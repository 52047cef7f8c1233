"""The command that says what the Chinese pages still want, for their translators."""

from __future__ import annotations

from typing import Annotated

import typer


def translate(
    name: Annotated[
        str, typer.Argument(metavar="[CATALOG]", help="A notebook or page, as in `rental-model`.")
    ] = "",
    missing: Annotated[
        bool, typer.Option("--missing", help="Print messages without a translation as a .po file.")
    ] = False,
    unused: Annotated[
        bool, typer.Option("--unused", help="Print messages that no page has any more.")
    ] = False,
) -> None:
    """Say what the catalogs of the Chinese pages lack, or hold for nothing.

    Pages are taken as they were last built. Without an option the catalogs are counted. Exits
    with 1 if a catalog lacks a message.

    Examples: `python -m analysis translate --missing rental-model`,
    `python -m analysis translate --unused`,
    `python -m analysis translate`
    """
    from analysis.errors import Fault, ParameterError
    from analysis.near_names import one_of
    from analysis.reports.build.manifest import read_manifest
    from analysis.reports.build.pages import translated
    from analysis.reports.build.twins import catalog_names
    from analysis.reports.translation.message_catalogs import catalogs, entries, skeleton
    from analysis.revision import current_revision

    manifest = read_manifest()
    known = catalog_names(manifest)
    if name and name not in known:
        raise ParameterError([Fault("command line", None, "CATALOG", name, one_of(name, known))])
    revision = current_revision()
    lacks = False
    for catalog in [name] if name else sorted(catalogs()):
        found = translated(catalog, manifest, revision)
        lacks |= bool(found.missing)
        held = entries(catalog)
        idle = [message for message in held if (catalog, message) not in found.used]
        if missing:
            typer.echo(skeleton(found.missing), nl=False)
        if unused:
            typer.echo(skeleton(idle), nl=False)
        if not (missing or unused):
            typer.echo(
                f"{catalog}: {len(held)} translated, {len(found.missing)} missing, "
                f"{len(idle)} unused"
            )
    raise typer.Exit(int(lacks))
