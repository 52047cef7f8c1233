"""The verdict as readers see it: evidence, declared thresholds, errors, record, forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.capex.verdict.declared import (
    DECLARED_DATE,
    DUE_DATE,
    NO_SIGNS,
    RULES,
    SIGNS,
    STATEMENTS,
    Rule,
    Side,
)
from analysis.capex.verdict.score import Verdict

FOR, AGAINST, UNKNOWN = "for", "against", "unknown"
SAID = {True: FOR, False: AGAINST, None: UNKNOWN}


def beyond(rule: Rule, side: Side, limit: float) -> str:
    """Write a threshold, a zero without a sign.

    Examples
    --------
    >>> beyond(RULES["rent"], "below", 0.0), beyond(RULES["gap"], "above", 0.25)
    ('below 0%', 'above +25%')
    """
    return f"{side} {rule.form.format(limit).replace('+0%', '0%')}"


def declared_table() -> pd.DataFrame:
    """List indicators and thresholds as declared."""
    rows = {
        rule.label: {
            "speaks_if": beyond(rule, rule.side, rule.threshold),
            "why": rule.why,
            "declared": DECLARED_DATE,
        }
        for rule in RULES.values()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")


def evidence_table(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """Put what each indicator says country beside country, with its value and period."""
    columns: dict[str, list[str]] = {}
    for country, verdict in verdicts.items():
        rows = verdict.evidence
        columns[country] = [
            "" if pd.isna(value) else f"{RULES[str(name)].form.format(value)} ({as_of})"
            for name, value, as_of in zip(rows.index, rows["value"], rows["as_of"], strict=True)
        ]
        columns[f"{country} says"] = [
            SAID[None if pd.isna(one) else bool(one)] for one in rows["speaks"]
        ]
    labels = [rule.label for rule in RULES.values()]
    return pd.DataFrame(columns, index=pd.Index(labels, name="indicator"))


def score_table(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """Score, band, agreement and verdict by country."""
    rows = {
        country: {
            "n_for": one.n_for,
            "n_known": one.n_known,
            "score": one.score,
            "low": one.band[0],
            "high": one.band[1],
            "agreement": one.agreement,
            "word": one.word,
            "confidence": one.confidence,
        }
        for country, one in verdicts.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("country")


def alarm_table(
    calm: Mapping[str, Mapping[str, float]], surge: Mapping[str, Mapping[str, float]]
) -> pd.DataFrame:
    """Put false alarms beside alarms of a bubble of known size, by country and indicator."""
    labels = {
        **{name: rule.label for name, rule in RULES.items()},
        "score": "score of these four, signs of a bubble",
        "score_with_others": "score of all, the others as they are now",
    }
    columns = {}
    for country in calm:
        columns[f"{country}, no bubble"] = pd.Series(calm[country])
        columns[f"{country}, bubble"] = pd.Series(surge[country])
    return pd.DataFrame(columns).rename(index=labels).rename_axis("indicator")


def statements_table(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """List what would prove a verdict wrong, with where it stands now."""
    rows = []
    for one in STATEMENTS:
        if one.country not in verdicts:
            continue
        form, now = RULES[one.rule].form, verdicts[one.country].evidence.loc[one.rule]
        rows.append(
            {
                "country": one.country,
                "statement": one.text,
                "now": form.format(now["value"]),
                "as_of": now["as_of"],
                "wrong_if": beyond(RULES[one.rule], one.side, one.limit),
                "due": DUE_DATE,
            }
        )
    return pd.DataFrame(rows).set_index("country")


def explosive_table(family: pd.DataFrame) -> pd.DataFrame:
    """Explosiveness of every series that is tested, in words."""
    table = family[family["rejects"].notna()].reset_index(level="kind")
    columns = ["kind", "n", "scale", "statistic", "critical_value", "p_value", "p_other_scale"]
    return table[columns].assign(
        p_holm=table["p_holm"],
        explosive=table["rejects"].map({True: "yes", False: "no"}),
        stretch=(table["direction"] + ", " + table["stretch"]).fillna(""),
    )


def untested_table(family: pd.DataFrame) -> pd.DataFrame:
    """Why a series of more than a few periods is not tested."""
    table = family[family["rejects"].isna() & (family["n"] > 1)].reset_index(level="kind")
    return table[["kind", "n", "refused"]]


def explosive_in_words(family: pd.DataFrame) -> str:
    """Say which series are explosive, which way, and on what each hangs."""
    found = family[family["rejects"].eq(True)]
    if found.empty:
        return "No series is explosive at 5 % for all together."
    parts = [
        f"{name} ({kind}) {row.direction}wards, {row.stretch}; without the change of "
        f"{row.hangs_on} its own p-value is {row.p_without:.2f}"
        for (kind, name), row in zip(found.index, found.itertuples(), strict=True)
    ]
    return f"Explosive at 5 % for all series together: {'; '.join(parts)}."


def unadjusted_in_words(adjusted: pd.DataFrame, unadjusted: pd.DataFrame) -> str:
    """Say what the p-value of explosive ratios is where the season is left in."""
    names = adjusted.index[adjusted["rejects"].eq(True)].intersection(unadjusted.index)
    parts = [f"{unadjusted['p_value'][key]:.2f} for {key[1]} ({key[0]})" for key in names]
    return (
        f"Without seasonal adjustment the p-value, alone, is {', '.join(parts)}." if parts else ""
    )


def alarms_in_words(rates: Mapping[str, Mapping[str, float]]) -> str:
    """Say how often the score cries wolf, by country."""
    return ", ".join(f"{country} {one['score']:.1%}" for country, one in rates.items())


def alt_scores(verdicts: Mapping[str, Verdict]) -> str:
    """Say where each country's score and band stand against the two lines."""
    parts = [
        f"{country} {one.score:.2f}, band {one.band[0]:.2f} to {one.band[1]:.2f}"
        for country, one in verdicts.items()
    ]
    return (
        "One line per country from the 5th to the 95th percentile of its score under random "
        "weights, with a mark at equal weights and dashed lines at "
        f"{NO_SIGNS:.2f} and {SIGNS:.2f}: "
        f"{'; '.join(parts)}."
    )


def hits_in_words(hits: pd.DataFrame) -> str:
    """Say how often spending fell after a flag and without one."""
    flagged, others = hits.loc["flagged"], hits.loc["not flagged"]
    return (
        f"Of {flagged['n']:.0f} such years whose next two years are known, spending fell in "
        f"{flagged['fell']:.0f}; of {others['n']:.0f} years that were not flagged, in "
        f"{others['fell']:.0f}."
    )


def sentences_of(verdicts: Mapping[str, Verdict], countries: Sequence[str]) -> str:
    """Join the verdicts' sentences, a paragraph each."""
    return "\n\n".join(f"**{verdicts[country].sentence()}**" for country in countries)
