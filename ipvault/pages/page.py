"""A page that stands alone: one file that asks for nothing from anywhere and runs nothing, to read and to print."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files

from ipvault.pages.markup import Markup, element
from ipvault.text import _


def page_of(title: str, *parts: Markup) -> str:
    """The file. Nothing in `parts` acts in it, and it allows no script and no connection."""
    style = files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="referrer" content="no-referrer">'),
        element("title", title),
        Markup(f"<style>{style}</style>"),
    )
    return f"<!DOCTYPE html>\n{element('html', head, element('body', *parts), lang=_('en'))}\n"


def facts(rows: Iterable[tuple[str, str]]) -> Markup:
    """Titles with their values, as a cover has them."""
    parts = (part for title, value in rows for part in (element("dt", title), element("dd", value)))
    return element("dl", *parts, class_="facts")


def plain_table(titles: Iterable[str], rows: Iterable[Iterable[Markup]]) -> Markup:
    """A table; the cells of its rows are elements already."""
    head = element("tr", *(element("th", title, scope="col") for title in titles))
    body = (element("tr", *row) for row in rows)
    return element("table", element("thead", head), element("tbody", *body), class_="plain")
