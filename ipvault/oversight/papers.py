"""Short papers to read, to print and to send: letters, certificates, accounts. Nothing that they say acts in them."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ipvault.characters import printable
from ipvault.pages.markup import cell
from ipvault.text import _

TEXT: Final = "text"
MARKDOWN: Final = "markdown"
HTML: Final = "html"
FORMS: Final = {TEXT: ".txt", MARKDOWN: ".md", HTML: ".html"}
"""The forms of a paper, with how the names of their files end."""

_STYLE: Final = (
    "body{max-width:52em;margin:2em auto;padding:0 1em;font-family:serif;overflow-wrap:break-word}"
    "table{border-collapse:collapse;font-size:85%}td,th{text-align:left;vertical-align:top;padding:.2em .5em .2em 0}"
    "td.long{overflow-wrap:anywhere;min-width:8em}tr{break-inside:avoid}"
    "@media print{body{margin:0;padding:0;max-width:none;font-size:10pt}}"
)
_SPECIAL: Final = frozenset("\\`*_[]<>#|~")


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
    facts = "  \n".join(f"{_plain(label)}: {_plain(value)}" for label, value in paper.facts)
    return "\n\n".join([f"# {_plain(paper.title)}", facts, *map(_markdown_block, paper.blocks)]) + "\n"


def _markdown_block(block: str | Points | Grid) -> str:
    match block:
        case Points(points=points):
            return "\n".join(f"- {_plain(point)}" for point in points)
        case Grid(titles=titles, rows=rows):
            lines = [map(_plain, titles), ["---"] * len(titles), *(map(_plain, row) for row in rows)]
            return "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return _on_lines(block, _plain, "  \n")


def _as_html(paper: Paper) -> str:
    title, facts = _safe(paper.title), "<br>".join(f"{_safe(label)}: {_safe(value)}" for label, value in paper.facts)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!DOCTYPE html>\n<html lang="{_("en")}">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n<p>{facts}</p>\n"
        f"{''.join(map(_html_block, paper.blocks))}</body>\n</html>\n"
    )


def _html_block(block: str | Points | Grid) -> str:
    match block:
        case Points(points=points):
            return f"<ul>{_cells(points, 'li')}</ul>\n"
        case Grid(titles=titles, rows=rows):
            lines = [_cells(titles, "th"), *("".join(map(cell, row)) for row in rows)]
            return "<table>\n" + "".join(f"<tr>{line}</tr>\n" for line in lines) + "</table>\n"
    return f"<p>{_on_lines(block, _safe, '<br>')}</p>\n"


def _cells(texts: Iterable[str], name: str) -> str:
    return "".join(f"<{name}>{_safe(text)}</{name}>" for text in texts)


def _plain(text: str) -> str:
    return "".join(f"\\{one}" if one in _SPECIAL else one for one in printable(text))


def _safe(text: str) -> str:
    return html.escape(printable(text))


def _on_lines(text: str, of_line: Callable[[str], str], end: str) -> str:
    return end.join(map(of_line, text.split("\n")))


_FORMS: Final = {TEXT: _as_text, MARKDOWN: _as_markdown, HTML: _as_html}
