"""Hypothesis strategies for what the journal holds."""

from __future__ import annotations

from hypothesis import strategies as st

from ipvault.journal.canonical import MAX_INTEGER, JsonValue
from ipvault.journal.leaf import CLASSES, FILES_OF_CLASS, FileChange, Leaf, encode_leaf

TEXT: st.SearchStrategy[str] = st.text(max_size=20)
NUMBERS = st.integers(-MAX_INTEGER, MAX_INTEGER)
_SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
_ASCII_KEYS = st.text(st.characters(max_codepoint=0x7F), max_size=8)
VALUES = st.recursive(
    _SCALARS,
    lambda values: st.lists(values, max_size=4) | st.dictionaries(_ASCII_KEYS, values, max_size=4),
    max_leaves=12,
)
"""Everything that canonical JSON is defined for."""

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,15}", fullmatch=True)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=6)
"""Fields of a record, whether or not any kind of record has them."""

HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
IDS = st.binary(min_size=16, max_size=16).map(bytes.hex)
_COUNTS = st.integers(0, 10**15 - 1)
_TIMES = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")
_PART = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,30}", fullmatch=True)
_NUMBERS: st.SearchStrategy[JsonValue] = st.lists(_COUNTS, min_size=1, max_size=4).map(lambda numbers: [*numbers])
_FACT: st.SearchStrategy[JsonValue] = (
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters='"\\'), max_size=70)
    | _COUNTS
    | _NUMBERS
)
FACTS = st.dictionaries(st.from_regex(r"[a-z]{1,32}", fullmatch=True), _FACT, max_size=3)


@st.composite
def _files(draw: st.DrawFn, kind: str) -> tuple[FileChange, ...]:
    place = FILES_OF_CLASS.get(kind)
    if place is None:
        return ()
    paths = _PART.map(place.__add__) if place.endswith("/") else st.just(place)
    added = st.builds(FileChange, st.just(True), paths, _COUNTS, HASHES)
    removed = paths.map(lambda path: FileChange(False, path))
    return tuple(draw(st.lists(added | removed, max_size=3)))


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    """A leaf with or without a signature, and its bytes."""
    kind = draw(st.sampled_from(sorted(CLASSES)))
    leaf = Leaf(
        seq=draw(_COUNTS),
        previous=draw(HASHES),
        time=draw(_TIMES),
        kind=kind,
        room=draw(IDS),
        epoch=draw(_COUNTS),
        sealed_hash=draw(HASHES),
        commitment=draw(HASHES),
        files=draw(_files(kind)),
        facts=draw(FACTS),
    )
    if draw(st.booleans()):
        leaf = leaf._replace(signer=draw(HASHES), signature=draw(st.binary(min_size=64, max_size=64)).hex())
    return leaf._replace(raw=encode_leaf(leaf))
