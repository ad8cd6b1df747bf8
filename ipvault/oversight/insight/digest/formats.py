"""The forms in which a digest is written."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

from ipvault.oversight.insight.digest.mail import mail
from ipvault.oversight.insight.digest.markdown import markdown
from ipvault.oversight.insight.digest.model import Chart, Digest, Section
from ipvault.oversight.insight.digest.page import page
from ipvault.text import as_json


def to_json(digest: Digest) -> dict[str, Any]:
    """The digest for programs."""
    return {
        "vault": digest.vault,
        "since": digest.since,
        "until": digest.until,
        "headlines": list(digest.headlines),
        "sections": [_section(section) for section in digest.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    table = section.table
    return {
        "section": section.key,
        "title": section.title,
        "charts": [_chart(chart) for chart in section.charts],
        "columns": list(table.titles) if table else [],
        "rows": [list(row) for row in table.rows] if table else [],
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {"chart": chart.key, "title": chart.title, "bars": [bar._asdict() for bar in chart.bars]}


FORMATS: Final[MappingProxyType[str, Callable[[Digest], str]]] = MappingProxyType(
    {
        "md": markdown,
        "html": page,
        "eml": mail,
        "json": lambda digest: as_json(to_json(digest)) + "\n",
    }
)
"""What writes each."""
