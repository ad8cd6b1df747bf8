"""The vocabulary: every kind can be written, read back and taken into the catalog, and nothing else is read."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given, strategies as st

import ipvault.records
from ipvault.catalog.catalog import Catalog
from ipvault.crypto.secret import Secret
from ipvault.journal.head import empty_head
from ipvault.journal.leaf import CLASSES
from ipvault.journal.payload import commitment, open_payload, payload_context, seal_payload
from ipvault.records import domains
from ipvault.records.base import MalformedRecord, Place, Record, Unknown
from ipvault.records.families import FAMILIES, all_kinds, decode, encode
from ipvault.records.rooms import RoomCreated
from ipvault.records.vocabulary import MAX_DER, ROLES
from tests.journal.strategies import VALUES
from tests.records.examples import KINDS_OF_RECORD, example, records, types_of, values_of
from tests.support.memory_vault import tables

PLACE = Place(seq=7, time="2026-11-21T14:30:00.125Z", signer="5" * 64, room="2" * 32, epoch=1, commit=9)
EACH_KIND = pytest.mark.parametrize("cls", KINDS_OF_RECORD, ids=lambda cls: str(cls.KIND))


def subclasses(cls: type[Record]) -> Iterator[type[Record]]:
    for child in cls.__subclasses__():
        yield child
        yield from subclasses(child)


def catalog() -> Catalog:
    return Catalog(empty_head("a" * 32))


@given(records())
def test_every_record_survives_the_journal(record: Record) -> None:
    """A record of any kind comes back from its sealed payload as it was."""
    key, context, seed = Secret(bytes(32)), payload_context("a" * 32, "2" * 32, 1, 7), bytes(16)
    fields = record.fields()
    sealed = seal_payload(key, context, fields, seed)
    assert decode(record.CLASS, open_payload(key, context, sealed, commitment(seed, fields))[0]) == record


@given(records())
def test_every_record_can_be_taken_in(record: Record) -> None:
    """A record of any kind goes into an empty catalog and into one that has it already, and gives the same twice."""
    one, other = catalog(), catalog()
    for view in (one, one, other, other):
        record.project(view.view, PLACE)
    assert tables(one) == tables(other)


@EACH_KIND
def test_what_a_kind_says_of_itself(cls: type[Record]) -> None:
    """A kind has a dotted name, a public class of the journal, roles that may write it, and fields of plain types."""
    family, dot, name = cls.KIND.partition(".")
    assert family
    assert dot
    assert name
    assert cls.CLASS in CLASSES
    assert cls.WRITTEN_BY
    assert set(ROLES) >= cls.WRITTEN_BY
    for domain in types_of(cls).values():
        assert values_of(domain) is not None
    assert cls.__doc__
    assert dataclasses.is_dataclass(cls)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(example(cls), cls.NAMES[0], "other")


def test_every_kind_is_registered() -> None:
    """Every class that declares a kind of its own is registered under it, once, and its module is a family."""
    declared = [cls for cls in subclasses(Record) if vars(cls).get("KIND", Unknown.KIND) != Unknown.KIND]
    assert {cls.KIND: cls.__qualname__ for cls in declared} == {
        kind: cls.__qualname__ for kind, cls in all_kinds().items()
    }
    homes = {(cls.__module__, cls.KIND.partition(".")[0]) for cls in declared}
    assert homes == {(f"ipvault.records.{name}", beginning) for name in FAMILIES for beginning in FAMILIES[name]}
    folder = Path(str(ipvault.records.__file__)).parent
    with_records = {
        path.stem
        for path in folder.glob("*.py")
        if any(isinstance(node, ast.ClassDef) and node.decorator_list for node in ast.parse(path.read_bytes()).body)
    }
    assert {f"ipvault.records.{name}" for name in with_records - {"base"}} == {module for module, _beginning in homes}


@EACH_KIND
def test_a_record_must_stand_in_its_class(cls: type[Record]) -> None:
    """The public class of a leaf cannot say something else than its sealed part."""
    fields = example(cls).fields()
    assert decode(cls.CLASS, fields) == example(cls)
    for public_class in CLASSES - {cls.CLASS}:
        with pytest.raises(MalformedRecord, match="class"):
            decode(public_class, fields)


_WRONG: dict[type, list[Any]] = {
    str: [None, 1, True, ["text"], {}],
    int: [None, "1", True, False, 1.0, [1]],
    list: [None, "text", {}, [True], ["0" * 32, None], [["a"]]],
}
"""What no field of a type holds, whatever its domain."""


@EACH_KIND
def test_every_field_has_its_type(cls: type[Record]) -> None:
    """A field that is missing, null or of another type is refused: a boolean is no number, and a text is no list."""
    fields = example(cls).fields()
    for name in types_of(cls):
        with pytest.raises(MalformedRecord, match=name):
            decode(cls.CLASS, {other: value for other, value in fields.items() if other != name})
        for value in _WRONG[type(fields[name])]:
            with pytest.raises(MalformedRecord, match=name):
                decode(cls.CLASS, {**fields, name: value})


OUTSIDE: dict[Any, list[Any]] = {
    domains.Id: ["", "0" * 31, "0" * 33, "A" * 32, "0" * 31 + "\n", "../" + "0" * 29],
    domains.Sha256: ["", "0" * 63, "0" * 65, "G" * 64],
    domains.IdOrEmpty: ["0", "0" * 33],
    domains.Sha256OrEmpty: ["0", "G" * 64],
    domains.Imprint: ["", "0" * 63, "0" * 96, "0" * 130],
    domains.Nonce: ["", "0" * 15, "g" * 16],
    domains.Der: ["", "A", "AAA", "AAB=", "AAAA\n", "ä", "A" * (MAX_DER + 4)],
    domains.HashName: ["", "sha1", "SHA256"],
    domains.StampTarget: ["", "journal"],
    domains.AttemptId: ["", "0" * 17],
    domains.CopyId: ["", "0" * 15, "G" * 16],
    domains.UnlockSlotId: ["", "0" * 7, "0" * 9, "A" * 8],
    domains.SlotName: ["", "0" * 15, "0" * 15 + "/"],
    domains.KemKey: ["", "0" * 2430],
    domains.Ed25519Key: ["", "0" * 62, "zz" * 32],
    domains.MlDsa44Key: ["", "0" * 2626],
    domains.Word: ["", "A", "1", "a b", "a" * 33, "a\n"],
    domains.SignaturePair: ["", "0" * 4966, "Z" * 4968],
    domains.TornName: ["", "1", "01-" + "0" * 16, "1-" + "0" * 15, "../1-" + "0" * 16, "1-" + "0" * 16 + "\n"],
    domains.Time: [
        "",
        "2030-02-30T00:00:00.000Z",
        "2030-01-02",
        "2030-01-02T24:00:00.000Z",
        "0000-01-01T00:00:00.000Z",
    ],
    domains.TimeOrEmpty: [" ", "2030-13-01T00:00:00.000Z"],
    domains.Day: ["", "2030-02-30", "20300102", "2030-W01-1", "0000-01-01", "2030-01-02T00:00:00.000Z"],
    domains.DayOrEmpty: [" ", "2030-13-01"],
    domains.DayCount: [-1, 36_501],
    domains.Rating: [0, -1, 6],
    domains.WordOrEmpty: [" ", "Exclusive", "a b"],
    domains.Name: ["", " ", "a\nb", "\x1b[2J", "a" * 1025, "ü" * 513],
    domains.Generation: [0, -1, 10**9],
    domains.Incarnation: [0, 1, 10**9],
    domains.ItemName: ["", "/a", "a/", "a//b", "a/../b", "./a", "a\x00b", "a" * 1025],
    domains.Detail: ["a\nb", "\x1b[2J", "\x9f", "a" * 1025, "ü" * 513],
    domains.Text: ["a" * 65_537, "ü" * 32_769],
    domains.Tag: ["a\nb", "a" * 65_537],
    domains.Label: ["", "Secret", "top secret"],
    domains.ItemType: ["", "thing"],
    domains.Role: ["", "Owner", "root"],
    domains.ReceiptEvent: ["", "Opened", "read"],
    domains.Count: [-1, 10**15],
    domains.ShareCount: [0, -1, 17],
    domains.Epoch: [0, -1, 10**15],
    domains.VersionNumber: [0, -1, 1_000_001],
}
"""Values just outside of every domain."""


@EACH_KIND
def test_every_field_has_its_domain(cls: type[Record]) -> None:
    """An id that is none, a date that no calendar has, a number without end or a label of one's own is refused."""
    fields = example(cls).fields()
    for name, domain in types_of(cls).items():
        is_list = get_origin(domain) is tuple
        for value in OUTSIDE[get_args(domain)[0] if is_list else domain]:
            wrong = {**fields, name: [*fields[name], value] if is_list else value}
            with pytest.raises(MalformedRecord, match=name):
                decode(cls.CLASS, wrong)


