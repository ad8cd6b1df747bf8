"""The public half of a record: one way to write it, and nothing else is read."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
import rfc8785
from hypothesis import given, strategies as st

from ipvault.journal.leaf import (
    CLASSES,
    FACTS_OF_CLASS,
    FILES_OF_CLASS,
    Facts,
    FileChange,
    Leaf,
    MalformedLeaf,
    UnknownVersion,
    encode_leaf,
    parse_leaf,
    signed_body,
)
from tests.journal.strategies import leaves

FILES = (FileChange(True, "objects/aa/" + "a" * 32, 512, "5" * 64), FileChange(False, "objects/bb/" + "b" * 32))
PLAIN = Leaf(
    seq=7,
    previous="1" * 64,
    time="2026-11-21T14:30:00.125Z",
    kind="item",
    room="2" * 32,
    epoch=1,
    sealed_hash="3" * 64,
    commitment="4" * 64,
    files=(),
    facts={},
)
RAW = encode_leaf(PLAIN._replace(files=FILES, signer="6" * 64, signature="7" * 128))
SLOT = f"rooms/{'2' * 32}/1/{'a' * 16}.slot"
PLACES = {
    "genesis": "VAULT",
    "item": FILES[0].path,
    "member": f"members/{'5' * 64}/1.toml",
    "key": SLOT,
    "repair": f"journal/torn/7-{'a' * 16}",
}
FACTS: dict[str, Facts] = {
    "member": {"key": "8" * 64, "member": "9" * 64},
    "key": {"commitment": "8" * 64, "records": "9" * 64},
    "forget": {"records": [1, 2]},
}
KEYED = encode_leaf(PLAIN._replace(kind="key", files=(FileChange(True, SLOT, 1168, "5" * 64),), facts=FACTS["key"]))


@given(leaves())
def test_every_leaf_that_is_written_is_read_back(leaf: Leaf) -> None:
    """Reading a leaf gives what it was made of."""
    assert parse_leaf(leaf.raw) == leaf


@given(leaves())
def test_a_leaf_is_rfc_8785(leaf: Leaf) -> None:
    """A leaf is what a general implementation of RFC 8785 would write, in ASCII."""
    assert rfc8785.dumps(json.loads(leaf.raw)) == leaf.raw
    assert leaf.raw.isascii()


@given(st.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    """Whatever a line holds, reading it ends in a leaf, in "malformed", or in "of another version"."""
    with suppress(MalformedLeaf, UnknownVersion):
        assert encode_leaf(parse_leaf(raw)) == raw


@given(leaves(), st.data())
def test_a_leaf_has_one_spelling(leaf: Leaf, data: st.DataObject) -> None:
    """A leaf with a few bytes changed, lost, added or moved is refused, or is exactly what its new content is written
    as: no two texts say the same.
    """
    raw = bytearray(leaf.raw)
    for _ in range(data.draw(st.integers(1, 3))):
        start, end = sorted(data.draw(st.lists(st.integers(0, len(raw)), min_size=2, max_size=2)))
        piece = data.draw(
            st.sampled_from([b"", b" ", b",", b'"', b"0", b"\n", b"\t", b"-1", b"\\u0041", bytes(raw[start:end])])
        )
        at = data.draw(st.sampled_from([start, end]))
        raw[at : at + data.draw(st.integers(0, 2))] = piece
    with suppress(MalformedLeaf, UnknownVersion):
        assert encode_leaf(parse_leaf(bytes(raw))) == raw


def test_every_flipped_bit_changes_the_meaning() -> None:
    """With any one bit flipped a leaf is refused or says something else, and then its hash is another."""
    original = parse_leaf(RAW)
    for bit in range(8 * len(RAW)):
        raw = bytearray(RAW)
        raw[bit // 8] ^= 1 << bit % 8
        with suppress(MalformedLeaf, UnknownVersion):
            leaf = parse_leaf(bytes(raw))
            assert leaf[:-1] != original[:-1]
            assert leaf.hash != original.hash


def test_every_truncation_is_refused() -> None:
    """A leaf that is cut short anywhere is malformed."""
    for length in range(len(RAW)):
        with pytest.raises(MalformedLeaf):
            parse_leaf(RAW[:length])


@pytest.mark.parametrize(
    ("pattern", "other"),
    [
        (rb"^\{", b"\xef\xbb\xbf{"),
        (rb"\}$", b"}\n"),
        (rb"\}$", b"} "),
        (rb"\}$", b',"y":1}'),
        (rb'"c":"', b'"c": "'),
        (rb'"by":"6{64}",', b""),
        (rb'"sig":"7{128}",', b""),
        (rb'"e":1,', b'"e":1,"e":1,'),
        (rb'"e":1,', b'"e":01,'),
        (rb'"e":1,', b'"e":-1,'),
        (rb'"e":1,', b'"e":1.0,'),
        (rb'"e":1,', b'"e":NaN,'),
        (rb'"e":1,', b'"e":1000000000000000,'),
        (rb'"e":1,', '"e":\u0661,'.encode()),
        (rb'"e":1,"k":"item"', b'"k":"item","e":1'),
        (rb'"k":"item"', b'"k":"thing"'),
        (rb'"k":"item"', b'"k":"access"'),
        (rb'"k":"item"', b'"k":"\\u0069tem"'),
        (rb'"c":"3', b'"c":"A'),
        (rb'"c":"3', b'"c":"'),
        (rb'"n":7', b'"n":"7"'),
        (rb'"n":7', b'"n":true'),
        (rb'"o":\[.*?\]\],', b'"o":[],'),
        (rb"objects/aa", b"objects/../aa"),
        (rb"objects/aa", b"objects/./aa"),
        (rb"objects/aa", b"objects//aa"),
        (rb"objects/aa", b"objects\\\\aa"),
        (rb"objects/aa/a+", b"objects/"),
        (rb"objects/aa/a+", b"objects/aa/"),
        (rb"objects/aa/a+", b"objects"),
        (rb"objects/aa/a+", b"members/aa"),
        (rb"objects/aa/a+", b"/objects/aa"),
        (rb"objects/aa/a+", b"journal/log"),
        (rb"objects/aa/a+", b"objects/" + b"a" * 193),
        (rb',512,"5+"', b""),
        (rb'"t":"2026-11', b'"t":"2026-13'),
        (rb'"t":"2026-11', b'"t":"2026-00'),
        (rb"-21T14", b"-32T14"),
        (rb"-21T14", b"-21T24"),
        (rb"\.125Z", b".125"),
        (rb"\.125Z", b".1250Z"),
        (rb"\.125Z", b".125+00:00"),
        (rb'"v":1', b'"v":1,"x":{}'),
        (rb'"v":1', b'"v":1,"x":{"a":1}'),
    ],
)
def test_what_is_malformed(pattern: bytes, other: bytes) -> None:
    """Space, order, duplicates, other numbers, half a signature, unknown classes and members, dates that no calendar
    has, and files that a class has no business with are refused.
    """
    raw, changes = re.subn(pattern, lambda _: other, RAW, count=1)
    assert changes == 1
    parse_leaf(RAW)
    with pytest.raises(MalformedLeaf):
        parse_leaf(raw)


@pytest.mark.parametrize(
    ("pattern", "other"),
    [
        (rb'"x":\{.*?\}', b'"x":{}'),
        (rb'"commitment":"8', b'"commitment":"A'),
        (rb'"commitment":"8', b'"commitment":"'),
        (rb'"commitment":"8{64}"', b'"commitment":8'),
        (rb'"commitment":"8{64}"', b'"commitment":null'),
        (rb'"commitment"', b'"Commitment"'),
        (rb'"x":\{', b'"x":{"a":1,'),
        (rb"9\"\}", b'9","z":1}'),
        (rb"9\"\}", b'9" }'),
        (rb"rooms/2", b"rooms/3"),
        (rb"/1/a", b"/2/a"),
        (rb"/1/a", b"/01/a"),
        (rb"\.slot", b".slots"),
        (rb"a\.slot", b"aa.slot"),
        (rb"a{16}\.slot", b"link.slot"),
        (rb"a{16}\.slot", b"links"),
        (rb',"records":"9{64}"', b""),
        (rb'"records":"9', b'"records":"A'),
        (rb'"records":"9{64}"', b'"records":[1]'),
    ],
)
def test_what_no_key_record_says(pattern: bytes, other: bytes) -> None:
    """A record of class `key` announces two commitments, and adds slots of its own room and epoch."""
    raw, changes = re.subn(pattern, lambda _: other, KEYED, count=1)
    assert changes == 1
    parse_leaf(KEYED)
    with pytest.raises(MalformedLeaf):
        parse_leaf(raw)


def test_slots_of_an_older_epoch_can_go() -> None:
    """A record of class `key` can remove slots of its room, of whatever epoch, and none of another room."""
    older, foreign = SLOT.replace("/1/", "/7/"), SLOT.replace("2", "3")
    parse_leaf(encode_leaf(PLAIN._replace(kind="key", files=(FileChange(False, older),))))
    with pytest.raises(MalformedLeaf):
        parse_leaf(encode_leaf(PLAIN._replace(kind="key", files=(FileChange(False, foreign),))))


@pytest.mark.parametrize("kind", sorted(CLASSES))
def test_each_class_has_its_own_facts(kind: str) -> None:
    """A record of one class cannot say in public what is for another to say, nor less or more than its own."""
    assert FACTS.keys() == FACTS_OF_CLASS.keys()
    for owner, facts in FACTS.items():
        raw = encode_leaf(PLAIN._replace(kind=kind, facts=facts))
        if kind == owner:
            assert parse_leaf(raw).facts == facts
        else:
            with pytest.raises(MalformedLeaf):
                parse_leaf(raw)
        empty: Facts = {name: [] for name in facts}
        others: list[Facts] = [{**facts, "z": "1"}, {**facts, "z": [1]}, dict.fromkeys(facts, "0"), empty]
        for other in others:
            with pytest.raises(MalformedLeaf):
                parse_leaf(encode_leaf(PLAIN._replace(kind=kind, facts=other)))


@pytest.mark.parametrize("version", [0, 2, 999])
def test_another_version_is_told_as_such(version: int) -> None:
    """A leaf in the form of this grammar with another version number is not called malformed: it may be newer."""
    with pytest.raises(UnknownVersion) as caught:
        parse_leaf(RAW.replace(b'"v":1', b'"v":%d' % version))
    assert caught.value.args == (version,)


@pytest.mark.parametrize("kind", sorted(CLASSES))
def test_each_class_has_its_own_files(kind: str) -> None:
    """A record of one class cannot add or remove the files of another."""
    assert PLACES.keys() == FILES_OF_CLASS.keys()
    for owner, path in PLACES.items():
        change = FileChange(True, path, 1, "5" * 64)
        raw = encode_leaf(PLAIN._replace(kind=kind, files=(change,)))
        if kind == owner:
            assert parse_leaf(raw).files == (change,)
        else:
            with pytest.raises(MalformedLeaf):
                parse_leaf(raw)


def test_generations_of_a_member_file_are_counted_up() -> None:
    """A member's file comes alone if it is the first, and else takes the place of the one before: nothing more, nothing
    less, in that order and for one member.
    """
    path = f"members/{'5' * 64}/%d.toml"
    first, second, third = (FileChange(True, path % number, 1, "5" * 64) for number in (1, 2, 3))
    gone = FileChange(False, path % 1)
    stranger = FileChange(False, gone.path.replace("5", "6"))

    def raw(*files: FileChange) -> bytes:
        return encode_leaf(PLAIN._replace(kind="member", files=files))

    good: list[tuple[FileChange, ...]] = [(first,), (second, gone), (third, FileChange(False, second.path))]
    for files in good:
        assert parse_leaf(raw(*files)).files == files
    bad: list[tuple[FileChange, ...]] = [
        (second,),
        (gone,),
        (first, gone),
        (gone, second),
        (third, gone),
        (second, stranger),
        (second, gone, gone),
    ]
    for files in (*bad, (first, second), (second, gone, third)):
        with pytest.raises(MalformedLeaf):
            parse_leaf(raw(*files))


def test_the_genesis_record_names_one_file() -> None:
    """It names VAULT, and nothing that only begins so."""
    for path in ("VAULTS", "VAULT.old", "VAULT/x"):
        with pytest.raises(MalformedLeaf):
            parse_leaf(encode_leaf(PLAIN._replace(kind="genesis", files=(FileChange(True, path, 1, "5" * 64),))))


@given(leaves())
def test_what_a_signature_covers(leaf: Leaf) -> None:
    """The signed body is the leaf without its signature."""
    body = leaf._replace(signer="6" * 64, signature="")
    assert signed_body(encode_leaf(body._replace(signature="8" * 128))) == encode_leaf(body)
