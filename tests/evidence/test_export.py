"""The journal in other programs' forms: every kind of record is something there, and no name leaks."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

import ipvault
from ipvault.evidence.export import ecs, ocsf
from ipvault.evidence.export.cef import CATEGORIES, SEVERITIES
from ipvault.evidence.export.formats import FORMATS
from ipvault.evidence.export.meanings import MEANINGS, UNREAD, Act, Meaning, Nature, Severity
from ipvault.journal.leaf import CLASSES
from ipvault.records.base import KINDS
from tests.evidence.journals import CANARY, NAMES, examples, revealing, row, unread, written

EACH_FORM = pytest.mark.parametrize("form", sorted(FORMATS))
CANARY_WORDS = ("Canary", "Crane", "crane@example")


def test_every_kind_means_something() -> None:
    """Whoever adds a kind of record says as what it is reported; and so does every class, for what cannot be read."""
    assert MEANINGS.keys() == KINDS.keys()
    assert UNREAD.keys() == CLASSES
    titles = [meaning.title for meaning in (*MEANINGS.values(), *UNREAD.values())]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("meaning", [*MEANINGS.values(), *UNREAD.values()], ids=lambda meaning: meaning.title)
def test_every_meaning_has_a_class_in_every_form(meaning: Meaning) -> None:
    """What is not known under a name of its own is said to be something else on purpose."""
    assert meaning.act is Act.OTHER or meaning.act in ocsf.CLASSES[meaning.nature].activities
    assert meaning.act is Act.OTHER or meaning.act in ecs.CATEGORIES[meaning.nature].types
    assert CATEGORIES[meaning.nature]
    assert 0 <= SEVERITIES[meaning.severity] <= 10


def test_the_classes_of_the_forms_are_complete() -> None:
    """Every nature and every severity is known to every form."""
    for table in (ocsf.CLASSES, ecs.CATEGORIES, CATEGORIES):
        assert set(table) == set(Nature)
    assert set(SEVERITIES) == set(Severity)


def test_the_documented_classes_are_those_of_the_program() -> None:
    """`ipvault help json` tells as what each nature is reported in each form."""
    page = (Path(str(ipvault.__file__)).parent / "docs" / "json.md").read_text(encoding="utf-8")
    for nature in Nature:
        kind = ocsf.CLASSES[nature]
        row = f"| {kind.uid} {kind.name} | `{ecs.CATEGORIES[nature].name}` | `{CATEGORIES[nature]}` |"
        assert page.count(row) == 1


@EACH_FORM
def test_every_record_is_one_line(form: str) -> None:
    """Whatever a record is and whoever can read it, it leaves as one line, in order; CSV has its titles above."""
    rows = [replace(made, leaf=made.leaf._replace(seq=n)) for n, made in enumerate((*examples(), *unread()))]
    for names in (None, NAMES):
        text = written(form, rows, names)
        assert text.endswith("\n")
        lines = text.split("\n")[:-1]
        assert len(lines) == len(rows) + (form == "csv")


@EACH_FORM
def test_names_are_redacted(form: str) -> None:
    """Nothing that a person wrote leaves, be it in a field of any kind, among the names or in an unknown kind."""
    text = written(form, [*revealing(), *unread()])
    for word in CANARY_WORDS:
        assert word not in text


@EACH_FORM
def test_names_leave_when_that_is_asked_for(form: str) -> None:
    """With names, each kind with a field that a person writes shows it, and whoever signed is named."""
    for made in revealing():
        written_by_somebody = "Canary" in str(made.fields)
        assert ("Canary" in written(form, [made], NAMES)) or (form == "jsonl" and not written_by_somebody), made.action


def test_the_channel_is_a_word_or_redacted() -> None:
    """How a document left is told by a word of ours; what is no such word is taken for a name."""
    (released,) = (made for made in examples() if made.action == "content.released")
    for channel, is_shown in (("cat", True), ("export", True), (CANARY, False), ("to Crane", False)):
        fields = {**(released.fields or {}), "channel": channel}
        assert (channel in written("jsonl", [replace(released, fields=fields)])) is is_shown


def test_what_no_person_writes_is_never_redacted() -> None:
    """Roles, labels, types, numbers, times, ids, the channel and the format are there without names."""
    for made in examples():
        (shown,) = map(json.loads, written("jsonl", [made]).splitlines())
        assert shown["action"] == made.action
        fields = made.fields or {}
        assert {**shown["fields"], **{name: fields[name] for name in shown.get("redacted", ())}} == fields
        for name in ("role", "label", "type", "version", "size", "sha256", "event", "channel", "format", "last", "at"):
            assert (name in shown["fields"]) == (name in fields), made.action


def test_json_lines_say_what_was_redacted() -> None:
    """A field that was left out is named; of an unknown kind all are, and of one that cannot be read none is there."""
    (added,) = (made for made in examples() if made.action == "item.added")
    future, closed = row("item", {"kind": "item.sung", "melody": CANARY}), row("item", None)
    lines = [json.loads(line) for line in written("jsonl", [added, future, closed]).splitlines()]
    assert [line.get("redacted") for line in lines] == [["name", "note", "source", "tags"], ["*"], None]
    assert lines[1]["action"] == "item"
    assert lines[2]["fields"] is None
    (whole,) = map(json.loads, written("jsonl", [future], NAMES).splitlines())
    assert whole["fields"] == future.fields
    assert "redacted" not in whole


def test_csv_is_as_before_with_names() -> None:
    """With names a row has the item, the member and a summary; without, the title of the event."""
    (added,) = (made for made in examples() if made.action == "item.added")
    for names, item, about in ((None, "", "Document added"), (NAMES, NAMES["0" * 32], f"item.added {CANARY}")):
        (shown,) = csv.DictReader(written("csv", [added], names).splitlines())
        assert (shown["item"], shown["summary"]) == (item, about)
        assert json.loads(shown["fields"])["label"] == "secret"


def test_an_attempt_counts_from_when_it_was_made() -> None:
    """Attempts to unlock are recorded later: the event has the time of the attempt, and that of the record beside."""
    (failed,) = (made for made in examples() if made.action == "auth.failed")
    (event,) = map(json.loads, written("ocsf", [failed]).splitlines())
    assert event["metadata"]["original_time"] == "2030-01-02T03:04:05.678Z"
    assert event["time"] == 1_893_553_445_678
    assert event["metadata"]["logged_time"] == 1_795_271_400_125
    assert event["status"] == "Failure"