def test_nothing_is_written_that_nobody_reads() -> None:
    """A record with a field outside its domain cannot be sealed."""
    with pytest.raises(MalformedRecord, match="name"):
        encode(RoomCreated(room="0" * 32, name=""))
    assert encode(RoomCreated(room="0" * 32, name="lab")) == {"kind": "room.created", "room": "0" * 32, "name": "lab"}


@EACH_KIND
def test_no_field_is_ignored(cls: type[Record]) -> None:
    """A field that its kind does not have is refused, so that nobody hides anything in a record."""
    with pytest.raises(MalformedRecord, match="does not have"):
        decode(cls.CLASS, {**example(cls).fields(), "zeta": ""})


@pytest.mark.parametrize("kind", [None, 1, True, [], {}])
def test_the_kind_is_text(kind: object) -> None:
    """Fields without a kind are no record."""
    for fields in ({"kind": kind}, {}):
        with pytest.raises(MalformedRecord, match="kind"):
            decode("item", fields)


def test_a_kind_of_the_future_can_be_shown() -> None:
    """A record of a kind that this program does not know is kept as it is and changes nothing in the catalog."""
    fields = {"kind": "item.sung", "item": "a" * 32, "melody": ["c", 1]}
    record = decode("item", fields)
    assert isinstance(record, Unknown)
    assert record.fields() == fields
    view = catalog()
    record.project(view.view, PLACE)
    assert tables(view) == tables(catalog())


@given(st.sampled_from(sorted(CLASSES)), st.dictionaries(st.text(max_size=8), VALUES, max_size=4), st.data())
def test_any_fields(public_class: str, fields: dict[str, Any], data: st.DataObject) -> None:
    """Whatever fields a payload holds, they are a record or malformed; a record gives them back."""
    if data.draw(st.booleans()):
        cls = data.draw(st.sampled_from(KINDS_OF_RECORD))
        public_class, fields = cls.CLASS, {**example(cls).fields(), **fields}
    with suppress(MalformedRecord):
        assert decode(public_class, fields).fields() == fields
