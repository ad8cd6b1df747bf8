"""Reports on what a vault shows: true to the journal, open about what is missing, and never more than evidence."""

from __future__ import annotations

import csv
import io
import json
from itertools import repeat
from pathlib import Path

import pytest

from ipvault.cli.commands import all_commands
from ipvault.errors import Conflict, Denied, NoSuchFramework, PackRefused
from ipvault.governance.policy.current import set_policy
from ipvault.oversight.compliance.counting import count_records, tally
from ipvault.oversight.compliance.formats import FORMATS
from ipvault.oversight.compliance.framework import Framework
from ipvault.oversight.compliance.gaps import find_gaps
from ipvault.oversight.compliance.packs import find_framework, frameworks, import_pack, shipped
from ipvault.oversight.compliance.report import (
    BUILT_IN,
    NOT_A_CERTIFICATE,
    NOT_TOUCHED,
    NOTHING_YET,
    RECORDED,
    Report,
    make_report,
)
from ipvault.records.packs import PackImported
from ipvault.records.vocabulary import EDITOR
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.vault import Vault
from tests.evidence.pages import Page
from tests.governance.vaults import policy
from tests.oversight.test_frameworks import PACK
from tests.support.browser import margin, screenshot
from tests.support.mallory import in_root
from tests.support.memory_vault import MemoryVault, add_content, add_room, append
from tests.support.people import Person, let_in

COMMANDS = frozenset(" ".join(words) for words, _command in all_commands())
GDPR = shipped(COMMANDS)["gdpr"]
CLEO = Person.named("Cleo")

HOSTILE = "=cmd|x!A1 <script>alert(1)</script> [a](http://b) | `c`"


@pytest.fixture
def vault() -> Vault:
    """Two documents, and Cleo as an editor."""
    vault = MemoryVault.create().open()
    add_content(vault, {"claims": b"claims", "plan": b"plan"})
    let_in(vault, CLEO, EDITOR)
    return vault


def standings(report: Report) -> dict[str, str]:
    """How each control stands."""
    return {line.control.id: line.standing for line in report.lines()}


def one_control(*, by: str) -> Framework:
    """A framework of one control, with these measures."""
    text = PACK.replace('["drills", "training"]', by)
    vault = MemoryVault.create().open()
    return import_pack(vault, text.encode(), "own.toml", COMMANDS)[0]


def test_counts_are_those_of_the_journal(vault: Vault) -> None:
    """Of every kind as many as there are, with number and time of the first and the last."""
    kinds = {"item.added", "member.role", "room.keyed", "policy.set"}
    counted = count_records(vault, kinds)
    for kind in kinds:
        rows = [row.leaf for row in read_journal(vault, Query(actions=frozenset((kind,))))]
        found = counted.of([kind])
        assert found.count == len(rows)
        if rows:
            assert (found.first, found.first_time) == (rows[0].seq, rows[0].time)
            assert (found.last, found.last_time) == (rows[-1].seq, rows[-1].time)
    together = counted.of(["item.added", "member.role"])
    assert together.count == counted.of(["item.added"]).count + counted.of(["member.role"]).count
    assert (together.first, together.last) == (
        min(counted.of([kind]).first for kind in ("item.added", "member.role")),
        max(counted.of([kind]).last for kind in ("item.added", "member.role")),
    )
    assert counted.of(["policy.set"]).count == counted.closed == 0


def test_counting_keeps_a_few_numbers(vault: Vault) -> None:
    """However long the journal is, rows are taken one by one, and nothing is kept of those that do not count."""
    row = next(read_journal(vault, Query(actions=frozenset(("item.added",)))))
    counted = tally(repeat(row, 20_000), {"item.added", "item.erased"})
    assert {kind: found.count for kind, found in counted.kinds.items()} == {"item.added": 20_000, "item.erased": 0}


