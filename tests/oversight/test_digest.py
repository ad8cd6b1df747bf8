"""The digest of a week: what it says, whom it names, and that nothing in it acts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from email import message_from_string
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ipvault.catalog.address import find_item, find_room
from ipvault.catalog.periods import days_after
from ipvault.catalog.scopes import Scope
from ipvault.governance.trainings.keep import People, acknowledge, assign, text_of
from ipvault.oversight.due import APPROVALS, TRAININGS, duties
from ipvault.oversight.holds.keep import place_hold
from ipvault.oversight.insight.digest.due import PACKAGE_EXPIRES, RECEIPT_MISSING, REQUEST_OPEN, due
from ipvault.oversight.insight.digest.formats import FORMATS
from ipvault.oversight.insight.digest.gathering import Look, gather
from ipvault.oversight.insight.digest.markdown import sparkline
from ipvault.oversight.insight.digest.model import Bar, Chart, Digest, Section, Table
from ipvault.oversight.insight.digest.page import page
from ipvault.oversight.insight.digest.tally import SENT, Tally
from ipvault.oversight.insight.engine import evaluate
from ipvault.oversight.insight.event import Event
from ipvault.oversight.insight.observing import events
from ipvault.oversight.insight.reading import shipped
from ipvault.oversight.privacy.keep import Clock, create_request
from ipvault.oversight.register.keep import Proposal, propose, score
from ipvault.oversight.retention.keep import Period, set_rule
from ipvault.oversight.reviews.keep import start
from ipvault.records.access import ContentReleased
from ipvault.records.base import Record
from ipvault.records.decisions import ReleaseRequested, RequestDenied
from ipvault.records.packages import PackageRevoked, PackageShared, ReceiptImported
from ipvault.records.register import FACTORS
from ipvault.records.vocabulary import MAIN
from ipvault.text import activate
from ipvault.vault.calendar import Calendar
from ipvault.vault.clock import timestamp
from tests.evidence.pages import Page
from tests.governance.agreed import catalog_of, terms
from tests.governance.vaults import Office
from tests.oversight.incidents import noticed
from tests.records.examples import example
from tests.support.browser import margin, screenshot
from tests.support.mallory import in_main
from tests.support.memory_vault import append
from tests.support.rulings import decided

HOSTILE = "</td><script>x</script>|`[a](http://x.example) www.x.example \x1b]52\u202e\r\nBcc: all@example.org"
LONG = "W" * 70 + " unbroken"
DAY = 86_400


def digest_of(office: Office, days: float = 1, *, with_names: bool = True) -> Digest:
    """What Ada reads of these days."""
    office.ada.follow()
    now = office.ada.machine.now()
    tally = Tally(now - days * DAY, now)
    found = evaluate(tally.counting(events(office.ada)), shipped()).findings
    return gather(office.ada, Look(tally, found, shipped()), now - days * DAY, now, with_names=with_names)


@pytest.fixture(scope="module")
def office() -> Office:
    """Ada shared two documents, and asked for an approval that nobody gave."""
    made = Office.make()
    made.set(agreement=())
    made.share("claims", "plan", expires="2027-01-20T00:00:00.000Z")
    made.request("plan")
    return made


def section(digest: Digest, key: str) -> Section:
    return next(one for one in digest.sections if one.key == key)


def rows(digest: Digest, key: str) -> tuple[tuple[str, ...], ...]:
    table = section(digest, key).table
    assert table is not None
    return table.rows


def made_up(words: str) -> Digest:
    """A digest with these words wherever somebody could have written something."""
    table = Table("t", ("Title", "Other"), ((words, "x"),) * 3, "")
    charts = (
        Chart("days", "Days", tuple(Bar(f"2026-11-{day:02}", day) for day in range(1, 31)), are_days=True),
        Chart("bars", "Bars", (Bar(words, 3), Bar("x", 1))),
    )
    time = "2026-11-22T12:00:00.000Z"
    return Digest("0" * 32, time, time, words, words, ("one",), (Section("s", "S", "about", charts, table),))


def test_what_it_says(office: Office) -> None:
    """What changed, who shared what with whom, what is due and what is odd, of that time."""
    digest = digest_of(office)
    assert digest.headlines[1:] == (
        "1 package was shared.",
        "2 things are due or wait.",
        "1 finding nobody has acknowledged.",
    )
    counts = {bar.label: bar.value for chart in section(digest, "changes").charts for bar in chart.bars}
    assert (counts["documents added"], counts["packages shared"], counts["approvals asked"]) == (2, 1, 1)
    ((_day, by, to, what, expires, notes),) = rows(digest, "shares")
    assert (by, to, what, expires) == ("Ada Lovelace", "Dora", "claims@1, plan@1", "2027-01-20")
    assert notes == "fingerprint not compared: Dora; receipts: 0 of 1"
    assert {row[1] for row in rows(digest, "due")} == {"package expires", "request waits for an answer"}
    assert [row[2:4] for row in rows(digest, "odd")] == [("First package to somebody", "Dora")]


@pytest.mark.parametrize("with_names", [True, False])
def test_what_oversight_has_to_do_is_in_it(with_names: bool) -> None:
    """What `status` counts is in the digest too, each thing with its day, and overdue where it has a deadline; what
    left by an export is beside what was shared. Without names nobody's words are in it.
    """
    made = Office.make()
    made.ada.follow()
    assert rows(digest_of(made), "due") == rows(digest_of(made), "shares") == ()
    item = find_item(made.ada.catalog, "plan").id
    left = ContentReleased(
        item=item, version=1, sha256="0" * 64, channel="export", destination="/tmp/theplan", decision="d" * 32
    )
    overridden = decided(channel="export", outcome="overridden", decision="d" * 32)
    append(made.ada, in_main(made.ada, overridden), in_main(made.ada, left))
    append(made.ada, in_main(made.ada, replace(left, channel="cat", decision="")))
    create_request(made.ada, "erasure", "Zoe", Clock("gdpr", "2026-11-01", "UTC"), "")
    noticed(made.ada, hours=100)
    start(made.ada, "Spring")
    place_hold(made.ada, "Acme", "a suit", Scope(items=("claims",)), ["Cleo"])
    set_rule(made.ada, "short", Scope(), Period(0, "days", "added", "erase"), "")
    made.memory.machine.now.time += 2 * DAY  # type: ignore[attr-defined]
    digest = digest_of(made, days=3, with_names=with_names)
    found = {row[1]: row for row in rows(digest, "due")}
    assert {what: row[4] for what, row in found.items()} == {
        "answer to a data subject": "overdue",
        "incident is open": "waits",
        "review is open": "waits",
        "legal hold not acknowledged": "waits",
        "documents were kept as long as a rule says": "overdue",
    }
    assert found["legal hold not acknowledged"][3] == "Cleo"
    for what, title in (("answer to a data subject", "Zoe"), ("review is open", "Spring")):
        assert (found[what][2] == title) == with_names
    ((_day, by, to, what, _expires, notes),) = rows(digest, "shares")
    assert notes == "readable, outside the vault; the policy was overridden"
    assert (by, to, what) == (
        "Ada Lovelace",
        *(("exported to /tmp/theplan", "plan@1") if with_names else ("exported", "1")),
    )
    assert "Documents were exported 1 time." in digest.headlines
    counts = {bar.label for chart in section(digest, "changes").charts for bar in chart.bars}
    assert counts >= {"incidents opened", "legal holds placed", "requests of data subjects", "reviews started"}


def test_trainings_and_approvals_are_due() -> None:
    """A text that somebody is to accept by a day, and one without a day; what is due later, or was accepted, is not.
    Scores that nobody approved wait. `status` counts the same.
    """
    made = Office.make()
    today = timestamp(made.ada.machine.now())[:10]
    people = People((made.ada.member, made.cleo.member), ())
    for name, day in (("soon", today), ("any day", ""), ("later", days_after(today, 31))):
        text, _head = assign(made.ada, name, text_of(name.encode(), "x"), people, day)
        if name == "soon":
            acknowledge(made.ada, [text])
    room = find_room(made.ada.catalog, MAIN)
    secret, _head = propose(made.ada, room, Proposal("Coating", "At 181 C.", "process", "Ada", "Ben", (), "", ""))
    assert "trade secret not approved as scored" not in {row[1] for row in rows(digest_of(made), "due")}
    score(made.ada, secret.id, dict.fromkeys(FACTORS, (4, "so")))
    found = {row[2]: row for row in rows(digest_of(made), "due")}
    assert {title: row[1] for title, row in found.items()} == {
        "soon": "text to be accepted",
        "any day": "text to be accepted",
        "Coating": "trade secret not approved as scored",
    }
    assert [found[title][4] for title in ("soon", "any day", "Coating")] == ["", "waits", "waits"]
    assert found["soon"][3] == "Cleo"
    counts = {duty.kind: duty.number for duty in duties(made.ada.catalog, made.ada.machine.now())}
    assert counts == {TRAININGS: 3, APPROVALS: 1}


def test_what_is_counted() -> None:
    """What went out in packages is not counted as read; a request that was answered in steps counts once; what left
    although the policy said no is told as such, whichever record comes first.
    """
    left = {"action": "content.released", "item": "a", "version": 1}
    said: list[dict[str, Any]] = [
        {"action": "release.decided", "outcome": "overridden", "decision": "1"},
        {**left, "channel": "export", "destination": "x", "decision": "1"},
        {**left, "channel": "package", "decision": "2"},
        {**left, "channel": "cat", "decision": ""},
        {"action": "package.shared", "package": "p", "decision": "2"},
        {"action": "release.decided", "outcome": "overridden", "decision": "2"},
        {"action": "package.shared", "package": "q", "decision": "3"},
        {"action": "release.decided", "outcome": "allowed", "decision": "3"},
        *({"action": "privacy.decided", "request": request} for request in "aab"),
    ]
    made = (Event(n, n, "access", "ada", "", Calendar(), partial(dict, one)) for n, one in enumerate(said))
    tally = Tally(0, len(said))
    assert len(list(tally.counting(made))) == len(said) == tally.actions.total()
    assert (tally.actions["content.released"], tally.actions[SENT], tally.actions["privacy.decided"]) == (2, 1, 2)
    (export,) = tally.exports
    assert [tally.is_overridden(one) for one in (export, "p", "q", "r")] == [True, True, False, False]


def test_of_another_time(office: Office) -> None:
    """What was before is not in it; what is due and what nobody has acknowledged is."""
    digest = digest_of(office, days=0)
    assert digest.headlines[:2] == ("0 records were written.", "0 packages were shared.")
    assert rows(digest, "shares") == ()
    assert len(rows(digest, "due")) == 2
    assert len(rows(digest, "odd")) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_documents_are_named_only_if_asked(office: Office, form: str) -> None:
    """In every form; people are named."""
    unnamed, named = (FORMATS[form](digest_of(office, with_names=with_names)) for with_names in (False, True))
    assert "claims" not in unnamed
    assert "claims" in named
    assert "Dora" in unnamed


SHARED = example(PackageShared)
assert isinstance(SHARED, PackageShared)
ASKED = example(ReleaseRequested)
DENIED = example(RequestDenied)
NOW = datetime.fromisoformat("2026-01-20T12:00:00Z").timestamp()


def shared(**fields: Any) -> Record:
    return replace(SHARED, **fields)


@pytest.mark.parametrize(
    ("records", "kinds"),
    [
        ([], []),
        ([shared()], [RECEIPT_MISSING]),
        ([shared(), example(ReceiptImported)], []),
        ([shared(), example(PackageRevoked)], []),
        ([shared(expires="2026-01-20T12:00:00.000Z")], []),
        ([shared(expires="2026-01-20T12:00:00.001Z")], [RECEIPT_MISSING, PACKAGE_EXPIRES]),
        ([shared(expires="2026-02-19T12:00:00.000Z"), example(ReceiptImported)], [PACKAGE_EXPIRES]),
        ([shared(expires="2026-02-19T12:00:00.001Z"), example(ReceiptImported)], []),
        ([ASKED], [REQUEST_OPEN]),
        ([ASKED, DENIED], []),
        ([terms(until_day="2026-02-19")], ["agreement-ends"]),
        ([terms(until_day="2026-02-20")], []),
        ([terms(fees=("royalty",), fee_amounts=("5",), fee_days=("2025-12-31",))], ["agreement-fee"]),
    ],
)
def test_what_is_due(records: list[Record], kinds: list[str]) -> None:
    """Within thirty days, or since; receipts a week after a package was shared. Nothing that is over."""
    assert [one.kind for one in due(catalog_of(*records), NOW)] == kinds


def test_a_receipt_has_a_week() -> None:
    """Packages of the last seven days are not asked about yet."""
    shared_on = datetime.fromisoformat("2026-01-01T00:00:00Z").timestamp()
    assert due(catalog_of(shared()), shared_on + 7 * DAY - 0.001) == []
    assert len(due(catalog_of(shared()), shared_on + 7 * DAY)) == 1


def test_nothing_in_a_page_acts() -> None:
    """Whatever people or documents are called, the page has no script, no link and no element of theirs."""
    shown = Page(page(made_up(HOSTILE)))
    assert not shown.tags & {"script", "a", "img", "iframe", "object", "form"}
    assert not [value for _name, value in shown.attributes if "http://x" in value]
    assert "default-src 'none'" in page(made_up(HOSTILE))


def test_nothing_in_the_text_acts() -> None:
    """In Markdown neither markup nor a link comes of it, a cell stays a cell, and nothing acts on a terminal."""
    text = FORMATS["md"](made_up(HOSTILE))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text)
    cells = [line for line in text.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in cells} == {3}
    assert all("\\<script\\>" in line and "http\\:" in line and "www\\." in line for line in cells[2:])
    fences = [line for line in text.splitlines() if line.lstrip().startswith("```")]
    assert len(fences) == 4


@pytest.mark.parametrize(
    ("name", "address", "shown"),
    [
        ("Ada Lovelace", "ada@example.org", "Ada Lovelace <ada@example.org>"),
        ("Zoë, Counsel", "zoe@example.org", '"Zoë, Counsel" <zoe@example.org>'),
        ("Ada", "", "Ada <nobody@ipvault.invalid>"),
        ("Ada", "ada@example.org\r\nBcc: all@example.org", "Ada <nobody@ipvault.invalid>"),
        ("Ada\r\nBcc: all@example.org", "ada@", '"Ada Bcc: all@example.org" <nobody@ipvault.invalid>'),
        ("", "a@b@c", "nobody@ipvault.invalid"),
    ],
)
def test_a_mail(name: str, address: str, shown: str) -> None:
    """A message with text and page, without a recipient; whatever a card says, there is no header that it made."""
    text = FORMATS["eml"](made_up("x")._replace(maker=name, address=address))
    message = message_from_string(text, policy=default)
    assert message["From"] == shown
    assert {*message.keys()} == {"Subject", "From", "Date", "X-Unsent", "MIME-Version", "Content-Type"}
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content().startswith("# Digest of the vault, 2026-11-22")
    assert html.get_content().startswith("<!DOCTYPE html>")
    assert max(map(len, text.splitlines())) < 1_000
    assert text.isascii()


def test_a_hostile_mail() -> None:
    """Words from outside change neither the headers nor the parts."""
    message = message_from_string(FORMATS["eml"](made_up(HOSTILE)), policy=default)
    assert message["Bcc"] is None
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_json(office: Office) -> None:
    """One object with the sections as they are in the other forms."""
    data = json.loads(FORMATS["json"](digest_of(office)))
    assert [one["section"] for one in data["sections"]] == ["changes", "shares", "due", "odd"]
    assert len(data["sections"][1]["rows"][0]) == len(data["sections"][1]["columns"])


@pytest.mark.parametrize(
    ("counts", "line"),
    [([], ""), ([0, 0], "··"), ([1], "█"), ([0, 1, 7, 8], "·▁▇█"), ([1, 1_000_000], "▁█"), ([5, 5], "██")],
)
def test_a_sparkline(counts: list[int], line: str) -> None:
    """The most is full, the least that is something can be seen, and nothing is a dot."""
    assert sparkline(counts) == line


def test_what_runs_over_is_noticed(tmp_path: Path) -> None:
    """A cell that does not break is seen in the margin."""
    wide = page(made_up(LONG)).replace('class="long"', 'class="word"')
    assert margin(screenshot(wide, tmp_path), 800) != (255, 255)


def test_a_browser_shows_it_and_nothing_runs_over(tmp_path: Path) -> None:
    """Headless Chromium: with everything as long as can be, in German, the margin of a page of A4 stays empty."""
    activate(["de"])
    try:
        text = page(made_up(LONG))
    finally:
        activate([])
    seen = screenshot(text, tmp_path)
    assert margin(seen, 800) == (255, 255)
    paper = seen.crop((60, 40, 734, 800)).histogram()
    assert 0.01 < sum(paper[:128]) / sum(paper) < 0.4  # neither blank nor a blot
