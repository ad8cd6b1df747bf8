"""The public half of a record: one line of canonical JSON that anybody can check without a key.

The grammar below is stricter than JSON on purpose: there is exactly one way to write a leaf, so its bytes can be
hashed and compared, and whatever does not match is malformed. Members stand in the order of RFC 8785:

    by, sig   fingerprint of the signer and Ed25519 signature, on the last line of a transaction only
    c         SHA-256 of the sealed payload, as it stands in the line
    e, r      epoch and room whose record key seals the payload
    k         public class of the record
    m         commitment to the payload's fields (see `payload`)
    n         sequence number, from 0
    o         files added ["+", path, length, SHA-256] and removed ["-", path]
    p         hash of the previous leaf
    t         time, UTC with milliseconds
    v         version of this grammar
    x         what the class has to say in public: a signer's key, commitments to the keys of a room, forgotten records

The hash of a leaf is SHA-256(0x00 || leaf), that of RFC 6962.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Final, NamedTuple, cast

from ipvault.journal.canonical import JsonValue, canonical
from ipvault.journal.head import leaf_hash
from ipvault.text import _

VERSION: Final = 1
CLASSES: Final = frozenset(
    ("genesis", "item", "access", "member", "room", "key", "auth", "policy", "governance", "anchor", "repair", "forget")
)

_HASH = rb"[0-9a-f]{64}"
_NUMBER = rb"(?:0|[1-9][0-9]{0,14})"
_PART = rb"[A-Za-z0-9][A-Za-z0-9._-]*"
_PATH = rb'(?=[^"]{1,200}")' + _PART + rb"(?:/" + _PART + rb")*"
_FILE = rb'\["(?:\+","' + _PATH + rb'",' + _NUMBER + rb',"' + _HASH + rb'"|-","' + _PATH + rb'")\]'
_DATE = rb"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = _DATE + rb"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
_SIGNATURE = rb'"sig":"([0-9a-f]{128})",'

_GRAMMAR = re.compile(
    rb'\{(?:"by":"(' + _HASH + rb')",)?'
    rb'"c":"(' + _HASH + rb')",'
    rb'"e":(' + _NUMBER + rb"),"
    rb'"k":"([a-z]{1,16})",'
    rb'"m":"(' + _HASH + rb')",'
    rb'"n":(' + _NUMBER + rb"),"
    rb'(?:"o":(\[' + _FILE + rb"(?:," + _FILE + rb")*\]),)?"
    rb'"p":"(' + _HASH + rb')",'
    rb'"r":"([0-9a-f]{32})",'
    rb"(?:" + _SIGNATURE + rb")?"
    rb'"t":"(' + _TIME + rb')",'
    rb'"v":(' + _NUMBER + rb")"
    rb'(?:,"x":(\{[^{}]+\}))?\}'
)
_VERSION = re.compile(rb'"v":([1-9][0-9]{0,14})[,}]')
"""Where every later grammar has to keep its version, so that an older program can say that it is too old."""


Facts = dict[str, str | list[int]]


class MalformedLeaf(Exception):
    """A line that does not follow the grammar; the argument says what is wrong with it."""


class UnknownVersion(Exception):
    """A well-formed record that a newer program wrote; the argument is the version, or the kind, that is not known."""


class FileChange(NamedTuple):
    """A published file that a record adds, or removes (then length is 0 and the hash is empty)."""

    added: bool
    path: str
    length: int = 0
    sha256: str = ""


class Leaf(NamedTuple):
    """One leaf, parsed. Hashes and ids are lower-case hexadecimal text; `raw` is the line's own bytes."""

    seq: int
    previous: str
    time: str
    kind: str
    room: str
    epoch: int
    sealed_hash: str
    commitment: str
    files: tuple[FileChange, ...]
    facts: Facts
    signer: str = ""
    signature: str = ""
    raw: bytes = b""

    @property
    def hash(self) -> str:
        return leaf_hash(self.raw)


FILES_OF_CLASS: Final = {
    "genesis": re.compile("VAULT"),
    "item": re.compile(r"objects/([0-9a-f]{2})/\1[0-9a-f]{30}"),
    "member": re.compile(r"members/([0-9a-f]{64})/([1-9][0-9]{0,8})\.toml"),
    "key": re.compile(r"(rooms/[0-9a-f]{32}/)([1-9][0-9]{0,14})/(?:[0-9a-f]{16}\.slot|link)"),
    "repair": re.compile(r"journal/torn/(?:0|[1-9][0-9]{0,14})-[0-9a-f]{16}"),
}
"""The files that a record of a class may add or remove; other classes have none."""

FACTS_OF_CLASS: Final = {
    "member": re.compile(rb'\{"key":"[0-9a-f]{64}","member":"[0-9a-f]{64}"\}'),
    "key": re.compile(rb'\{"commitment":"[0-9a-f]{64}","records":"[0-9a-f]{64}"\}'),
    "forget": re.compile(rb'\{"records":\[' + _NUMBER + rb"(?:," + _NUMBER + rb")*\]\}"),
}
"""The facts that a record of a class may have; other classes have none."""


