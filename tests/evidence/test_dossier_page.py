"""The dossier as a page: nothing in it acts, it needs nothing from elsewhere, and it is there to be read."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import example, given, settings, strategies as st

from ipvault.characters import printable
from ipvault.evidence.dossier.access_chart import ROWS, Bar, access_charts
from ipvault.evidence.dossier.dossier import SHOWS
from ipvault.evidence.dossier.model import Form
from ipvault.evidence.dossier.page import page
from ipvault.pages.axis import Axis
from ipvault.pages.timeline_chart import WIDTH, Event, timeline
from ipvault.text import activate
from ipvault.vault.clock import timestamp
from tests.evidence.dossiers import dossier_of, eventful, sent, with_item
from tests.evidence.pages import Page, full
from tests.support.browser import HEIGHT, margin, screenshot

HOSTILE = "</title></style><script src=//x.example/>\"'><img src=x onerror=alert(1)>&amp;\u202egpj.exe\u200b\x1b]52"
LONG = "W" * 70 + " unbroken"

_WORD = re.compile(r"\S+")
TAGS = frozenset(
    _WORD.findall(
        "html head meta title style body header p h1 dl dt dd section h2 ul li nav ol a span table thead tbody tr th "
        "td br wbr figure footer svg desc defs pattern line rect text polygon"
    )
)
ATTRIBUTES = frozenset(
    _WORD.findall(
        "lang charset http-equiv content name class id href scope colspan role aria-labelledby viewbox x y x1 x2 y1 y2 "
        "width height rx points fill patternunits patterntransform"
    )
)
LANES = (("a", "A"), ("b", "B"))
KINDS = {"room": "Room", "package": "Package", "kept-key": "Key"}


@settings(max_examples=10)
@given(st.text(st.characters(categories=None), max_size=40))
@example(HOSTILE)
def test_words_are_only_words(words: str) -> None:
    """Whatever somebody wrote, wherever it stands: no element, attribute or address comes of it, and it shows."""
    text = page(full(words, 2))
    made = Page(text)
    assert made.tags <= TAGS
    assert {name for name, _value in made.attributes} <= ATTRIBUTES
    assert all(value.startswith("#") for name, value in made.attributes if name == "href")
    assert all(value.startswith("url(#hatching-") for name, value in made.attributes if name == "fill")
    shown = "".join(made.text)
    assert all(printable(line) in shown for line in words.split("\n"))
    harmful = set("\x1b\x9b\u202e\u2066\u200b\ufeff\x00")
    assert not harmful & set(text)


def test_the_page_needs_nothing_and_runs_nothing() -> None:
    """One file: no script, no address of anything elsewhere, and a policy that allows its own style only."""
    text = page(full(HOSTILE, 5))
    made = Page(text)
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert ("content", policy) in made.attributes
    assert text.index("Content-Security-Policy") < text.index("<style>")
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & made.tags
    assert not re.search(r"@import|url\((?!#)|expression", style[1])
    assert "http:" not in style[1] + "".join(value for _name, value in made.attributes)


def test_it_says_what_it_shows_and_what_not() -> None:
    """With the head of the journal, the day, who made it, the record of it, every section, and every gap."""
    dossier = dossier_of(with_item().open())
    shown = " ".join(Page(page(dossier)).text)
    for sentence in (*SHOWS, *(section.title for section in dossier.sections)):
        assert sentence in shown
    assert f"record {dossier.record}" in shown
    assert "Ada Lovelace" in shown
    assert dossier.last.hash in shown.replace(" ", "")


def test_words_stay_whole_and_codes_on_a_line() -> None:
    """Only what is longer than any word may be broken within, and a hash stands below the line that it belongs to."""
    full_of = page(full("Verschwiegenheitspflicht", 1))
    assert "Verschwiegenheitspflicht" in full_of
    assert "<wbr>".join(("WWWWWW",) * 5) in page(full("W" * 30, 1))
    section = full_of[full_of.index('<section id="timestamps">') :].partition("</section>")[0]
    below = re.search('<tr><td colspan="[0-9]+" class="below">(.*?)</td></tr>', section)
    assert below is not None
    assert below[1].count('class="code"') == section.count('class="code"') == 3


def test_roles_and_channels_are_in_the_language_of_the_page() -> None:
    """As labels and types are; programs get the words of the records."""
    vault = with_item().open()
    sent(vault)
    activate(["de"])
    try:
        dossier = dossier_of(vault)
        shown = Page(page(dossier)).text
    finally:
        activate([])
    assert {"Eigentümer", "Paket", "Sonstiges", "intern"} <= {*shown}
    assert not {"owner", "package", "other", "internal"} & {*shown}
    assert {row["role"] for row in dossier.section("members").to_json()["facts"]} == {"owner"}
    assert [row["channel"] for row in dossier.section("releases").to_json()["facts"]] == ["package"]


def test_no_table_has_two_columns_of_one_title() -> None:
    """The last is that of the records."""
    for section in full("x", 1).sections:
        titles = [column.title for column in section.columns if column.form is not Form.HIDDEN]
        assert len({*titles, "Records"}) == len(titles) + 1


@pytest.mark.parametrize("length", [5, 100, 5000, 100_000, 10**6, 10**7, 10**9])
def test_every_mark_of_an_axis_has_the_year(length: int) -> None:
    """Be it of seconds or of decades."""
    marks = Axis([_time(0), _time(length)], 0, 520).marks()
    assert marks
    assert all(re.match("20[2-6][0-9]", label) for _x, label in marks)


@pytest.mark.parametrize("count", [1, 2, 40, 300])
@pytest.mark.parametrize("spread", [0, 1, 86_400, 10**8])
def test_a_timeline_is_legible(count: int, spread: int) -> None:
    """From one event to hundreds, in a second or in years: no marker or number touches another, and all are inside."""
    times = [_time(n * spread * (n % 7) / count) for n in range(count)]
    events = [Event(n, time, "ab"[n % 2], f"event {n}") for n, time in enumerate(times)]
    drawn = fromstring(timeline(events, LANES, max(times)))  # noqa: S314  # our own
    height = float(drawn.attrib["viewBox"].split()[3])
    boxes = [_box(one) for one in drawn.iter("rect") if one.attrib["class"] == "event"]
    numbers = [_words(one) for one in drawn.iter("text") if one.attrib["class"] == "number"]
    ticks = [_words(one) for one in drawn.iter("text") if one.attrib["class"] == "tick"]
    for group in (boxes, numbers, ticks):
        assert not any(_touch(one, other) for n, one in enumerate(group) for other in group[:n])
    assert boxes
    assert numbers
    for left, top, right, bottom in (*boxes, *numbers, *ticks):
        assert 0 <= left < right <= WIDTH + 1
        assert 0 <= top < bottom <= height
    counted = sum(int(one.text or "") for one in drawn.iter("text") if one.attrib["class"] == "inside")
    alone = len(boxes) - sum(one.attrib["class"] == "inside" for one in drawn.iter("text"))
    assert counted + alone == count


@pytest.mark.parametrize("count", [1, 33, 300])
def test_an_access_chart_is_legible(count: int) -> None:
    """Bars of a row do not overlap, each is in a chart that fits on a page, and charts are told apart."""
    bars = []
    for n in range(count):
        until = _time(n * 1000 + 500) if n % 3 else ""
        bars.append(Bar(f"{n % 50}", f"Person {n % 50}", list(KINDS)[n % 3], "editor, main", _time(n * 1000), until))
    found = access_charts(bars, KINDS, _time(count * 1000))
    charts = [fromstring(chart) for chart in found]  # noqa: S314  # our own
    drawn = 0
    for chart in charts:
        assert len({one.attrib["y"] for one in chart.iter("svg") if one is not chart}) <= ROWS
        boxes = [_box(one) for one in chart.iter("rect") if one.find("title") is not None]
        assert not any(_touch(one, other) for n, one in enumerate(boxes) for other in boxes[:n])
        drawn += len(boxes)
    assert drawn == count
    names = [one.attrib["id"] for chart in charts for one in chart.iter() if "id" in one.attrib]
    assert len(set(names)) == len(names)


def test_charts_say_what_they_are() -> None:
    """For somebody who does not see them: each is an image with a title and a description."""
    text = page(dossier_of(eventful(1, 6)[0].open()))
    charts = re.findall(r'<svg viewBox.*?role="img" aria-labelledby="([\w-]+) ([\w-]+)">', text)
    assert len(charts) == 2
    for title, about in charts:
        assert re.search(f'<title id="{title}">[^<]+</title><desc id="{about}">[^<]+</desc>', text)


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
def test_clocks_that_were_far_off(time: str) -> None:
    """A time at the end of what can be written is drawn like any other."""
    events = [Event(1, time, "a", ""), Event(2, _time(0), "b", "")]
    for chosen in (events, events[:1]):
        assert "event" in timeline(chosen, LANES, time)
    bar = Bar("1", "x", "room", "y", time, _time(0))
    assert len(access_charts([bar], KINDS, time)) == 1


def test_a_browser_shows_it_and_nothing_runs_over(tmp_path: Path) -> None:
    """Headless Chromium: at the width of a page of A4, with everything as long as can be, the margin stays empty.

    In German, whose words are longer.
    """
    activate(["de"])
    try:
        text = page(full(LONG, 3))
    finally:
        activate([])
    assert 'lang="de"' in text
    seen = screenshot(text, tmp_path)
    assert margin(seen) == (255, 255)
    paper = seen.crop((60, 40, 734, HEIGHT - 100)).histogram()
    assert 0.01 < sum(paper[:128]) / sum(paper) < 0.3  # neither blank nor a blot


def test_what_runs_over_is_noticed(tmp_path: Path) -> None:
    """A line that does not break is seen in the margin."""
    wide = '<td class="time">' + "0" * 200
    assert margin(screenshot(page(full(LONG, 1)).replace('<td class="time">', wide, 1), tmp_path)) != (255, 255)


def _time(seconds: float) -> str:
    return timestamp(1_800_000_000 + seconds)


Box = tuple[float, float, float, float]


def _box(one: Element) -> Box:
    x, y, width, height = (float(one.attrib[name]) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def _words(one: Element) -> Box:
    """What text in the middle of a place takes, if a letter is as wide as it is in the typefaces that there are."""
    x, y, half = float(one.attrib["x"]), float(one.attrib["y"]), len(one.text or "") * 4.9 / 2
    return x - half, y - 7, x + half, y + 1


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