def test_a_period(vault: Vault) -> None:
    """Records from and before a time; a report says which."""
    rows = [row.leaf for row in read_journal(vault, Query(actions=frozenset(("item", "member"))))]
    kinds = {"item.added", "member.role", "member.enrolled"}
    middle = next(leaf.time for leaf in rows if leaf.kind == "item")
    assert count_records(vault, kinds, since=middle).of(["item.added"]).count == 2
    assert count_records(vault, kinds, until=middle).of(["item.added"]).count == 0
    report = make_report(vault, GDPR, since=middle, until="2100-01-01T00:00:00.000Z")
    assert (report.to_json()["since"], report.to_json()["until"]) == (middle, "2100-01-01T00:00:00.000Z")
    assert "Records since" in FORMATS["md"](report)


def test_what_cannot_be_read_is_told() -> None:
    """Records of rooms that are not the reader's are not counted, and their number is in the report."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"claims": b"claims"})
    add_room(vault, "secret")
    add_content(vault, {"hidden": b"hidden"}, room="secret")
    let_in(vault, CLEO, EDITOR)
    mine, hers = make_report(vault, GDPR), make_report(CLEO.open(memory), GDPR)
    kinds = {"item.added"}
    assert count_records(vault, kinds).of(kinds).count == 2
    assert count_records(CLEO.open(memory), kinds).of(kinds).count == 1
    assert (mine.counted.closed, hers.counted.closed > 0) == (0, True)
    for form in ("md", "html"):
        assert "which you cannot read" not in FORMATS[form](mine)
        assert "which you cannot read" in FORMATS[form](hers)


def test_how_a_control_stands(vault: Vault) -> None:
    """On record, held by the program, nothing on record, or not touched; a record is worth more than the program."""
    for by, standing in (
        ('["inventory", "encryption", "training"]', RECORDED),
        ('["encryption", "training"]', BUILT_IN),
        ('["training"]', NOTHING_YET),
        ("[]", NOT_TOUCHED),
    ):
        report = make_report(vault, one_control(by=by))
        assert standings(report) == {"1": standing}
        assert report.numbers()[standing] == 1
        assert sum(report.numbers().values()) == 1


def test_a_record_closes_a_gap(vault: Vault) -> None:
    """A gap names the commands; when one of them has left its record, the gap is gone and the control is on record."""
    before = find_gaps(vault, [GDPR], None, None)
    gap = next(one for one in before if one.measure.id == "policy")
    assert gap.measure.commands == ("policy set", "policy import")
    assert gap.controls == (("gdpr", "Art. 24"),)
    assert standings(make_report(vault, GDPR))["Art. 24"] == NOTHING_YET
    set_policy(vault, policy(approvals=1), based_on=0, reason="")
    after = find_gaps(vault, [GDPR], None, None)
    assert [one for one in before if one not in after] == [gap]
    assert standings(make_report(vault, GDPR))["Art. 24"] == RECORDED
    assert all(one.measure.kinds for one in before)


@pytest.mark.parametrize("name", shipped(COMMANDS))
def test_every_control_names_its_evidence(vault: Vault, name: str) -> None:
    """Every form has every control; JSON has commands, kinds and tests of each measure, with the numbers."""
    framework = shipped(COMMANDS)[name]
    report = make_report(vault, framework)
    for line in report.to_json()["controls"]:
        assert (line["standing"] == NOT_TOUCHED) == (not line["evidence"])
        for one in line["evidence"]:
            assert one["commands"]
            assert one["tests"]
            assert bool(one["records"]) == (one["last"] is not None) == (one["last_record"] is not None)
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"](report))))
    text = "".join(Page(FORMATS["html"](report)).text)
    for control in framework.controls():
        assert [row["tests"] for row in rows if row["control"] == control.id and row["group"]] == [
            ", ".join(one.tests) for one in control.measures
        ] or not control.measures
        assert control.id in text
        assert control.title in text
    assert all(test in text for measure in framework.measures().values() for test in measure.tests)


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_says_that_it_is_no_certificate(vault: Vault, form: str) -> None:
    """Word for word, in each form."""
    text = FORMATS[form](make_report(vault, GDPR))
    shown = "".join(Page(text).text) if form == "html" else text
    assert NOT_A_CERTIFICATE in (json.loads(text)["note"] if form == "json" else shown)


def test_nothing_in_a_pack_acts(vault: Vault) -> None:
    """No formula in a spreadsheet, no element in a page, no link in Markdown, whatever the author of a pack wrote."""
    text = PACK.replace('title = "One"', f"title = '{HOSTILE}'").replace('title = "Group"', f"title = '{HOSTILE}'")
    framework, _head = import_pack(vault, text.encode(), "own.toml", COMMANDS)
    report = make_report(vault, framework)
    cells = [cell for row in csv.reader(io.StringIO(FORMATS["csv"](report))) for cell in row]
    assert f"'{HOSTILE}" in cells
    assert [cell for cell in cells if cell.startswith("=")] == []
    page = Page(FORMATS["html"](report))
    assert "script" not in page.tags
    assert HOSTILE in "".join(page.text)
    markdown = FORMATS["md"](report)
    assert "<script" not in markdown.replace("\\<script", "")
    assert "](http" not in markdown.replace("\\]", "")


def test_a_page_needs_nothing(vault: Vault) -> None:
    """No script, no address, and a policy that allows none."""
    text = FORMATS["html"](make_report(vault, GDPR))
    assert "default-src 'none'" in text
    assert {name for name, _value in Page(text).attributes} <= {
        *("lang", "charset", "http-equiv", "content", "name", "class", "scope")
    }


def test_a_pack_is_kept(vault: Vault) -> None:
    """For all members, until one of the same id comes; the same twice is told and not recorded."""
    own, head = import_pack(vault, PACK.encode(), "own.toml", COMMANDS)
    assert find_framework(vault.catalog, "own", COMMANDS) == own
    assert list(frameworks(vault.catalog, COMMANDS)) == [*shipped(COMMANDS), "own"]
    with pytest.raises(Conflict):
        import_pack(vault, PACK.encode(), "own.toml", COMMANDS)
    assert vault.catalog.head == head
    import_pack(vault, PACK.replace("version = 1", "version = 2").encode(), "own.toml", COMMANDS)
    assert find_framework(vault.catalog, "own", COMMANDS).version == 2
    with pytest.raises(NoSuchFramework):
        find_framework(vault.catalog, "other", COMMANDS)


def test_only_owners_import() -> None:
    """An editor of a room does not, and what is not taken leaves no record."""
    memory = MemoryVault.create()
    vault = memory.open()
    let_in(vault, CLEO, EDITOR)
    with pytest.raises(Denied):
        import_pack(CLEO.open(memory), PACK.encode(), "own.toml", COMMANDS)
    head = vault.catalog.head
    with pytest.raises(PackRefused):
        import_pack(vault, b"format = 1", "own.toml", COMMANDS)
    vault.follow()
    assert vault.catalog.head == head


def test_a_pack_that_cannot_be_read_any_more(vault: Vault) -> None:
    """It hides no other framework, and who asks for it is told."""
    append(vault, in_root(vault, PackImported(pack="own", version=1, content="format = 1\nmoon = 1\n")))
    append(vault, in_root(vault, PackImported(pack="later", version=1, content="format = 9\n")))
    assert list(frameworks(vault.catalog, COMMANDS)) == list(shipped(COMMANDS))
    with pytest.raises(PackRefused):
        find_framework(vault.catalog, "own", COMMANDS)


def test_a_browser_shows_it_and_nothing_runs_over(vault: Vault, tmp_path: Path) -> None:
    """Headless Chromium: with ids and titles as long as can be, the margin of a page of A4 stays empty."""
    text = PACK.replace('title = "One"', f'title = "{"W" * 500}"').replace('id = "1"', f'id = "{"9" * 40}"')
    framework, _head = import_pack(vault, text.encode(), "own.toml", COMMANDS)
    seen = screenshot(FORMATS["html"](make_report(vault, framework)), tmp_path)
    assert margin(seen, 800) == (255, 255)
    paper = seen.crop((60, 40, 734, 800)).histogram()
    assert 0.01 < sum(paper[:128]) / sum(paper) < 0.4  # neither blank nor a blot