def parse_leaf(raw: bytes) -> Leaf:
    """Read one leaf. Raises `MalformedLeaf` or `UnknownVersion`."""
    match = _GRAMMAR.fullmatch(raw)
    if match is None:
        later = _VERSION.search(raw)
        if later and int(later[1]) > VERSION:
            raise UnknownVersion(int(later[1]))
        raise MalformedLeaf(_("it is not in the canonical form of a record"))
    by, sealed, epoch, kind, commitment, seq, files, previous, room, sig, time, version, facts = match.groups()
    if int(version) != VERSION:
        raise UnknownVersion(int(version))
    if (by is None) != (sig is None):
        raise MalformedLeaf(_("it has half a signature"))
    if time[8:10] > b"28" or time[:4] == b"0000":
        _check_date(time.decode())
    name = kind.decode()
    if name not in CLASSES:
        raise MalformedLeaf(_("its class {name} is unknown").format(name=name))
    return Leaf(
        int(seq),
        previous.decode(),
        time.decode(),
        name,
        room.decode(),
        int(epoch),
        sealed.decode(),
        commitment.decode(),
        _parse_files(files, name, room.decode(), int(epoch)) if files else (),
        _parse_facts(facts, name) if facts else {},
        by.decode() if by else "",
        sig.decode() if sig else "",
        raw,
    )


def _check_date(time: str) -> None:
    try:
        datetime.fromisoformat(time)
    except ValueError:
        raise MalformedLeaf(_("its date does not exist")) from None


def _parse_files(text: bytes, kind: str, room: str, epoch: int) -> tuple[FileChange, ...]:
    form = FILES_OF_CLASS.get(kind)
    changes = []
    for sign, path, *described in json.loads(text.decode()):
        match = form.fullmatch(path) if form else None
        if match is None or (kind == "key" and not _is_of_room(match, room, epoch, sign == "+")):
            raise MalformedLeaf(_("it names a file that it has no business with"))
        changes.append(FileChange(sign == "+", path, *described))
    if kind == "member" and not _is_next_generation(changes):
        raise MalformedLeaf(_("it does not put the next file of a member in place of the one before"))
    return tuple(changes)


def _is_next_generation(changes: list[FileChange]) -> bool:
    """A member's file comes, and the generation before, if there is one, goes."""
    first = FILES_OF_CLASS["member"].fullmatch(changes[0].path)
    member, generation = first.groups() if first else ("", "0")
    gone = [FileChange(False, f"members/{member}/{int(generation) - 1}.toml")] if generation != "1" else []
    return changes[0].added and changes[1:] == gone


def _is_of_room(file: re.Match[str], room: str, epoch: int, added: bool) -> bool:
    """Slots and links belong to the room of their leaf, and new ones to its epoch."""
    folder, of_epoch = file.groups()
    return folder == f"rooms/{room}/" and (not added or of_epoch == str(epoch))


def _parse_facts(text: bytes, kind: str) -> Facts:
    form = FACTS_OF_CLASS.get(kind)
    if form is None or not form.fullmatch(text):
        raise MalformedLeaf(_("it says something in public that its class has no words for"))
    facts: Facts = json.loads(text)
    return facts


def encode_leaf(leaf: Leaf) -> bytes:
    """The bytes of a leaf; with a signer and no signature, the body that is to be signed."""
    by = f'"by":"{leaf.signer}",' if leaf.signer else ""
    sig = f'"sig":"{leaf.signature}",' if leaf.signature else ""
    changed = f'"o":[{",".join(map(_encode_file, leaf.files))}],' if leaf.files else ""
    public = f',"x":{canonical(cast(JsonValue, leaf.facts)).decode()}' if leaf.facts else ""
    # Written by hand, as the grammar is: there is one way to write a leaf, and this is done for every record.
    return (
        f'{{{by}"c":"{leaf.sealed_hash}","e":{leaf.epoch},"k":"{leaf.kind}","m":"{leaf.commitment}","n":{leaf.seq},{changed}"p":"{leaf.previous}",'
        f'"r":"{leaf.room}",{sig}"t":"{leaf.time}","v":{VERSION}{public}}}'
    ).encode("ascii")


def _encode_file(change: FileChange) -> str:
    if change.added:
        return f'["+","{change.path}",{change.length},"{change.sha256}"]'
    return f'["-","{change.path}"]'


SIGNED: Final = b'{"by":'
"""How a leaf begins that names its signer."""


def with_signature(body: bytes, signature: str) -> bytes:
    """A leaf that names its signer, with the signature (hexadecimal) over that body."""
    return body.replace(b'"t":"', b'"sig":"%b","t":"' % signature.encode(), 1)


def signed_body(raw: bytes) -> bytes:
    """A signed leaf without its `sig` member: the bytes that the signature covers."""
    return re.sub(_SIGNATURE, b"", raw, count=1)
