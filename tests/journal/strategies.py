"""Hypothesis strategies for what the journal holds."""

from __future__ import annotations

from hypothesis import strategies as st

from ipvault.journal.canonical import MAX_INTEGER
from ipvault.journal.leaf import CLASSES, Facts, FileChange, Leaf, encode_leaf

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
_NUMBERS = st.lists(_COUNTS, min_size=1, max_size=4)
_HEX16 = st.binary(min_size=8, max_size=8).map(bytes.hex)
_FACTS: dict[str, st.SearchStrategy[Facts]] = {
    "member": st.fixed_dictionaries({"key": HASHES, "member": HASHES}),
    "key": st.fixed_dictionaries({"commitment": HASHES, "records": HASHES}),
    "forget": st.fixed_dictionaries({"records": _NUMBERS}),
}


def _paths(kind: str, room: str, epoch: int) -> st.SearchStrategy[str] | None:
    """The files that a record of a class can name."""
    return {
        "genesis": st.just("VAULT"),
        "item": IDS.map(lambda object_id: f"objects/{object_id[:2]}/{object_id}"),
        "key": _HEX16.map(lambda slot: f"rooms/{room}/{epoch}/{slot}.slot") | st.just(f"rooms/{room}/{epoch}/link"),
        "repair": st.builds("journal/torn/{}-{}".format, _COUNTS, _HEX16),
    }.get(kind)


@st.composite
def _member_files(draw: st.DrawFn) -> tuple[FileChange, ...]:
    """A generation comes, and the one before goes."""
    member, generation = draw(HASHES), draw(st.integers(1, 10**9 - 1))
    added = FileChange(True, f"members/{member}/{generation}.toml", draw(_COUNTS), draw(HASHES))
    removed = FileChange(False, f"members/{member}/{generation - 1}.toml")
    return (added, removed) if generation > 1 else (added,)


@st.composite
def _files(draw: st.DrawFn, kind: str, room: str, epoch: int) -> tuple[FileChange, ...]:
    if kind == "member":
        return draw(st.just(()) | _member_files())
    paths = _paths(kind, room, epoch)
    if paths is None:
        return ()
    added = st.builds(FileChange, st.just(True), paths, _COUNTS, HASHES)
    removed = paths.map(lambda path: FileChange(False, path))
    return tuple(draw(st.lists(added | removed, max_size=3)))


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    """A leaf with or without a signature, and its bytes."""
    kind = draw(st.sampled_from(sorted(CLASSES)))
    room, epoch = draw(IDS), draw(st.integers(1, 10**15 - 1))
    leaf = Leaf(
        seq=draw(_COUNTS),
        previous=draw(HASHES),
        time=draw(_TIMES),
        kind=kind,
        room=room,
        epoch=epoch,
        sealed_hash=draw(HASHES),
        commitment=draw(HASHES),
        files=draw(_files(kind, room, epoch)),
        facts=draw(st.just({}) | _FACTS[kind]) if kind in _FACTS else {},
    )
    if draw(st.booleans()):
        leaf = leaf._replace(signer=draw(HASHES), signature=draw(st.binary(min_size=64, max_size=64)).hex())
    return leaf._replace(raw=encode_leaf(leaf))
