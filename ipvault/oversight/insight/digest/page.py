"""The digest as a page, to read and to print."""

from __future__ import annotations

from ipvault import __version__
from ipvault.oversight.insight.digest.charts import drawn
from ipvault.oversight.insight.digest.markdown import title_of
from ipvault.oversight.insight.digest.model import Digest, Section, Table
from ipvault.pages.markup import Markup, element
from ipvault.pages.page import page_of, plain_table
from ipvault.records.domains import is_day
from ipvault.text import _


def page(digest: Digest) -> str:
    """The whole of it. Nothing that was recorded acts in it."""
    heading = element(
        "header",
        element("p", _("Digest"), class_="kind"),
        element("h1", f"{digest.since[:10]} \N{EN DASH} {digest.until[:10]}"),
        element("ul", *(element("li", headline) for headline in digest.headlines), class_="lead"),
        class_="cover",
    )
    text = _("Made with ipvault {version} for {name}, of the vault {vault}, up to {time} UTC.")
    until = f"{digest.until[:10]} {digest.until[11:16]}"
    told = text.format(version=__version__, name=digest.maker, vault=digest.vault, time=until)
    footer = element("footer", element("p", told))
    return page_of(title_of(digest), heading, *map(_section, digest.sections), footer)


def _section(section: Section) -> Markup:
    parts = [element("h2", section.title)]
    if section.about:
        parts.append(element("p", section.about, class_="about"))
    parts += [element("figure", element("figcaption", chart.title), drawn(chart)) for chart in section.charts]
    if section.table is not None:
        parts.append(_table(section.table))
    return element("section", *parts, id=section.key)


def _table(table: Table) -> Markup:
    if not table.rows:
        return element("p", table.otherwise, class_="none")
    return plain_table(table.titles, (map(_cell, row) for row in table.rows))


def _cell(text: str) -> Markup:
    return element("td", text, class_="word") if is_day(text) else element("td", text)
