"""Sentences on terms of rents: each number in them comes from the table that it is of."""

from __future__ import annotations

import pandas as pd

from analysis.rental.faces.case_words import millions, verdict

SHORT = {
    "list prices, median of providers": "list prices",
    "list prices, published index": "an index of list prices",
    "contracts of one year": "contracts of one year",
    "reserved, mixed terms": "reserved prices",
    "index of a data vendor, transactions among its inputs": "a data vendor's index",
    "spot, median of providers": "spot prices",
}


def moved_apart(kinds: pd.DataFrame, gpu: str) -> str:
    """Say how far the kinds of rent rose from their lowest months, the least and the most."""
    if kinds.empty:
        return f"No two months of any rent of {gpu} are known."
    least, most = kinds.loc[[kinds["change"].idxmin()]], kinds.loc[[kinds["change"].idxmax()]]
    ends = [
        f"{_by(row['change'].iloc[0])} ({SHORT[row.index[0][0]]}, to {row['last'].iloc[0]})"
        for row in (most, least)
    ]
    if len(kinds) == 1:
        return f"Rents of {gpu} rose from their lowest month {ends[0]}."
    return (
        f"Of all series of {gpu} rents the one that rose most from its lowest month "
        f"rose {ends[0]}, the one that rose least {ends[1]}."
    )


def saved(discounts: pd.DataFrame) -> str:
    """Say what a commitment of the best known lengths saves."""
    of_length = discounts[discounts.index.str.fullmatch(r"\d+ months")]
    if of_length.empty:
        return "No provider prints a price on demand and one for a year."
    by_length = of_length.loc[sorted(of_length.index, key=lambda term: int(term.split()[0]))]
    parts = [
        f"{row['median']:.0%} for {term} ({_providers(row['n_providers'])})"
        for term, row in by_length.iterrows()
    ]
    return f"Against the price on demand a commitment saves, at the median, {', '.join(parts)}."


def _by(change: float) -> str:
    """Say by how much something rose; what rounds to nothing did not rise.

    Examples
    --------
    >>> _by(0.356), _by(0.004)
    ('by 36%', 'not at all')
    """
    return f"by {change:.0%}" if round(change, 2) else "not at all"


def _providers(count: float) -> str:
    """Count providers in words.

    Examples
    --------
    >>> _providers(1.0), _providers(3.0)
    ('1 provider', '3 providers')
    """
    return f"{count:.0f} provider{'' if count == 1 else 's'}"


def apart(indices: pd.DataFrame) -> float | None:
    """Return the highest index over the lowest, less one; none of fewer than two."""
    rents = indices["rent_usd_per_gpu_hour"]
    return float(rents.iloc[-1] / rents.iloc[0] - 1.0) if len(rents) > 1 else None


def indices(table: pd.DataFrame, day: str) -> str:
    """Say how far apart the indices of one day are."""
    gap = apart(table)
    if gap is None:
        return f"For {day} {'no' if table.empty else 'only one'} index of its rent was published."
    rents = table["rent_usd_per_gpu_hour"]
    return (
        f"Of {len(rents)} indices published for {day} the highest, {rents.iloc[-1]:.2f} USD per "
        f"GPU-hour, lies {gap:.0%} above the lowest."
    )


def purchase(answers: pd.DataFrame, price_cny: float) -> str:
    """Say what a purchase comes to at the lowest and at the highest index."""
    low, high = answers.iloc[0], answers.iloc[-1]
    ends = [
        f"at the {name} index it {verdict(row['npv_flat_cny'], price_cny)} if the rent stays "
        f"({millions(row['npv_flat_cny'])}) and {verdict(row['npv_falling_cny'], price_cny)} if it "
        f"falls ({millions(row['npv_falling_cny'])})"
        for name, row in (("lowest", low), ("highest", high))
    ]
    return (
        f"Without debt, {'; '.join(ends)}. To break even at a flat rent "
        f"{low['share_needed']:.0%} of the lowest index must be paid, or "
        f"{high['share_needed']:.0%} of the highest."
    )


def results(kinds: pd.DataFrame) -> dict[str, float]:
    """Return the changes by kind and source, as names of results."""
    rows = kinds.reset_index()
    names = rows["kind"].map(SHORT) + " " + rows["source_id"]
    keys = names.str.replace(r"[^A-Za-z0-9]+", "_", regex=True)
    return dict(zip(keys, rows["change"].astype(float), strict=True))


def purchase_results(answers: pd.DataFrame) -> dict[str, float]:
    """Return what a purchase comes to at the lowest and at the highest index, as results."""
    return {
        f"{column}_{end}_index": float(answers[column].iloc[place])
        for column in ("npv_flat_cny", "npv_falling_cny", "share_needed")
        for end, place in (("lowest", 0), ("highest", -1))
    }
