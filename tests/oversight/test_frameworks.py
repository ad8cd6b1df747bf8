"""The packs that come with ipvault, and those of others: complete where they say so, and nothing in them is made up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.cli.commands import all_commands
from ipvault.cli.help import DOCUMENTS
from ipvault.errors import FormatTooNew, PackRefused
from ipvault.oversight.compliance.framework import Framework
from ipvault.oversight.compliance.packs import SHIPPED, measures, own_pack, shipped
from ipvault.oversight.compliance.reading import MAX_CONTROLS, MAX_LIST, MAX_MEASURES, MAX_PACK
from ipvault.records.families import all_kinds
from tests.oversight.own_pack import OWN_PACK
from tests.oversight.test_limits import NEVER
from tests.support.named_tests import missing_tests

COMMANDS = frozenset(" ".join(words) for words, _command in all_commands())
FRAMEWORKS = shipped(COMMANDS)
MEASURES = measures(COMMANDS)

ANNEX_A = [
    f"A.{theme}.{number}" for theme, count in ((5, 37), (6, 8), (7, 14), (8, 34)) for number in range(1, count + 1)
]
CRITERIA = [
    f"{series}.{number}"
    for series, count in (
        *(("CC1", 5), ("CC2", 3), ("CC3", 4), ("CC4", 2), ("CC5", 3), ("CC6", 8), ("CC7", 5), ("CC8", 1), ("CC9", 2)),
        *(("A1", 3), ("C1", 2), ("PI1", 5)),
        *(("P1", 1), ("P2", 1), ("P3", 2), ("P4", 3), ("P5", 2), ("P6", 7), ("P7", 1), ("P8", 1)),
    )
    for number in range(1, count + 1)
]
CATEGORIES = {"GV": "OC RM RR PO OV SC", "ID": "AM RA IM", "PR": "AA AT DS PS IR", "DE": "CM AE", "RS": "MA AN CO MI"}
CATEGORIES["RC"] = "RP CO"
COMPLETE = {
    "iso27001-2022": ANNEX_A,
    "soc2-2017": CRITERIA,
    "nist-csf-2": [f"{function}.{one}" for function, names in CATEGORIES.items() for one in names.split()],
    "nis2-art21": [f"21(2)({letter})" for letter in "abcdefghij"],
    "cyber-essentials": [
        *(
            "firewalls",
            "secure-configuration",
            "security-update-management",
            "user-access-control",
            "malware-protection",
        )
    ],
}
FORMS = {
    "nist-800-53r5": r"[A-Z]{2}(-[1-9][0-9]?)?",
    "fedramp": r"[A-Z]{2}(-[1-9][0-9]?)?",
    "gdpr": r"Art\. [1-9][0-9]?(\([1-9]\)(\([a-f]\))?)?",
    "ccpa": r"1798\.1[0-9]{2}",
    "hipaa-security": r"164\.3(06|08|10|12|14|16)\([a-e]\)(\([1-8]\)(\(i{1,3}v?\)|\(iv\))?)?",
}

PACK = """
format = 1
id = "own"
name = "Own"
version = 1
about = "What we ask for."
[[measure]]
id = "drills"
title = "Drills"
commands = ["backup drill"]
kinds = ["backup.drilled"]
[[group]]
title = "Group"
controls = [{ id = "1", title = "One", by = ["drills", "training"] }]
"""


def own(text: str) -> Framework:
    """The framework of a pack."""
    return own_pack(text.encode(), "own.toml", COMMANDS)


def test_all_ten_are_there() -> None:
    """By their ids, each with a group at least, and with nothing that says that a law or standard is met."""
    assert tuple(FRAMEWORKS) == SHIPPED
    assert len(SHIPPED) == 10
    for framework in FRAMEWORKS.values():
        words = [framework.name, framework.about, *(one.title for one in framework.controls())]
        assert [one for one in words if NEVER.search(one)] == []
        assert max(len(one.title) for one in framework.controls()) <= 60


@pytest.mark.parametrize("name", COMPLETE)
def test_what_is_not_touched_is_listed(name: str) -> None:
    """Of these every control is there, once and in its order, and some of them are not touched by ipvault."""
    controls = list(FRAMEWORKS[name].controls())
    assert [one.id for one in controls] == COMPLETE[name]
    assert any(not one.measures for one in controls)
    assert any(one.measures for one in controls)


def test_the_number_of_controls() -> None:
    """93 controls of Annex A, 33 common criteria, 22 categories, ten measures, five themes."""
    assert len(ANNEX_A) == 93
    assert len([one for one in CRITERIA if one.startswith("CC")]) == 33
    assert [len(COMPLETE[name]) for name in ("nist-csf-2", "nis2-art21", "cyber-essentials")] == [22, 10, 5]


@pytest.mark.parametrize("name", FORMS)
def test_ids_are_those_of_the_source(name: str) -> None:
    """Of the others each id has the form that the standard or law gives it."""
    ids = [one.id for one in FRAMEWORKS[name].controls()]
    assert [one for one in ids if not re.fullmatch(FORMS[name], one)] == []
    assert len(set(ids)) == len(ids)


def test_fedramp_is_as_800_53() -> None:
    """The same controls, under its own name."""
    assert FRAMEWORKS["fedramp"].groups == FRAMEWORKS["nist-800-53r5"].groups
    assert FRAMEWORKS["fedramp"].name != FRAMEWORKS["nist-800-53r5"].name


def test_every_test_that_is_named_exists() -> None:
    """Each measure has tests, and they are there."""
    assert all(measure.tests for measure in MEASURES.values())
    assert missing_tests(test for measure in MEASURES.values() for test in measure.tests) == []


def test_every_measure_serves() -> None:
    """Nothing is described that no framework names."""
    used = {name for framework in FRAMEWORKS.values() for name in framework.measures()}
    assert MEASURES.keys() - used == set()
    assert {kind for measure in MEASURES.values() for kind in measure.kinds} <= all_kinds().keys()


def test_the_document() -> None:
    """The help topic lists all measures, and its example is a pack."""
    page = (DOCUMENTS / "compliance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| ([^|`]+) \|$", page, re.MULTILINE)
    assert rows[-len(MEASURES) :] == [(one.id, one.title) for one in MEASURES.values()]
    example = own_pack(OWN_PACK, "", COMMANDS)
    assert [[one.id for one in control.measures] for control in example.controls()] == [["own-drills", "recovery"], []]
    assert MAX_PACK == 64 * 1024
    assert f"{MAX_PACK // 1024} KiB, {MAX_CONTROLS:,} controls, and {MAX_MEASURES} measures" in page


def test_a_pack_of_ones_own() -> None:
    """Its measures and those of ipvault, and all controls of another framework where it says so."""
    found = own(PACK)
    assert [(one.id, [measure.id for measure in one.measures]) for one in found.controls()] == [
        ("1", ["drills", "training"])
    ]
    head = PACK[: PACK.index("[[measure]]")]
    assert own(f'{head}like = "gdpr"').groups == FRAMEWORKS["gdpr"].groups


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format = 1", ""),
        ("format = 1", "format = 1\nowner = 'Ada'"),
        ('id = "own"', 'id = "gdpr"'),
        ('id = "own"', 'id = "Own pack"'),
        ('id = "own"', "id = 1"),
        ('name = "Own"', ""),
        ('name = "Own"', r'name = "Own\u001b[31m"'),
        ('name = "Own"', r'name = "Own\u202e"'),
        ('name = "Own"', f'name = "{"x" * 501}"'),
        ("version = 1", "version = 0"),
        ("version = 1", "version = true"),
        ("version = 1", 'version = "1"'),
        ('about = "What we ask for."', 'about = ""'),
        ('about = "What we ask for."', 'about = "x"\nlike = "gdpr"'),
        ('about = "What we ask for."', 'about = "x"\nlike = "nothing"'),
        ('about = "What we ask for."', 'about = "x"\nlike = ["gdpr"]'),
        ('id = "drills"', 'id = "backup"'),
        ('commands = ["backup drill"]', 'commands = ["backup dril"]'),
        ('commands = ["backup drill"]', "commands = []"),
        ('commands = ["backup drill"]', "commands = [1]"),
        ('commands = ["backup drill"]', 'commands = "backup drill"'),
        ('commands = ["backup drill"]', 'commands = ["backup drill", "backup drill"]'),
        ('commands = ["backup drill"]', f"commands = {['backup drill'] * (MAX_LIST + 1)}"),
        ('kinds = ["backup.drilled"]', 'kinds = ["backup.drilling"]'),
        ('kinds = ["backup.drilled"]', 'kinds = ["backup.drilled"]\ntests = ["tests/../x.py::test_y"]'),
        ('kinds = ["backup.drilled"]', 'kinds = ["backup.drilled"]\ngrade = "E"'),
        ('by = ["drills", "training"]', 'by = ["drill"]'),
        ('by = ["drills", "training"]', 'by = ["drills"], note = "x"'),
        ('{ id = "1",', '{ id = "=1",'),
        ('{ id = "1",', '{ id = "1", title = "Zero" }, { id = "1",'),
        ("controls = [{", "controls = [1, {"),
        ('[[group]]\ntitle = "Group"', '[[group]]\ntitle = "Group"\nparts = 1'),
        ("[[group]]", '[[group]]\ntitle = "Group"\ncontrols = [{ id = "2", title = "Two" }]\n[[group]]'),
        ("[[group]]", "[[groups]]"),
        ("[[measure]]", "[[measure]]\n[[measure]]"),
    ],
)
def test_what_is_refused(old: str, new: str) -> None:
    """What is unknown, missing, of another type, twice, or names what does not exist."""
    assert old in PACK
    with pytest.raises(PackRefused):
        own(PACK.replace(old, new, 1))


def test_sizes() -> None:
    """A pack that is too large is not parsed, and one may not have too many controls or measures."""
    with pytest.raises(PackRefused, match="larger"):
        own_pack(b"\xff" * (MAX_PACK + 1), "own.toml", COMMANDS)
    for count, is_taken in ((MAX_CONTROLS - 1, True), (MAX_CONTROLS, False)):
        many = ", ".join(f'{{id="x{number}",title="x"}}' for number in range(count))
        text = PACK.replace("controls = [", f"controls = [{many}, ")
        if is_taken:
            assert len(list(own(text).controls())) == MAX_CONTROLS
        else:
            with pytest.raises(PackRefused, match=r"at most|more than"):
                own(text)
    measure = '[[measure]]\nid = "m{}"\ntitle = "M"\ncommands = ["init"]\n'
    with pytest.raises(PackRefused, match="at most"):
        own(PACK + "".join(map(measure.format, range(MAX_MEASURES))))


def test_a_pack_of_a_newer_ipvault() -> None:
    """Is said to be one."""
    with pytest.raises(FormatTooNew):
        own(PACK.replace("format = 1", "format = 2"))


@settings(max_examples=40)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    """Anything else is refused."""
    with pytest.raises((PackRefused, FormatTooNew)):
        own_pack(data, "own.toml", COMMANDS)
