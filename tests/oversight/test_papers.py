"""Papers: what they say is only ever text, in each of their forms."""

from __future__ import annotations

import pytest

from ipvault.oversight.papers import FORMS, HTML, MARKDOWN, Grid, Paper, Points, render
from tests.evidence.pages import Page

HOSTILE = "</td><script>x</script>|`[a](http://x.example) www.x.example \x1b]52\u202e"
PAPER = Paper(
    HOSTILE, (("Vault", HOSTILE),), (f"{HOSTILE}\n{HOSTILE}", Points((HOSTILE,)), Grid(("What",), ((HOSTILE,),)))
)
TIMES = 6  # as often as it stands in that


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_hidden(form: str) -> None:
    """Control and bidirectional characters show as escapes."""
    text = render(PAPER, form)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("u202e") >= TIMES


def test_nothing_acts_in_markdown() -> None:
    """Neither markup nor anything that a reader would make a link of: addresses, with and without a scheme."""
    text = render(PAPER, MARKDOWN)
    assert (text.count("http\\:"), text.count("http")) == (TIMES, TIMES)
    assert (text.count("www\\."), text.count("www")) == (TIMES, TIMES)
    assert text.count("\\<script\\>") == TIMES
    assert "<script" not in text.replace("\\<", "")


def test_nothing_acts_in_a_page() -> None:
    """What a paper says is no element of the page, whose own are all closed."""
    page = Page(render(PAPER, HTML))
    assert "script" not in page.tags
    assert "a" not in page.tags
    assert {"h1", "p", "ul", "li", "table", "tr", "th", "td"} <= page.tags
