"""The scan of a document: nothing is lost between blocks, and nothing of a secret is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.governance.dlp.finding import redacted
from ipvault.governance.dlp.rules.reading import read_rules, shipped
from ipvault.governance.dlp.scan import MAX_FINDINGS, scan
from ipvault.vault.findings import Scan
from tests.governance import made_documents as made
from tests.governance.made_documents import CARD, IBAN, SSN


def scanned(*blocks: bytes, name: str = "x") -> Scan:
    """The scan with the shipped rules."""
    return scan(iter(blocks), name, shipped())


@settings(max_examples=12)
@given(st.integers(0, 30), st.sampled_from([b"a ", b"word\n", "ä ".encode()]), st.integers(250_000, 270_000))
def test_nothing_is_lost_between_blocks_and_windows(cut: int, filler: bytes, length: int) -> None:
    """A secret is found once, wherever the blocks that a document comes in are cut, and wherever it stands."""
    before = filler * (length // len(filler))
    whole = before + CARD.encode() + b" " + before + SSN.encode()
    place = len(before) + cut
    found = scanned(whole[:place], whole[place:])
    assert [one.rule for one in found.findings] == ["payment-card", "us-ssn"]
    assert [one[:5] for one in found.findings] == [one[:5] for one in scanned(whole).findings]


def test_lines_are_counted_across_windows() -> None:
    """The line that is told is that of the whole document."""
    text = b"word word word\n" * 100_000 + CARD.encode()
    assert scanned(text).findings[0].place == "line 100001"


def test_context_across_windows() -> None:
    """A word of the context counts although it stands in the window before."""
    for length in range(1_048_500, 1_048_640, 7):
        text = b"x " * (length // 4) + b"BSN: " + b" " * 40 + b"111222333" + b" x" * 300_000
        assert [one.rule for one in scanned(text).findings] == ["nl-bsn"], length


def test_a_secret_is_never_shown() -> None:
    """Neither a finding nor its fingerprint holds the match; a legend, which is none, is shown as it is."""
    found = scanned(f"{CARD} {IBAN} {SSN} password: Xk29fjq0Zp31 trade\n  secret".encode())
    shown = {one.rule: one.match for one in found.findings}
    assert shown == {
        "payment-card": "**** **** **** *111",
        "iban": "**** **** **** **** **30 00",
        "us-ssn": "***-**-***9",
        "secret-value": "************",
        "legend-trade-secret": "trade secret",
    }
    for secret in (CARD, IBAN, SSN, "Xk29fjq0Zp31"):
        assert secret not in repr(found)


@given(st.text(max_size=60))
def test_redaction_shows_a_fifth_at_most(secret: str) -> None:
    """Of the letters and digits of any secret at most every fifth is left, and never more than four."""
    left = sum(c.isalnum() for c in redacted(secret))
    assert left <= min(4, sum(c.isalnum() for c in secret) / 5)


def test_equal_matches_are_one_finding() -> None:
    """What is there several times is told once, with the first place and how often."""
    (finding,) = scanned(f"a\n{CARD}\nb\n{CARD}\n".encode()).findings
    assert (finding.place, finding.times) == ("line 2", 2)


def test_the_fingerprint_depends_on_rule_match_and_document() -> None:
    """The same finding has the same fingerprint; another rule, match or document another, so no waiver reaches it."""

    def fingerprint(data: str, id_: str = "own") -> str:
        rule = f"format = 1\n[[rule]]\nid = '{id_}'\ntitle = 'x'\nseverity = 'low'\npattern = 'abc[0-9]'"
        return scan([data.encode()], "x", read_rules(rule.encode(), "x")).findings[0].fingerprint

    same = fingerprint("abc1")
    assert same == fingerprint("abc1")
    assert len({same, fingerprint("abc2"), fingerprint("abc1 "), fingerprint("abc1", "other")}) == 4


def test_the_fingerprint_is_that_of_the_whole_document() -> None:
    """What stands behind the place where a scan stopped counts too."""
    many = "\n".join(f"abc{number:06}" for number in range(MAX_FINDINGS + 1))
    rule = b"format = 1\n[[rule]]\nid = 'own'\ntitle = 'x'\nseverity = 'low'\npattern = 'abc[0-9]{6}'"
    found = [scan([f"{many}\n{end}".encode()], "x", read_rules(rule, "x")) for end in "ab"]
    assert found[0].findings[0].fingerprint != found[1].findings[0].fingerprint
    assert len(found[0].findings) == MAX_FINDINGS
    assert "the rest was not searched" in found[0].unread


def test_the_gravest_comes_first() -> None:
    """Findings are in the order of their severity, whatever stands first in the document."""
    found = scanned(f"confidential {IBAN} {CARD}".encode())
    assert [one.severity for one in found.findings] == ["high", "medium", "low"]


@pytest.mark.parametrize("name", ["x.txt", "x", "x.html", "x.eml"])
def test_blocks_of_any_size(name: str) -> None:
    """A document that comes byte by byte is the same document."""
    data = f"Subject: x\nTo: y\n\n<p>{CARD}</p>".encode()

    def bytewise() -> Iterator[bytes]:
        return (data[at : at + 1] for at in range(len(data)))

    assert scan(bytewise(), name, shipped()) == scanned(data, name=name)


@pytest.mark.parametrize("before", range(512 * 1024 - 24, 512 * 1024 + 8, 4))
def test_a_line_without_end(before: int) -> None:
    """A secret is found in a line that is so long that it is cut, wherever that is."""
    line = b"x" * before + b" " + CARD.encode() + b" " + b"x" * 600_000
    blocks = (line[start : start + 1024] for start in range(0, len(line), 1024))
    assert [one.rule for one in scan(blocks, "x", shipped()).findings] == ["payment-card"]


def test_a_long_paragraph() -> None:
    """So it is in a paragraph of a document that is longer than a window."""
    for before in range(262_110, 262_150, 5):
        text = "x" * before + f" {CARD} " + "x" * 700_000
        document = made.docx(**{"word/document.xml": f"<d xmlns:w='w'><w:p>{text}</w:p></d>"})
        found = [one.place for one in scan([document], "x", shipped()).findings if one.rule == "payment-card"]
        assert found == ["paragraph 1"], before
