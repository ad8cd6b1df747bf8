"""The digest as text: Markdown, which is as readable in a terminal and in a mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.characters import columns, printable
from ipvault.oversight.insight.digest.model import Bar, Chart, Digest, Section, Table
from ipvault.pages.markdown import table as rows_of
from ipvault.text import _

_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_LONGEST: Final = 30
"""Characters of the longest bar."""


def markdown(digest: Digest) -> str:
    """The whole of it. Nothing that was recorded acts in it."""
    lines = [f"# {title_of(digest)}", "", *(f"- {headline}" for headline in digest.headlines), ""]
    for section in digest.sections:
        lines += _section(section)
    return "\n".join(lines)


def title_of(digest: Digest) -> str:
    """What the digest is called, which names nothing but its days."""
    return _("Digest of the vault, {since} to {until}").format(since=digest.since[:10], until=digest.until[:10])


def sparkline(counts: list[int]) -> str:
    """A character for each count; a dot for none."""
    most = max(counts, default=0)
    return "".join(_BLOCKS[(len(_BLOCKS) * count - 1) // most] if count else "·" for count in counts)


def _section(section: Section) -> Iterator[str]:
    yield from (f"## {section.title}", "")
    if section.about:
        yield from (section.about, "")
    for chart in section.charts:
        yield from (f"### {chart.title}", "", "```text", *_chart(chart), "```", "")
    if section.table is not None:
        yield from (*_table(section.table), "")


def _chart(chart: Chart) -> Iterator[str]:
    if chart.are_days:
        first, last = chart.bars[0].label, chart.bars[-1].label
        most = max(one.value for one in chart.bars)
        yield f"{first} {sparkline([one.value for one in chart.bars])} {last}"
        yield _("the most on a day: {count}").format(count=most)
        return
    labels = [printable(one.label).replace("`", "'") for one in chart.bars]
    width, most = max(map(columns, labels)), max(one.value for one in chart.bars)
    for label, bar in zip(labels, chart.bars, strict=True):
        yield f"{label}{' ' * (width - columns(label))} {_bar(bar, most)} {bar.value}"


def _bar(bar: Bar, most: int) -> str:
    return "█" * max(1, round(_LONGEST * bar.value / most))


def _table(table: Table) -> Iterator[str]:
    if not table.rows:
        yield table.otherwise
        return
    yield from rows_of(table.titles, table.rows)
