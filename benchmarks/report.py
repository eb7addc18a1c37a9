"""The tables, in Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.row import Growth, Row

NOT_MEASURED = "-"


def markdown(rows: Sequence[Row], growth: Sequence[Growth], failures: Sequence[str], machine: dict[str, Any]) -> Iterator[str]:
    """Yields the lines of the report: the machine, the table, what was left out, how costs grow, what couldn't be run."""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    yield f"{machine['date']}; {machine['processor']}, {machine['cores']} cores; {machine['system']}; {versions}."
    if rows:
        yield ""
        yield "| what | ours | budget | peer | theirs | theirs / ours | holds | other peers | note |"
        yield "|---|---:|---:|---|---:|---:|---|---|---|"
        yield from (f"| {' | '.join(_cells(row))} |" for row in rows)
        yield from _left_out(rows)
    for by in dict.fromkeys(one.by for one in growth):
        yield from _growth_table(by, [one for one in growth if one.by == by])
    yield from (f"\n{failure}" for failure in failures)


def as_json(rows: Sequence[Row], growth: Sequence[Growth], failures: Sequence[str], machine: dict[str, Any]) -> dict[str, Any]:
    """The same, for programs."""
    figures = [{**asdict(row), "ratio": row.ratio, "holds": row.holds} for row in rows]
    return {**machine, "rows": figures, "growth": [asdict(one) for one in growth], "failures": list(failures)}


def line(row: Row | Growth) -> str:
    """One line of what was measured, for those who wait."""
    if isinstance(row, Row):
        return "; ".join(cell for cell in _cells(row) if cell)
    return f"{row.by}: {row.size:,}; " + "; ".join(f"{what}: {figure(cost) or NOT_MEASURED}" for what, cost in row.costs.items())


def figure(value: float | None) -> str:
    """Three digits that count, and no exponent."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _cells(row: Row) -> Iterator[str]:
    yield row.what
    yield f"{figure(row.ours)} {row.unit}"
    yield f"≤ {figure(row.budget)} {row.unit}" if row.budget is not None else ""
    yield row.peer
    yield f"{figure(row.theirs)} {row.unit}" if row.theirs is not None else ""
    promised = f" (≥ {figure(row.min_ratio)})" if row.min_ratio is not None else ""
    yield f"{figure(row.ratio)}{promised}" if row.ratio is not None else promised.strip()
    yield {True: "yes", False: "**no**", None: ""}[row.holds]
    yield ", ".join(f"{other.name} {figure(other.figure)}" for other in row.others if other.figure is not None)
    yield row.note


def _left_out(rows: Sequence[Row]) -> Iterator[str]:
    """A line a peer and reason, with the rows that lack it."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for peer in row.missing_peers:
            lacking.setdefault((peer.name, peer.left_out), []).append(row.what)
    if lacking:
        yield ""
    for (name, reason), whats in lacking.items():
        yield f"- Left out: {name} ({reason}): {'; '.join(whats)}."


def _growth_table(by: str, rows: Sequence[Growth]) -> Iterator[str]:
    columns = list(dict.fromkeys(what for row in rows for what in row.costs))
    yield f"\nBy {by}:\n"
    yield f"| {' | '.join([by.partition(' (')[0], *columns])} |"
    yield f"|---:|{'---:|' * len(columns)}"
    for row in rows:
        costs = (figure(row.costs.get(what)) or NOT_MEASURED for what in columns)
        yield f"| {' | '.join([f'{row.size:,}', *costs])} |"
