"""Short papers to read, to print and to send: letters, certificates, accounts. Nothing that they say acts in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from ipvault.catalog.items import names_by_id
from ipvault.characters import printable
from ipvault.pages.markdown import plain, table
from ipvault.pages.markup import Markup, element, lines, text
from ipvault.text import _
from ipvault.vault.vault import Vault

TEXT: Final = "text"
MARKDOWN: Final = "markdown"
HTML: Final = "html"
FORMS: Final = {TEXT: ".txt", MARKDOWN: ".md", HTML: ".html"}
"""The forms of a paper, with how the names of their files end."""

_STYLE: Final = "body{max-width:48em;margin:2em auto;font-family:serif}td,th{text-align:left;padding:.2em .6em}"


class Points(NamedTuple):
    """A list."""

    points: tuple[str, ...]


class Grid(NamedTuple):
    """A table."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Paper(NamedTuple):
    """A title, facts as labels and values, then paragraphs, lists and tables."""

    title: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[str | Points | Grid, ...]


def drawn_up(vault: Vault, day: str) -> tuple[tuple[str, str], ...]:
    """The facts of a paper by whoever has the vault open: of which vault it is, of which day, and by whom."""
    maker = names_by_id(vault.catalog).get(vault.member, vault.member)
    return ((_("Vault"), vault.id), (_("Date"), day), (_("Drawn up by"), maker))


def render(paper: Paper, form: str) -> str:
    """A paper in one of the forms."""
    return _FORMS[form](paper)


def _as_text(paper: Paper) -> str:
    facts = "\n".join(f"{label}: {printable(value)}" for label, value in paper.facts)
    return "\n\n".join([printable(paper.title), facts, *map(_text_block, paper.blocks)]) + "\n"


def _text_block(block: str | Points | Grid) -> str:
    match block:
        case Points(points=points):
            return "\n".join(f"  - {printable(point)}" for point in points)
        case Grid(titles=titles, rows=rows):
            told = (
                "\n".join(f"  {title}: {printable(cell)}" for title, cell in zip(titles, row, strict=True))
                for row in rows
            )
            return "\n\n".join(told)
    return _on_lines(block, printable, "\n")


def _as_markdown(paper: Paper) -> str:
    facts = "  \n".join(f"{plain(label)}: {plain(value)}" for label, value in paper.facts)
    return "\n\n".join([f"# {plain(paper.title)}", facts, *map(_markdown_block, paper.blocks)]) + "\n"


def _markdown_block(block: str | Points | Grid) -> str:
    match block:
        case Points(points=points):
            return "\n".join(f"- {plain(point)}" for point in points)
        case Grid(titles=titles, rows=rows):
            return "\n".join(table(titles, rows))
    return _on_lines(block, plain, "  \n")


def _as_html(paper: Paper) -> str:
    title = element("h1", paper.title)
    facts = Markup("<br>".join(text(f"{label}: {value}") for label, value in paper.facts))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!DOCTYPE html>\n<html lang="{_("en")}">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">{element("title", paper.title)}'
        f"<style>{_STYLE}</style></head>\n<body>\n{title}\n{element('p', facts)}\n"
        f"{''.join(map(_html_block, paper.blocks))}</body>\n</html>\n"
    )


def _html_block(block: str | Points | Grid) -> str:
    match block:
        case Points(points=points):
            return element("ul", *(element("li", point) for point in points)) + "\n"
        case Grid(titles=titles, rows=rows):
            cells = [
                [element("th", title) for title in titles],
                *([element("td", cell) for cell in row] for row in rows),
            ]
            return "<table>\n" + "".join(f"{element('tr', *line)}\n" for line in cells) + "</table>\n"
    return element("p", lines(block)) + "\n"


def _on_lines(content: str, of_line: Callable[[str], str], end: str) -> str:
    return end.join(map(of_line, content.split("\n")))


_FORMS: Final = {TEXT: _as_text, MARKDOWN: _as_markdown, HTML: _as_html}
