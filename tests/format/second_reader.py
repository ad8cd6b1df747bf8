"""A second reader of vaults, written from `ipvault help format` alone. It imports nothing of ipvault.

    python second_reader.py DIRECTORY [ITEM [VERSION]] < PASSPHRASE

It checks the journal, the signatures, who was allowed to sign, and every file. Then it lists the items, or writes one
version to standard output.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import struct
import sys
import tomllib
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


class Refused(Exception):
    """The vault is not what its format says; the argument says where and why."""


def check(holds: bool, problem: str) -> None:
    """Refuse the vault unless something `holds`."""
    if not holds:
        raise Refused(problem)


# Building blocks


def pae(kind: str, *parts: bytes | str | int) -> bytes:
    """The encoding of a list."""
    encoded = [b"ipvault/v1/" + kind.encode(), *map(_encode_part, parts)]
    return struct.pack("<Q", len(encoded)) + b"".join(struct.pack("<Q", len(value)) + value for value in encoded)


def _encode_part(part: bytes | str | int) -> bytes:
    match part:
        case int():
            return struct.pack("<Q", part)
        case str():
            return part.encode()
    return part


def expand(hash_name: str, key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand."""
    output = block = b""
    while len(output) < length:
        block = hmac.digest(
            key, block + info + bytes([len(output) // hashlib.new(hash_name).digest_size + 1]), hash_name
        )
        output += block
    return output[:length]


def derive(key: bytes, context: bytes) -> bytes:
    """One key from another."""
    return expand("sha256", key, context, 32)


def open_sealed(key: bytes, context: bytes, message: bytes) -> bytes:
    """The plaintext of a sealed message."""
    salt, commitment, rest = message[:24], message[24:56], message[56:]
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00" + salt + context
    secret = expand("sha512", key, info, 76)
    check(len(message) >= 56 and hmac.compare_digest(secret[44:], commitment), "a sealed message has another key")
    cipher, base = AESGCM(secret[:32]), int.from_bytes(secret[32:44])
    plaintext = []
    full = 16_384 + 16
    try:
        for number in range(len(rest) // full + 1):
            nonce = (base ^ number).to_bytes(12)
            plaintext.append(cipher.decrypt(nonce, rest[number * full : (number + 1) * full], None))
    except InvalidTag:
        raise Refused("a sealed message was altered") from None
    return b"".join(plaintext)


def open_wrapped(seed: bytes, info: bytes, wrapped: bytes) -> bytes | None:
    """The key that was wrapped to the holder of `seed`, or None if it was to somebody else."""
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    try:
        return suite.decrypt(wrapped, MLKEM768X25519PrivateKey(*kem_keys(seed)), info)
    except (InvalidTag, ValueError):
        return None


def kem_keys(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """The two halves of a private key."""
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


def has_signed(f: dict[str, Any], expected: str, message: bytes) -> bool:
    """Whether the keys in a record have that fingerprint, and its signatures are theirs."""
    kem, ed25519, mldsa44, signatures = (bytes.fromhex(f[name]) for name in ("kem", "ed25519", "mldsa44", "signatures"))
    try:
        Ed25519PublicKey.from_public_bytes(ed25519).verify(signatures[:64], message)
        MLDSA44PublicKey.from_public_bytes(mldsa44).verify(signatures[64:], message)
    except (InvalidSignature, ValueError):
        return False
    return fingerprint(kem, ed25519, mldsa44) == expected


def is_usable(kem: bytes) -> bool:
    """Whether something can be wrapped to a public key: it is well-formed and not of low order."""
    try:
        MLKEM768PublicKey.from_public_bytes(kem[:1184])
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(kem[1184:]))
    except ValueError:
        return False
    return True


def padme(length: int) -> int:
    """The length to which `length` is padded."""
    if length < 2:
        return length
    e = length.bit_length() - 1
    step = 1 << (e - e.bit_length())
    return (length + step - 1) // step * step


def canonical(value: object) -> bytes:
    """RFC 8785, for what the journal holds: ASCII keys, no floats."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def field_digest(seed: bytes, name: str, value: object) -> bytes:
    """What a leaf commits to for one field."""
    salt = hmac.digest(seed, name.encode(), "sha256")[:16].hex()
    return hashlib.sha256(canonical([salt, name, value])).digest()


def fields_commitment(seed: bytes, fields: dict[str, Any]) -> str:
    """The `m` of a leaf."""
    return hashlib.sha256(b"".join(field_digest(seed, name, fields[name]) for name in sorted(fields))).hexdigest()


def leaf_hash(leaf: bytes) -> str:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + leaf).hexdigest()


def first_previous(vault: str) -> str:
    """What record 0 names as the hash before it."""
    return hashlib.sha256(pae("journal", vault)).hexdigest()


def signed_message(vault: str, leaf: bytes) -> bytes:
    """What the signature in a leaf covers."""
    return pae("commit", vault, re.sub(rb'"sig":"[0-9a-f]{128}",', b"", leaf, count=1))


def fingerprint(kem: bytes, ed25519: bytes, mldsa44: bytes) -> str:
    """The fingerprint of three public keys."""
    return hashlib.sha256(pae("fingerprint", kem, ed25519, mldsa44)).hexdigest()


# Unlock slots


def open_slots(
    owner: tuple[str, str],
    slots: list[dict[str, Any]],
    passphrase: str = "",
    key_file: bytes = b"",
    recovery: bytes = b"",
) -> bytes:
    """The master key of an identity; `owner` is the vault, or `identity`, and the fingerprint."""
    check(1 <= len(slots) <= 32, "too many slots")
    for slot in slots:
        kind, numbers = slot["kind"], [slot[name] for name in ("memory_kib", "iterations", "lanes") if name in slot]
        if numbers:
            key = _stretched(slot, passphrase, key_file if kind == "passphrase+key-file" else None)
        else:
            check(kind in ("key-file", "recovery") and slot["kdf"] == "hkdf-sha256", "a slot of another kind")
            secret = hashlib.sha512(key_file).digest() if kind == "key-file" else recovery
            key = derive(secret, pae("slot-key", *owner, kind, slot["id"]))
        shares = (slot["share_set"], slot["threshold"], *slot["custodians"]) if kind == "recovery" else ()
        context = pae("unlock-slot", *owner, kind, slot["id"], slot["created"], *numbers, *shares)
        try:
            return open_sealed(key, context, b64decode(slot["sealed"]))
        except Refused:
            continue
    raise Refused("nothing opens with that")


def _stretched(slot: dict[str, Any], passphrase: str, key_file: bytes | None) -> bytes:
    check(slot["kind"] in ("passphrase", "passphrase+key-file") and slot["kdf"] == "argon2id", "a slot of another kind")
    numbers = memory, iterations, lanes = slot["memory_kib"], slot["iterations"], slot["lanes"]
    check(all(type(number) is int for number in numbers), "strange settings of a slot")
    check(65_536 <= memory <= 4_194_304 and 3 <= iterations <= 16 and 1 <= lanes <= 16, "settings of a slot")
    kdf = Argon2id(
        salt=bytes.fromhex(slot["salt"]),
        length=32,
        iterations=iterations,
        lanes=lanes,
        memory_cost=memory,
        secret=None if key_file is None else hashlib.sha512(key_file).digest(),
    )
    return kdf.derive(unicodedata.normalize("NFC", passphrase).encode())


# The journal

_HASH, _NUMBER = "[0-9a-f]{64}", "(?:0|[1-9][0-9]{0,14})"
_PART = "[A-Za-z0-9][A-Za-z0-9._-]*"
_FORMS = {
    "by": f'"{_HASH}"',
    "c": f'"{_HASH}"',
    "e": _NUMBER,
    "k": '"[a-z]+"',
    "m": f'"{_HASH}"',
    "n": _NUMBER,
    "o": r"\[.+\]",
    "p": f'"{_HASH}"',
    "r": '"[0-9a-f]{32}"',
    "sig": '"[0-9a-f]{128}"',
    "t": r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"',
    "v": _NUMBER,
    "x": r"\{.+\}",
}
_OPTIONAL = {"by", "o", "sig", "x"}
_FILES = {
    "genesis": "VAULT",
    "item": r"objects/([0-9a-f]{2})/\1[0-9a-f]{30}",
    "member": rf"members/{_HASH}/[1-9][0-9]*\.toml",
    "key": r"rooms/[0-9a-f]{32}/[1-9][0-9]*/(?:[0-9a-f]{16}\.slot|link)",
    "repair": f"journal/torn/{_NUMBER}-[0-9a-f]{{16}}",
}
_FACTS = {"member": {"key", "member"}, "key": {"commitment", "records"}, "forget": {"records"}}
_CLASSES = {*_FILES, "access", "room", "auth", "policy", "governance", "anchor", "forget"}
_FORGETTABLE = {"item", "access", "auth", "repair"}
_FOUNDING = {"genesis", "member", "room", "key"}
_IN_ROOT = {"genesis", "member", "policy", "forget"}

Leaf = dict[str, Any]


def parse_leaf(text: bytes) -> Leaf:
    """A leaf, if it is in its only form."""
    try:
        leaf: Leaf = json.loads(text)
        check(text.startswith(b"{") and text.isascii() and canonical(leaf) == text, "a leaf is not canonical")
    except (ValueError, RecursionError):
        raise Refused("a leaf is not JSON") from None
    check(leaf.get("v") == 1, f"a leaf has version {leaf.get('v')}")
    check(set(_FORMS) - _OPTIONAL <= set(leaf) <= set(_FORMS), "a leaf has other members")
    for name, value in leaf.items():
        check(re.fullmatch(_FORMS[name], canonical(value).decode()) is not None, f"{name} of a leaf is malformed")
    check(("by" in leaf) == ("sig" in leaf), "half a signature")
    check(leaf["k"] in _CLASSES, "an unknown class")
    check(_is_date(leaf["t"]), "a date that does not exist")
    for change in leaf.get("o", []):
        check(_is_file(change) and re.fullmatch(_FILES.get(leaf["k"], "(?!)"), change[1]) is not None, "a strange file")
        if leaf["k"] == "key":
            _, room, epoch, _ = change[1].split("/")
            check(room == leaf["r"] and (epoch == str(leaf["e"]) or change[0] == "-"), "a slot of another room")
    if leaf["k"] == "member" and "o" in leaf:
        check(_is_next_generation(leaf["o"]), "a member's file does not follow from the one before")
    facts = leaf.get("x", {})
    check(not facts or set(facts) == _FACTS.get(leaf["k"]), "strange facts")
    for value in facts.values():
        is_good = _is_list(value) if leaf["k"] == "forget" else re.fullmatch(_HASH, str(value)) is not None
        check(is_good, "a strange fact")
    check(leaf["k"] != "forget" or (bool(facts) and facts["records"][-1] < leaf["n"]), "it forgets what is not there")
    return leaf


def _is_date(time: str) -> bool:
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return False
    return True


def _is_file(change: Any) -> bool:
    shape = {"+": [str, str, int, str], "-": [str, str]}.get(change[0]) if isinstance(change, list) and change else None
    if shape is None or [type(part) for part in change] != shape or len(change[1]) > 200:
        return False
    if len(change) == 4 and not (0 <= change[2] < 10**15 and re.fullmatch(_HASH, change[3])):
        return False
    return re.fullmatch(f"{_PART}(?:/{_PART})*", change[1]) is not None


def _is_next_generation(changes: list[list[Any]]) -> bool:
    sign, path = changes[0][:2]
    folder, generation = path.rsplit("/", 1)
    before = int(generation.removesuffix(".toml")) - 1
    return sign == "+" and changes[1:] == ([["-", f"{folder}/{before}.toml"]] if before else [])


def _is_list(value: Any) -> bool:
    if not isinstance(value, list) or not all(type(number) is int and 0 <= number < 10**15 for number in value):
        return False
    return value == sorted(set(value)) and bool(value)


@dataclass(frozen=True)
class Line:
    """A committed line: its leaf, its payload, who signed its transaction, and the number of the signed record."""

    leaf: Leaf
    payload: bytes
    signer: str
    commit: int


@dataclass
class Journal:
    """What anybody can check: `lines`, the files that the vault must have, and what was announced in clear."""

    vault: str
    lines: list[Line] = field(default_factory=list)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    signers: dict[str, str] = field(default_factory=dict)
    commitments: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    founding: int = 0
    torn: int = 0

    def read(self, data: bytes) -> None:
        """Check all lines in order."""
        pending: list[tuple[Leaf, bytes, bytes]] = []
        previous, seq = first_previous(self.vault), 0
        *complete, rest = data.split(b"\n")
        lines = [*complete, rest] if rest else complete
        hole = next((number for number, line in enumerate(lines) if b"\0" in line), len(lines))
        holes = accumulate(len(line) + 1 if b"\0" in line else 0 for line in lines[hole:-1])
        looked_at = sum(length < 64 * 1024 * 1024 for length in holes)
        if any(b'"sig":"' in line.partition(b"\t")[0] for line in lines[hole : hole + looked_at]):
            hole = len(lines)
        if hole < len(lines):
            complete, rest = complete[:hole], b"\n".join([*complete, rest][hole:])
        else:
            check(len(rest) < 4 * 1024 * 1024, "a line is longer than any record")
        self.torn = len(rest)
        for line in complete:
            text, tab, payload = line.partition(b"\t")
            check(len(line) < 4 * 1024 * 1024 and bool(tab), f"record {seq} is no record")
            leaf = parse_leaf(text)
            check(leaf["n"] == seq and leaf["p"] == previous, f"record {seq} does not follow")
            if payload == b"-":
                check(leaf["k"] in _FORGETTABLE, f"record {seq} must not be forgotten")
            else:
                check(hashlib.sha256(payload).hexdigest() == leaf["c"], f"the payload of record {seq} was altered")
            pending.append((leaf, text, payload))
            previous, seq = leaf_hash(text), seq + 1
            if "by" in leaf:
                self._commit(pending)
                pending = []
        self.torn += sum(len(text) + len(payload) + 2 for _leaf, text, payload in pending)
        check(bool(self.lines), "nothing founded the vault")
        forgets = [committed.leaf for committed in self.lines if committed.leaf["k"] == "forget"]
        forgotten = {number for leaf in forgets for number in leaf.get("x", {}).get("records", [])}
        for committed in self.lines:
            number = committed.leaf["n"]
            check((committed.payload == b"-") == (number in forgotten), f"record {number} is forgotten, or is not")

    def _commit(self, pending: list[tuple[Leaf, bytes, bytes]]) -> None:
        last, text, _payload = pending[-1]
        signers = dict(self.signers)
        for leaf, _text, _payload in pending:
            facts = leaf.get("x", {})
            if leaf["k"] == "member" and facts:
                check(self.signers.setdefault(facts["member"], facts["key"]) == facts["key"], "a second signing key")
            if leaf["k"] == "key":
                present = max((epoch for room, epoch in self.commitments if room == leaf["r"]), default=0)
                check(leaf["e"] == present + bool(facts), f"the epoch of record {leaf['n']} does not follow")
                if facts:
                    self.commitments[leaf["r"], leaf["e"]] = facts["commitment"], facts["records"]
            present = max((epoch for room, epoch in self.commitments if room == leaf["r"]), default=1)
            check(leaf["e"] == present, f"record {leaf['n']} is under an old key")
            check((leaf["r"], leaf["e"]) in self.commitments or not self.lines, f"the room of {leaf['n']} has no key")
            for sign, path, *described in leaf.get("o", []):
                whose = path.split("/")[1] if leaf["k"] == "member" else last["by"]
                check(whose == last["by"], f"record {leaf['n']} changes the file of another member")
                if sign == "+":
                    check(path not in self.homes, f"record {leaf['n']} adds a file again")
                    self.homes[path], self.files[path] = leaf["r"], (described[0], described[1])
                else:
                    check(path in self.files and self.homes[path] == leaf["r"], f"record {leaf['n']} removes a file")
                    del self.files[path]
        public = (signers if self.lines else self.signers).get(last["by"])
        check(public is not None, f"record {last['n']} is signed by a stranger")
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(public)))
            key.verify(bytes.fromhex(last["sig"]), signed_message(self.vault, text))
        except (InvalidSignature, ValueError):
            raise Refused(f"the signature of record {last['n']} is wrong") from None
        if not self.lines:
            self.founding = len(pending)
            check({leaf["k"] for leaf, _text, _payload in pending} <= _FOUNDING, "more than what founds a vault")
            length = sum(len(text) + len(payload) + 2 for _leaf, text, payload in pending)
            check(length <= 8 * 1024 * 1024, "more than what founds a vault")
        self.lines += [Line(leaf, payload, last["by"], last["n"]) for leaf, _text, payload in pending]


# The vault


@dataclass
class Version:
    """One content of an item."""

    object: str
    size: int
    sha256: str
    epoch: int
    adder: str
    added: str
    erased: bool = False


@dataclass
class Item:
    """An item, as its records leave it."""

    room: str
    name: str
    label: str
    type: str
    tags: list[str]
    note: str
    creator: str
    created: str
    commit: int = -1
    removed: bool = False
    handled: bool = False
    versions: dict[int, Version] = field(default_factory=dict)


@dataclass
class Recipient:
    """Somebody outside: who took in the first card, and the fingerprints of all cards."""

    adder: str
    cards: list[str]
    removed: bool = False
    revoked: bool = False


@dataclass
class Incident:
    """The room of an incident, and what began and ended of it."""

    room: str
    closed: bool = False
    started: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)


class Reader:
    """A vault directory. Making one checks what needs no key; `unlock` checks the rest."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        try:
            described = tomllib.loads((directory / "VAULT").read_bytes().decode())
        except ValueError:
            raise Refused("VAULT is not TOML") from None
        self.vault = str(described.get("vault"))
        check(described.get("format") == 1 and re.fullmatch("[0-9a-f]{32}", self.vault) is not None, "VAULT is strange")
        self.journal = Journal(self.vault)
        self.journal.read((directory / "journal" / "log").read_bytes())
        self.root: str = self.journal.lines[0].leaf["r"]
        for path in self.journal.files:
            self.file(path)
        check("VAULT" in self.journal.files, "record 0 does not name VAULT")
        self.items: dict[str, Item] = {}
        self.kinds: list[str | None] = []
        self._roles: dict[tuple[str, str], str] = {}
        self._room_names: dict[str, str] = {}
        self._enrolled: set[str] = set()
        self._keys: dict[tuple[str, int, str], bytes | None] = {}
        self._items_of_files: dict[str, str] = {}
        self._departed: dict[str, Item] = {}
        self._given: dict[str, set[str]] = {}
        self.closed: dict[str, int] = {}
        self._gaps: dict[int, tuple[str, str]] = {}
        self.recipients: dict[str, Recipient] = {}
        self.packages: dict[str, tuple[str, set[str]]] = {}
        self._shared: set[tuple[str, str]] = set()
        self._policies = 0
        self._agreements: dict[str, tuple[str, int]] = {}
        self._assessments: dict[tuple[str, str], str] = {}
        self._trainings: dict[str, tuple[str, dict[int, str]]] = {}
        self._holds: dict[str, dict[str, Any]] = {}
        self._released: set[str] = set()
        self._rules: set[str] = set()
        self._asked: dict[str, bool] = {}
        self._answers: dict[str, str | None] = {}
        self._consents: dict[str, str] = {}
        self._kept: dict[str, set[tuple[str, str]]] = {}
        self._requests: dict[str, dict[str, tuple[str, str]]] = {}
        self._incidents: dict[str, Incident] = {}
        self._freezes: dict[str, list[str]] = {}
        self._thawed: set[str] = set()
        self._secrets: dict[tuple[str, str], tuple[str, int]] = {}
        self._reviews: dict[str, dict[str, tuple[str, str, str]]] = {}
        self._undecided: dict[str, set[str]] = {}

    def file(self, path: str) -> bytes:
        """A published file, which must be what the journal names."""
        length, sha256 = self.journal.files[path]
        data = (self.directory / path).read_bytes()
        check(len(data) == length and hashlib.sha256(data).hexdigest() == sha256, f"{path} was altered")
        return data

    def unlock(self, member: str, passphrase: str) -> None:
        """Open the member's keys and every record that they open."""
        generations = [path for path in self.journal.files if path.startswith(f"members/{member}/")]
        newest = max(generations, key=lambda path: int(path.split("/")[2].removesuffix(".toml")))
        described = tomllib.loads(self.file(newest).decode())
        check((described["format"], described["vault"], described["fingerprint"]) == (1, self.vault, member), newest)
        master_key = self._master_key(described, passphrase)
        seeds = open_sealed(master_key, pae("identity", self.vault, member), b64decode(described["identity"]))
        self._member, self._kem_seed = member, seeds[:32]
        mlkem, x25519 = kem_keys(seeds[:32])
        public = (
            mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw(),
            Ed25519PrivateKey.from_private_bytes(seeds[32:64]).public_key().public_bytes_raw(),
            MLDSA44PrivateKey.from_seed_bytes(seeds[64:]).public_key().public_bytes_raw(),
        )
        check(fingerprint(*public) == member, "the member's keys are somebody else's")
        enrolled, began = set(), 0
        opened = [(line, self._open(line)) for line in self.journal.lines]
        self._check_moves(opened)
        self._check_releases(opened)
        for number, (line, said) in enumerate(opened):
            fields = self._judge(line, said, founding=number < self.journal.founding)
            self.kinds.append(fields["kind"] if fields else None)
            if line.payload == b"-":
                self._gaps[line.leaf["n"]] = line.leaf["r"], line.leaf["k"]
            for listed in line.leaf.get("x", {}).get("records", []):
                self._gaps.pop(listed, None)
            if fields:
                if fields["kind"] == "member.role":
                    self._given.setdefault(fields["room"], set()).add(fields["member"])
                self._take(line, fields)
                if fields["kind"] == "member.enrolled":
                    enrolled.add(fields["member"])
            if line.leaf["n"] == line.commit:
                self._check_slots(self.journal.lines[began : number + 1], founding=began == 0)
                self._given, began = {}, number + 1
        check(member in enrolled, "this is not the journal that the member joined")

    def content(self, item: str, number: int) -> bytes:
        """The content of a version."""
        version = self.items[item].versions[number]
        data = self.file(object_path(version.object))
        check(data.startswith(b"ipvault object 1\n"), "an object of another version")
        room, epoch = data[17:33].hex(), struct.unpack("<Q", data[33:41])[0]
        check(room == self.items[item].room, "an object of another room")
        check(epoch == version.epoch, "an object under another key than its record says")
        room_key = self._room_key(room, epoch, "content")
        check(room_key is not None, "the member may open no content of this room")
        wrap_key = derive(room_key or b"", pae("wrap-key", self.vault, room, epoch))
        key = open_sealed(wrap_key, pae("dek", self.vault, room, epoch, version.object), data[41:145])
        padded = open_sealed(key, pae("content", self.vault, version.object), data[145:])
        length = struct.unpack("<Q", padded[-8:])[0]
        content, zeros = padded[:length], padded[length:-8]
        check(length == version.size and len(padded) == padme(length + 8) and not any(zeros), "its length is wrong")
        check(hashlib.sha256(content).hexdigest() == version.sha256, "it is not what was recorded")
        return content

    def named(self, name: str) -> str:
        """The id of the item of that name."""
        return next(id_ for id_, item in self.items.items() if item.name == name and not item.removed)

    def _master_key(self, described: dict[str, Any], passphrase: str) -> bytes:
        return open_slots((self.vault, described["fingerprint"]), described["slot"], passphrase)

    def _room_key(self, room: str, epoch: int, grade: str) -> bytes | None:
        """The key of a grade: out of a slot of this epoch, or by the link of the next."""
        if (room, epoch, grade) not in self._keys:
            found = next(self._open_slots(room, epoch, grade), None)
            later = found is None and (room, epoch + 1) in self.journal.commitments
            if later and (after := self._room_key(room, epoch + 1, grade)):
                found = self._follow_link(room, epoch + 1, grade, after)
            self._keys[room, epoch, grade] = found
        return self._keys[room, epoch, grade]

    def _open_slots(self, room: str, epoch: int, grade: str) -> Iterator[bytes]:
        announced = self.journal.commitments[room, epoch][grade == "record"]
        info = pae("room-slot", self.vault, room, epoch, announced, self._member, grade)
        for path in self.journal.files:
            if path.startswith(f"rooms/{room}/{epoch}/") and path.endswith(".slot"):
                key = open_wrapped(self._kem_seed, info, self.file(path))
                if key and self._is_announced(room, epoch, grade, key):
                    yield key

    def _follow_link(self, room: str, epoch: int, grade: str, key: bytes) -> bytes | None:
        place = self.vault, room, epoch
        link = self.file(f"rooms/{room}/{epoch}/link")
        check(len(link) == 208, "a link of another length")
        kind, part = ("link-key", link[:104]) if grade == "content" else ("record-link-key", link[104:])
        try:
            before = open_sealed(derive(key, pae(kind, *place)), pae("link", *place, grade), part)
        except Refused:
            return None
        return before if self._is_announced(room, epoch - 1, grade, before) else None

    def _is_announced(self, room: str, epoch: int, grade: str, key: bytes) -> bool:
        """Whether a key is the one that was committed to; of a room key, whether its record key is, too."""
        place = self.vault, room, epoch
        content, records = self.journal.commitments[room, epoch]
        if grade == "content":
            if hashlib.sha256(pae("room-key-commitment", *place, key)).hexdigest() != content:
                return False
            key = derive(key, pae("record-key", *place))
        return hashlib.sha256(pae("record-key-commitment", *place, key)).hexdigest() == records

    def _record_key(self, room: str, epoch: int) -> bytes | None:
        key = self._room_key(room, epoch, "content")
        return derive(key, pae("record-key", self.vault, room, epoch)) if key else self._room_key(room, epoch, "record")

    def _fields(self, line: Line) -> dict[str, Any] | None:
        leaf = line.leaf
        place = self.vault, leaf["r"], leaf["e"]
        key = self._record_key(leaf["r"], leaf["e"])
        if key is None or line.payload == b"-":
            return None
        message = b64decode(line.payload, validate=True)
        check(b64encode(message) == line.payload, "a payload is not base64")
        plaintext = open_sealed(key, pae("record", *place, leaf["n"]), message)
        text = plaintext.rstrip(b" ")
        content = json.loads(text)
        check(canonical(content) == text and set(content) == {"fields", "seed"}, "a payload is not canonical")
        check(len(plaintext) == padme(max(len(text), 256)), "a payload is not padded")
        fields: dict[str, Any] = content["fields"]
        check(fields_commitment(bytes.fromhex(content["seed"]), fields) == leaf["m"], "a payload is of another record")
        return fields

    def _open(self, line: Line) -> dict[str, Any] | None:
        """The fields of a record. One of another room than the root room that is none closes that room."""
        try:
            return self._fields(line)
        except Refused as refused:
            self._close(line, str(refused))
            return None

    def _judge(self, line: Line, fields: dict[str, Any] | None, *, founding: bool) -> dict[str, Any] | None:
        """What is to be believed of a record. One that only members of its room can refuse closes that room."""
        if line.leaf["n"] >= self.closed.get(line.leaf["r"], line.leaf["n"] + 1):
            fields = None
        try:
            self._check_right(line, fields, founding=founding)
        except Refused as refused:
            self._check_right(line, None, founding=founding)
            self._close(line, str(refused))
            return None
        return fields

    def _close(self, line: Line, problem: str) -> None:
        """Believe nothing of a room from this record on; the root room, and what founds the vault, are needed."""
        room, number = line.leaf["r"], line.leaf["n"]
        check(room != self.root and number >= self.journal.founding, problem)
        self.closed[room] = min(number, self.closed.get(room, number))

    def _check_right(self, line: Line, fields: dict[str, Any] | None, *, founding: bool) -> None:
        leaf, number = line.leaf, line.leaf["n"]
        kind = fields["kind"] if fields else None
        if fields and kind == "member.enrolled":
            keys = [bytes.fromhex(fields[name]) for name in ("kem", "ed25519", "mldsa44")]
            check(fingerprint(*keys) == fields["member"], f"record {number} enrols other keys")
        if fields and kind in RECORDS:
            said = [change[:2] for change in leaf.get("o", [])], leaf.get("x", {})
            check(said == published(fields), f"record {number} says something else in clear")
            for _sign, path in said[0]:
                owner = self._items_of_files.setdefault(path, fields.get("item", ""))
                check(owner == fields.get("item", ""), f"record {number} removes the content of another item")
        if founding:
            return
        role = self._roles.get((line.signer, leaf["r"]))
        check(role is not None, f"the signer of record {number} is not in its room")
        check(leaf["k"] not in _IN_ROOT or leaf["r"] == self.root, f"record {number} must stand in the root room")
        if fields is None or kind not in RECORDS:
            of_class = _OWNER if leaf["k"] in _OWNERS_CLASSES else _WRITERS if leaf["k"] == "item" else _ALL
            check(role in of_class, f"the role {role} allows nothing like record {number}")
        if fields is None or kind is None:
            return
        if kind not in RECORDS:
            check("o" not in leaf and "x" not in leaf, f"record {number} was written by a newer program")
            return
        class_, roles, names = RECORDS[kind]
        check(leaf["k"] == class_ and fields.keys() == {"kind", *names}, f"record {number} has other fields")
        check(role in roles, f"the role {role} does not allow record {number}")
        check(kind != "vault.created", "the vault is created twice")
        rooted = (
            "recipient.",
            "receipt.",
            "training.",
            "hold.",
            "privacy.",
            "freeze.",
            "review.",
            "person.",
            "insight.",
            "journal.rollback-accepted",
        )
        of_vault = not kind.startswith(rooted) and kind not in _OF_RULES
        of_vault |= leaf["r"] == self.root
        check(of_vault, f"record {number} must stand in the root room")
        if kind in ("member.role", "member.removed"):
            self._check_roster(line, fields)
        if kind.startswith("recipient."):
            self._check_recipient(line, fields)
        if kind.startswith("package."):
            self._check_package(line, fields)
        if leaf["k"] in ("policy", "governance"):
            self._check_ruling(line, fields)
        if kind.startswith("assessment."):
            self._check_assessment(line, fields)
        if kind.startswith("training."):
            self._check_training(line, fields)
        if kind.startswith("hold."):
            self._check_hold(line, fields)
        if kind.startswith(("incident.", "clock.", "action.")):
            self._check_incident(line, fields)
        if kind.startswith("freeze."):
            self._check_freeze(line, fields)
        if kind == "item.left":
            is_frozen = any(leaf["r"] in rooms for rooms in self._freezes.values())
            check(not is_frozen, f"record {number} takes something out of a frozen room")
        if kind in ("item.erased", "item.left"):
            self._check_kept(line, fields)
        if fields["kind"] in ("item.described", "item.arrived"):
            self._check_label(line, fields)
        if kind == "item.version-arrived":
            self._check_arrival(line, fields)
        if kind.startswith(("review.", "person.")):
            self._check_review(line, fields)
        if kind.startswith("secret."):
            self._check_secret(line, fields)
        if kind == "receipt.imported":
            message = pae("receipt", *(fields[name] for name in ("event", "at", "package", "manifest", "recipient")))
            check(has_signed(fields, fields["recipient"], message), f"record {number}: nobody signed that receipt")
        if fields and kind in ("room.created", "room.keyed", "room.shared"):
            check(fields["room"] == leaf["r"] and fields.get("epoch", leaf["e"]) == leaf["e"], f"record {number}: room")
            check(kind != "room.created" or leaf["r"] not in self._room_names, f"record {number}: room made twice")
            check(fields.get("name") != "root", f"record {number}: a second root room")

    def _check_roster(self, line: Line, f: dict[str, Any]) -> None:
        """Who may give and take roles."""
        number, member, room = line.leaf["n"], f["member"], f["room"]
        mine, in_root = self._roles.get((line.signer, room)), self._roles.get((line.signer, self.root))
        others = [role for (who, where), role in self._roles.items() if where == room and who != member]
        if f["kind"] == "member.role":
            check(member in self._enrolled, f"record {number}: nobody of that fingerprint")
            check(room == self.root or (member, self.root) in self._roles, f"record {number}: no member of the vault")
            check(room != self.root or f["role"] in ("owner", "reader"), f"record {number}: a role of no root room")
            is_new = not others and (member, room) not in self._roles
            check((in_root if is_new else mine) == "owner", f"record {number}: not by an owner")
            check(f["role"] == "owner" or "owner" in others, f"record {number}: no owner is left")
            return
        check((member, room) in self._roles, f"record {number}: nobody to remove")
        check(line.signer == member or "owner" in (mine, in_root), f"record {number}: not by an owner")
        elsewhere = [where for who, where in self._roles if who == member and where != self.root]
        check(room != self.root or not elsewhere, f"record {number}: he is in other rooms")
        check("owner" in others, f"record {number}: no owner is left")

    def _check_slots(self, transaction: list[Line], *, founding: bool) -> None:
        """A key is wrapped to as many as are to have it, by the roles at the end of the transaction."""
        shared: dict[str, int] = {}
        for leaf in [line.leaf for line in transaction if line.leaf["k"] == "key" and not founding]:
            slots = [path for sign, path, *_ in leaf.get("o", []) if sign == "+" and path.endswith(".slot")]
            if "x" in leaf:
                members = [who for who, where in self._roles if where == leaf["r"]]
                check(len(slots) == len(members), f"record {leaf['n']}: other slots than members")
            else:
                shared[leaf["r"]] = shared.get(leaf["r"], 0) + len(slots)
                new = len(self._given.get(leaf["r"], ()))
                check(shared[leaf["r"]] <= new, f"record {leaf['n']}: more slots than new roles")

    def _check_recipient(self, line: Line, f: dict[str, Any]) -> None:
        """Who may say what of recipients."""
        number, kind = line.leaf["n"], f["kind"]
        roles = {role for (who, _where), role in self._roles.items() if who == line.signer}
        check(not roles.isdisjoint(_WRITERS), f"record {number}: not by an owner or editor")
        owns_vault = self._roles.get((line.signer, self.root)) == "owner"
        known = self.recipients.get(f["recipient"])
        if kind in ("recipient.removed", "recipient.revoked"):
            check(owns_vault or known is None or known.adder == line.signer, f"record {number}: not by an owner")
        if kind not in ("recipient.added", "recipient.updated"):
            return
        kem, *others = (bytes.fromhex(f[name]) for name in ("kem", "ed25519", "mldsa44"))
        check(fingerprint(kem, *others) == f["fingerprint"], f"record {number} names other keys")
        check(is_usable(kem), f"record {number} names keys that are of no use")
        check(kind != "recipient.added" or known is None, f"record {number}: two recipients with one id")
        if known is None or known.cards[-1] != f["fingerprint"]:
            present = [one.cards[-1] for one in self.recipients.values() if not one.removed]
            check(
                (self.root, "access") in self._gaps.values() or f["fingerprint"] not in present,
                f"record {number}: one card",
            )
            revoked = [card for one in self.recipients.values() if one.revoked for card in one.cards]
            check(owns_vault or f["fingerprint"] not in revoked, f"record {number} takes in a revoked card")

    def _check_package(self, line: Line, f: dict[str, Any]) -> None:
        """What may be said of packages, and in which room."""
        number, room, package = line.leaf["n"], line.leaf["r"], f["package"]
        check(room != self.root, f"record {number} must not stand in the root room")
        if f["kind"] == "package.shared":
            check(len(f["items"]) == len(f["versions"]) > 0, f"record {number} shares nothing")
            had = {item for path, item in self._items_of_files.items() if self.journal.homes[path] == room}
            check(
                (room, "item") in self._gaps.values() or had.issuperset(f["items"]),
                f"record {number}: items of another room",
            )
            said = f["manifest"], set(f["recipients"])
            check(self.packages.setdefault(package, said) == said, f"record {number}: another package of that id")
            self._shared.add((room, package))
        if f["kind"] == "package.received":
            message = pae("package-contents", bytes.fromhex(f["manifest"]), bytes.fromhex("".join(f["contents"])))
            check(len(f["items"]) == len(f["contents"]) > 0, f"record {number} received nothing")
            check(has_signed(f, f["sender"], message), f"record {number}: the sender did not seal that")
        if f["kind"] == "package.revoked":
            known = (room, package) in self._shared or (room, "access") in self._gaps.values()
            check(known, f"record {number} revokes what did not come from its room")

    def _check_ruling(self, line: Line, f: dict[str, Any]) -> None:
        """Policies follow each other, decisions are whole, and nobody answers a request of his own."""
        number, room, kind = line.leaf["n"], line.leaf["r"], f["kind"]
        if kind == "policy.set":
            check(f["version"] == self._policies + 1, f"record {number}: a policy that does not follow")
            self._policies += 1
        if kind == "release.decided":
            lengths = {len(f[name]) for name in _VERDICTS}
            check(len(lengths) == 1, f"record {number}: half a verdict")
        if kind == "agreement.set":
            check(room != self.root, f"record {number}: an agreement without a document")
            check(len({len(f[name]) for name in _FEES}) == 1, f"record {number}: half a fee")
            where, version = self._agreements.get(f["agreement"], (room, 0))
            follows = (where, version + 1) == (room, f["version"])
            check(follows, f"record {number}: terms that do not follow")
            self._agreements[f["agreement"]] = room, f["version"]
        if kind == "agreement.terminated":
            known = self._agreements.get(f["agreement"], ("", 0))[0] == room
            check(known, f"record {number} terminates what its room does not have")
        if kind == "retention.set":
            words = (f["unit"], f["start"], f["then"])
            known = ("days", "months", "years"), ("added", "changed", "event"), ("erase", "review")
            followed = all(word in choice for word, choice in zip(words, known, strict=True))
            check(followed, f"record {number}: a rule that nobody can follow")
            self._rules.add(f["rule"])
        if kind == "retention.withdrawn":
            check(f["rule"] in self._rules, f"record {number}: there is no such rule")
            self._rules.discard(f["rule"])
        if kind == "retention.applied":
            check(len(f["items"]) == len(f["rules"]) == len(f["until"]), f"record {number}: half a destruction")
        if kind == "privacy.requested":
            asked = f["right"] in ("erasure", "access") and f["law"] in ("gdpr", "ccpa", "own")
            check(asked and f["request"] not in self._asked, f"record {number}: a request that cannot be")
            self._asked[f["request"]] = False
        elif kind.startswith("privacy."):
            is_closed, last = self._asked.get(f["request"]), self._answers.get(f["request"])
            finishes = (kind, last) == ("privacy.decided", "partly") and f["answer"] != "refused"
            check(is_closed is False or (is_closed is True and finishes), f"record {number}: no open request")
            answers = ("granted", "partly", "refused")
            check(f.get("answer", "granted") in answers, f"record {number}: no answer")
            self._asked[f["request"]] = kind == "privacy.closed"
            self._answers[f["request"]] = f.get("answer", last)
        if kind == "consent.given":
            about = bool(f["scope_items"] or f["scope_tags"])
            check(about and f["consent"] not in self._consents, f"record {number}: a consent that cannot be")
            self._consents[f["consent"]] = room
        if kind == "consent.withdrawn":
            check(self._consents.get(f["consent"]) == room, f"record {number}: no such consent in its room")
        if kind == "release.requested":
            check(len(f["items"]) == len(f["versions"]) > 0, f"record {number} asks for nothing")
            made = self._requests.setdefault(f["request"], {})
            same = all(other == (line.signer, f["digest"]) for other in made.values())
            check(room not in made and same, f"record {number}: another request of that id")
            made[room] = line.signer, f["digest"]
        if kind in ("request.approved", "request.denied"):
            asker, digest = self._requests.get(f["request"], {}).get(room, ("", ""))
            check(digest == f["digest"] and asker != line.signer, f"record {number} answers what he may not answer")

    def _check_assessment(self, line: Line, f: dict[str, Any]) -> None:
        """An assessment is whole and about an item of its room; somebody else accepts it."""
        number, room = line.leaf["n"], line.leaf["r"]
        if f["kind"] == "assessment.accepted":
            assessor = self._assessments.get((f["assessment"], room), line.signer)
            check(assessor != line.signer, f"record {number} accepts what it may not accept")
            return
        check(all(len({len(f[name]) for name in names}) == 1 for names in _TOGETHER), f"record {number}: half a risk")
        had = {item for path, item in self._items_of_files.items() if self.journal.homes[path] == room}
        check((room, "item") in self._gaps.values() or f["item"] in had, f"record {number}: an item of another room")
        self._assessments.setdefault((f["assessment"], room), line.signer)

    def _check_training(self, line: Line, f: dict[str, Any]) -> None:
        """Texts have versions and names of their own, and what is accepted is one of them."""
        number, kind = line.leaf["n"], f["kind"]
        name, versions = self._trainings.get(f["training"], (f.get("name", ""), {}))
        if kind == "training.set":
            digest = hashlib.sha256(f["content"].encode()).hexdigest()
            check(not f["content"] or digest == f["sha256"], f"record {number}: the digest of another text")
            names = [other for id_, (other, _versions) in self._trainings.items() if id_ != f["training"]]
            check(f["name"] == name and name not in names, f"record {number}: the name of another text")
            check(f["version"] == len(versions) + 1, f"record {number}: a text that does not follow")
            self._trainings[f["training"]] = name, {**versions, f["version"]: f["sha256"]}
            return
        check(versions != {}, f"record {number}: there is no such text")
        if kind != "training.assigned":
            check(versions.get(f["version"]) == f["sha256"], f"record {number} accepts what there is not")
        if kind == "training.confirmed":
            roles = {role for (who, _where), role in self._roles.items() if who == line.signer}
            check(not roles.isdisjoint(_WRITERS), f"record {number}: not by an owner or editor")

    def _check_hold(self, line: Line, f: dict[str, Any]) -> None:
        """Holds are placed once, released once, and acknowledged by whom they are for."""
        number, hold = line.leaf["n"], f["hold"]
        if f["kind"] == "hold.placed":
            check(hold not in self._holds and hold not in self._released, f"record {number}: two holds with one id")
            return
        check(hold in self._holds, f"record {number}: there is no such hold")
        if f["kind"] == "hold.acknowledged":
            who, placed = f["member"] or f["outsider"], self._holds[hold]
            check(who in placed["members"] + placed["outsiders"], f"record {number}: no custodian")
            owns_vault = self._roles.get((line.signer, self.root)) == "owner"
            is_shown = owns_vault and bool(f["evidence"])
            check(f["member"] == line.signer if f["member"] else is_shown, f"record {number}: not by the custodian")

    def _check_incident(self, line: Line, f: dict[str, Any]) -> None:
        """An incident begins and ends once, and so do its clocks and actions; its records stand in one room."""
        number, kind, incident = line.leaf["n"], f["kind"], f["incident"]
        if kind == "incident.opened":
            check(incident not in self._incidents, f"record {number}: two incidents with one id")
            self._incidents[incident] = Incident(line.leaf["r"])
            return
        known = self._incidents.get(incident)
        check(known is not None and known.room == line.leaf["r"], f"record {number}: no such incident in its room")
        assert known is not None
        check(not known.closed or kind == "incident.released", f"record {number}: the incident was closed")
        words = all(f[name] in choice for name, choice in _INCIDENT_WORDS.items() if name in f)
        check(words and (kind != "clock.ended" or f["outcome"] in ("met", "waived")), f"record {number}: a false word")
        if kind == "incident.preserved":
            lengths = {len(f[name]) for name in ("items", "versions", "hashes")}
            check(len(lengths) == 1 and f["first"] <= f["last"], f"record {number}: half a piece of evidence")
        if kind == "clock.started":
            follows = not f["after"] or f["after"] in known.started
            check(f["clock"] not in known.started and follows, f"record {number}: a clock started twice, or too early")
            known.started.add(f["clock"])
        if kind == "clock.ended" or (kind == "incident.notified" and f["clock"]):
            runs = f["clock"] in known.started - known.ended
            check(runs, f"record {number}: the clock does not run")
            known.ended.add(f["clock"])
        if kind.startswith("action."):
            mine = known.added if kind == "action.added" else known.done
            check(f["action"] not in mine, f"record {number}: an action a second time")
            mine.add(f["action"])
        known.closed |= kind == "incident.closed"

    def _check_freeze(self, line: Line, f: dict[str, Any]) -> None:
        """A freeze is set once, on something, and lifted once."""
        number, freeze = line.leaf["n"], f["freeze"]
        if f["kind"] == "freeze.set":
            is_new = freeze not in self._freezes and freeze not in self._thawed
            check(is_new and (f["items"] or f["rooms"] or f["outsiders"]), f"record {number}: no freeze")
            self._freezes[freeze] = f["rooms"]
            return
        check(freeze in self._freezes, f"record {number}: there is no such freeze")
        self._freezes.pop(freeze)
        self._thawed.add(freeze)

    def _check_kept(self, line: Line, f: dict[str, Any]) -> None:
        """What is held is not destroyed, and stays where it is held; what forgotten records decide is not known."""
        number, room = line.leaf["n"], line.leaf["r"]
        item, kept = self.items.get(f["item"]), self._kept.get(f["item"], set())
        is_vague = (room, "item") in self._gaps.values()
        if f["kind"] == "item.erased":
            certain = {one for one in kept if one[1] in ("all", "items", "rooms")}
            check(not (certain if is_vague else kept), f"record {number} destroys what is held")
        elif not is_vague and item:
            there = {hold for hold, kind in self._scopes(f["item"], replace(item, room=f["to"])) if kind != "rooms"}
            there |= {hold for hold, said in self._holds.items() if f["to"] in said["scope_rooms"]}
            check({hold for hold, _kind in kept} <= there, f"record {number} takes something out of a hold")

    def _check_arrival(self, line: Line, f: dict[str, Any]) -> None:
        """A version that was seen leaving arrives as it was."""
        left = self._departed.get(f["item"])
        if left is None or left.commit != line.commit or (left.room, "item") in self._gaps.values():
            return
        before = left.versions.get(f["version"])
        same = before and (before.size, before.sha256, before.erased) == (f["size"], f["sha256"], bool(f["erased"]))
        check(bool(same), f"record {line.leaf['n']} brings another version than left")

    def _check_label(self, line: Line, f: dict[str, Any]) -> None:
        """Only an owner lowers a label, or whoever added the item and was the only one to change it."""
        room = line.leaf["r"]
        if f["kind"] == "item.described":
            item = self.items.get(f["item"])
            is_own = item is not None and item.creator == line.signer and not item.handled
            if item is None or item.room != room or is_own:
                return
        else:
            item = self._departed.get(f["item"])
            if item is None or item.commit != line.commit:
                return
        if self._roles.get((line.signer, room)) == "owner" or (item.room, "item") in self._gaps.values():
            return
        order = ("public", "internal", "confidential", "secret")
        guards = ("personal-data", "subject:", "itar", "itar:", "ear:")
        dropped = [tag for tag in item.tags if tag not in f["tags"]]
        for tag in dropped:
            word, colon, _rest = tag.partition(":")
            name = f"{word if word.casefold() not in ('itar', 'ear') else word.casefold()}{colon}"
            check(name not in guards, f"record {line.leaf['n']} drops a tag that protects")
        check(order.index(f["label"]) >= order.index(item.label), f"record {line.leaf['n']} lowers a label")

    def _scopes(self, id_: str, item: Item) -> set[tuple[str, str]]:
        """The holds in whose scope an item is, and why."""
        found = set()
        for hold, f in self._holds.items():
            about = {"items": {id_}, "rooms": {item.room}, "labels": {item.label}, "types": {item.type}}
            about["tags"] = set(item.tags)
            found |= {(hold, kind) for kind, mine in about.items() if mine.intersection(f[f"scope_{kind}"])}
            if not any(f[f"scope_{kind}"] for kind in about):
                found.add((hold, "all"))
        return found

    def _check_leaver(self, line: Line, f: dict[str, Any]) -> None:
        """Whoever left has no role, and nothing is shared any more."""
        number = line.leaf["n"]
        gone = bool(f["identities"]) and all((who, self.root) not in self._roles for who in f["identities"])
        check(gone and line.signer not in f["identities"], f"record {number}: somebody who did not leave")
        ended = {id_ for id_, one in self.recipients.items() if one.removed or one.revoked}
        is_ended = set(f["recipients"]) <= ended or (self.root, "access") in self._gaps.values()
        check(is_ended, f"record {number}: somebody with whom things are shared")

    def _check_review(self, line: Line, f: dict[str, Any]) -> None:
        """A review is of all roles, others decide, and it is closed when all is decided."""
        number, kind = line.leaf["n"], f["kind"]
        if kind == "person.offboarded":
            self._check_leaver(line, f)
            return
        known, review = self._reviews.get(f["review"]), f["review"]
        if kind == "review.started":
            check(len({len(f[name]) for name in _GRANTS}) == 1, f"record {number}: half a grant")
            rows = list(zip(*(f[name] for name in _GRANTS), strict=True))
            check(known is None and len({row[0] for row in rows}) == len(rows), f"record {number}: another review")
            listed = sorted((who, place, role) for _id, type_, who, place, role, _why in rows if type_ == "role")
            there = sorted((who, place, role) for (who, place), role in self._roles.items())
            check(listed == there, f"record {number}: other roles than there are")
            self._reviews[review] = {row[0]: row[1:4] for row in rows}
            self._undecided[review] = set(self._reviews[review])
            return
        check(known is not None, f"record {number}: a review that is not open")
        if kind == "review.decided":
            type_, subject, place = (known or {}).get(f["grant"], ("", line.signer, ""))
            roles = [self._roles.get((line.signer, self.root))]
            roles += [self._roles.get((line.signer, place))] if type_ in ("role", "kept-key") else []
            right = subject != line.signer and "owner" in roles and f["answer"] in ("keep", "revoke")
            check(right, f"record {number} decides what it may not decide")
            self._undecided[review].discard(f["grant"])
        if kind == "review.closed":
            check(not self._undecided[review], f"record {number}: a review that is not done")
            self._reviews[review], self._undecided[review] = {}, {"closed"}

    def _check_secret(self, line: Line, f: dict[str, Any]) -> None:
        """An entry is scored as a whole, approved by somebody else as it was scored, and ends when it is retired."""
        number, room, kind = line.leaf["n"], line.leaf["r"], f["kind"]
        known = self._secrets.get((room, f["secret"]))
        if kind == "secret.proposed":
            check(room != self.root and known is None, f"record {number}: a secret that is none")
            self._secrets[room, f["secret"]] = line.signer, 0
            return
        check(known is not None, f"record {number}: there is no such secret")
        proposer, scoring = known or ("", 0)
        if kind == "secret.scored":
            check(f["factors"] == _FACTORS, f"record {number}: other factors")
            check(len(f["scores"]) == len(f["reasons"]) == len(_FACTORS), f"record {number}: half a score")
            self._secrets[room, f["secret"]] = proposer, number
        if kind == "secret.approved":
            check(proposer != line.signer and f["scoring"] == scoring > 0, f"record {number} approves what it may not")
        if kind == "secret.retired":
            self._secrets[room, f["secret"]] = proposer, -1
        check(scoring >= 0, f"record {number}: a secret that was retired")

    def _check_releases(self, opened: list[tuple[Line, dict[str, Any] | None]]) -> None:
        """What leaves has a decision before it, in the same transaction and room."""
        decided: set[tuple[int, str, str, str]] = set()
        for line, fields in opened:
            f: dict[str, Any] = fields or {"kind": ""}
            way = "package" if f["kind"] == "package.shared" else f.get("channel", "cat")
            which = line.commit, line.leaf["r"], f.get("decision", ""), way
            if f["kind"] == "release.decided" and f["outcome"] in ("allowed", "overridden"):
                decided.add(which)
            if f["kind"] in ("package.shared", "content.released") and way != "cat" and which not in decided:
                self._close(line, "something left without a decision")

    def _check_moves(self, opened: list[tuple[Line, dict[str, Any] | None]]) -> None:
        """What leaves a room arrives in another, in the same transaction."""
        arrived: set[tuple[int, str, str]] = set()
        brought: dict[tuple[int, str, str], set[int]] = {}
        hidden: dict[tuple[int, str], int] = {}
        for line, fields in opened:
            here = line.commit, line.leaf["r"]
            if fields is None and line.leaf["k"] == "item":
                hidden[here] = hidden.get(here, 0) + sum(change[0] == "+" for change in line.leaf.get("o", []))
            if fields and fields["kind"] == "item.arrived":
                arrived.add((*here, fields["item"]))
            if fields and fields["kind"] == "item.version-arrived" and not fields["erased"]:
                brought.setdefault((*here, fields["item"]), set()).add(fields["version"])
        for line, fields in opened:
            if fields and fields["kind"] == "item.left":
                there = line.commit, fields["to"]
                item = (*there, fields["item"])
                hidden_there = there in hidden
                lacking = max(0, len(fields["objects"]) - len(brought.get(item, ())))
                if lacking:
                    hidden[there] = hidden.get(there, 0) - lacking
                if fields["to"] == line.leaf["r"] or not (item in arrived or hidden_there) or hidden.get(there, 0) < 0:
                    self._close(line, "an item left and did not arrive")

    def _take(self, line: Line, f: dict[str, Any]) -> None:
        """What a record changes. About an item that is not in its room, that is nothing."""
        room, time, kind = line.leaf["r"], line.leaf["t"], f["kind"]
        item = self.items.get(f.get("item", ""))
        content = f.get("object", ""), f.get("size", 0), f.get("sha256", ""), line.leaf["e"]
        if kind in _ABOUT_ITEMS and (item is None or item.room != room):
            return
        recipient = self.recipients.get(f.get("recipient", ""))
        match kind:
            case "recipient.added":
                self.recipients[f["recipient"]] = Recipient(line.signer, [f["fingerprint"]])
            case "recipient.updated" if recipient:
                recipient.cards.append(f["fingerprint"])
            case "recipient.removed" if recipient:
                recipient.removed = True
            case "recipient.revoked" if recipient:
                recipient.revoked = True
            case "member.enrolled":
                self._enrolled.add(f["member"])
            case "member.role":
                self._roles[f["member"], f["room"]] = f["role"]
            case "member.removed":
                del self._roles[f["member"], f["room"]]
            case "room.created":
                self._room_names[f["room"]] = f["name"]
            case "item.added" | "item.arrived" if item is None:
                origin = self._departed.get(f["item"]) if kind == "item.arrived" else None
                if origin is None or origin.commit != line.commit:
                    origin = Item("", "", "", "", [], "", line.signer, time)
                item = Item(
                    room, f["name"], f["label"], f["type"], f["tags"], f["note"], origin.creator, origin.created
                )
                item.commit = line.commit if kind == "item.arrived" else -1
                item.handled = kind == "item.arrived"
                self.items[f["item"]] = item
                if kind == "item.added":
                    item.versions[1] = Version(*content, line.signer, time)
            case "item.updated" if item and f["version"] > max(item.versions, default=0):
                item.handled |= item.creator != line.signer
                item.versions[f["version"]] = Version(*content, line.signer, time)
            case "item.version-arrived" if item and item.commit == line.commit:
                version = Version(*content, line.signer, time, erased=bool(f["erased"]))
                left = self._departed.get(f["item"])
                before = left.versions.get(f["version"]) if left and left.commit == line.commit else None
                same = (version.size, version.sha256, version.erased)
                if before and (before.size, before.sha256, before.erased) == same:  # not so after a forgetting
                    version.adder, version.added = before.adder, before.added
                item.versions.setdefault(f["version"], version)
            case "item.described" if item:
                item.label, item.type, item.tags, item.note = f["label"], f["type"], f["tags"], f["note"]
                item.handled |= item.creator != line.signer
            case "item.renamed" if item:
                item.name = f["name"]
            case "hold.placed":
                self._holds[f["hold"]] = f
                for id_, one in self.items.items():
                    self._kept[id_] = self._kept.get(id_, set()) | self._scopes(id_, one)
            case "hold.released":
                del self._holds[f["hold"]]
                self._released.add(f["hold"])
                self._kept = {id_: {one for one in kept if one[0] != f["hold"]} for id_, kept in self._kept.items()}
            case "item.left" if item:
                self._kept.pop(f["item"], None)
                item.commit = line.commit
                self._departed[f["item"]] = self.items.pop(f["item"])
            case "item.removed" | "item.restored" if item:
                item.removed = kind == "item.removed"
            case "item.reencrypted" if item and (there := item.versions.get(f["version"])):
                if there.object == f["replaces"] and not there.erased:
                    there.object, there.epoch = f["object"], line.leaf["e"]
            case "item.erased" if item:
                for version in item.versions.values():
                    version.erased |= version.object == f["object"]
        if f.get("item") in self.items:
            id_ = f["item"]
            self._kept[id_] = self._kept.get(id_, set()) | self._scopes(id_, self.items[id_])


def published(f: dict[str, Any]) -> tuple[list[list[str]], dict[str, Any]]:
    """The files and facts that the leaf of a record has."""
    match f["kind"]:
        case "vault.created":
            return [["+", "VAULT"]], {}
        case "member.enrolled":
            return [], {"key": f["ed25519"], "member": f["member"]}
        case "member.file":
            member, generation = f["member"], f["generation"]
            before = [["-", f"members/{member}/{generation - 1}.toml"]] if generation > 1 else []
            return [["+", f"members/{member}/{generation}.toml"], *before], {}
        case "room.keyed" | "room.shared":
            folder = f"rooms/{f['room']}/{f['epoch']}"
            slots = [["+", f"{folder}/{slot}.slot"] for slot in f["slots"]]
            if f["kind"] == "room.shared":
                return slots, {}
            link = [["+", f"{folder}/link"]] if f["epoch"] > 1 else []
            return slots + link, {"commitment": f["commitment"], "records": f["records"]}
        case "item.reencrypted":
            return [["+", object_path(f["object"])], ["-", object_path(f["replaces"])]], {}
        case "item.added" | "item.updated":
            return [["+", object_path(f["object"])]], {}
        case "item.version-arrived" if not f["erased"]:
            return [["+", object_path(f["object"])]], {}
        case "item.left":
            return [["-", object_path(object_id)] for object_id in f["objects"]], {}
        case "item.erased":
            return [["-", object_path(f["object"])]], {}
        case "journal.repaired":
            return [["+", f"journal/torn/{f['name']}"]], {}
        case "records.forgotten":
            return [], {"records": f["records"]}
    return [], {}


def object_path(object_id: str) -> str:
    """Where an object is kept."""
    return f"objects/{object_id[:2]}/{object_id}"


_ALL = ("owner", "editor", "reader", "auditor")
_WRITERS = _ALL[:2]
_OWNER = _ALL[:1]
_OWNERS_CLASSES = {"genesis", "room", "key", "forget"}
_CARD = ("name", "organisation", "email", "jurisdiction")
_DESCRIPTION = ("label", "type", "tags", "note")
_GRANT = ("recipients", "unverified", "items", "versions", "expires", "purpose", "decision")
_RECIPIENT = (*_CARD[1:], "fingerprint", "kem", "ed25519", "mldsa44")
_ARRIVAL = ("sender", "sender_name", "sealed", "items", "contents")
_SIGNED = ("kem", "ed25519", "mldsa44", "signatures")
_CONTENT = ("object", "size", "sha256", "source")

_REQUEST = (
    *("timestamp", "target", "item", "version", "origin", "size", "root", "renews"),
    *("algorithm", "imprint", "nonce"),
)
_STAMP = (
    *("timestamp", "token", "certificates", "revocations", "authority", "at", "accuracy", "until"),
    *("serial", "policy", "ca"),
)

_FEES = ("fees", "fee_amounts", "fee_days")
_TERMS = (
    *("type", "title", "parties", "party_names", "relationship"),
    *("scope_items", "scope_rooms", "scope_labels", "scope_tags", "permitted_use"),
    *("from_day", "until_day", "survival_days", "law", "consequences"),
    *("assignor", "assignee", "background", "foreground", "inventors"),
    *("field_of_use", "territory", "exclusivity", "restrictions", *_FEES),
    *("audit_rights", "disputes", "dtsa_notice"),
)
_BASIS = ("policy", "method", "label", "fingerprint", "jurisdiction", "card", "agreements", "agreement_versions")
_ASSESSED = (
    *("questions", "answers", "risks", "likelihoods", "impacts", "reasons"),
    *("level", "measures", "note"),
)
_TOGETHER = (
    ("agreements", "agreement_versions"),
    ("questions", "answers"),
    ("risks", "likelihoods", "impacts", "reasons"),
)
_SCOPE = ("scope_items", "scope_rooms", "scope_labels", "scope_types", "scope_tags")
_PARTIES = ("authority", "subjects", "partners")
_CATEGORIES = ("personal-data", "secrets", "secrets-and-personal-data", "confidential", "other")
_SEVERITIES = ("low", "medium", "high", "critical")
_STEPS = ("identify", "team", "assess", "contain", "investigate", "legal", "notify", "remediate", "lessons")
_INCIDENT_WORDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("category", "found_category"), _CATEGORIES),
    **dict.fromkeys(("severity", "found_severity"), _SEVERITIES),
    "party": _PARTIES,
    "paper": (*_PARTIES, "report"),
    "unit": ("days", "hours", "months"),
    "step": _STEPS,
}
_INCIDENT = ("title", "aware", "zone", "occurred", "reporter", "text", "playbook")
_ASSESSED_AS = (
    *("category", "severity", "found_category", "found_severity"),
    *("items", "members", "outsiders", "grounds", "reason"),
)
_DONE_AT_ONCE = ("members", "outsiders", "packages", "rooms", "freeze", "hold", "unreached", "reason")
_PRESERVED = ("custody", "items", "versions", "hashes", "first", "last", "reason")
_OF_RULES = ("retention.set", "retention.withdrawn")
_SUBJECT = ("right", "subject", "member", "outsider")
_CONSENT = (
    *("subject", "purpose", "basis", "document", "scope_items", "scope_tags"),
    *("parties", "from_day", "until_day"),
)
_FACTORS = ["known-outside", "known-inside", "measures", "value", "effort", "acquisition"]
_GRANTS = ("grants", "types", "subjects", "places", "roles", "orphans")
_VERDICTS = ("checks", "outcomes", "subjects", "reasons")
_ASKED = ("digest", "channel", "recipients", "items", "versions", "expires", "purpose", "override", "basis", "reason")

_ABOUT_ITEMS = {
    "item.updated",
    "item.version-arrived",
    "item.left",
    "item.described",
    "item.renamed",
    "item.removed",
    "item.restored",
    "item.erased",
    "item.reencrypted",
}

RECORDS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "vault.created": ("genesis", _OWNER, ("vault", "software")),
    "member.enrolled": ("member", _OWNER, ("member", *_CARD, "kem", "ed25519", "mldsa44")),
    "member.file": ("member", _ALL, ("member", "generation")),
    "member.role": ("member", _ALL, ("member", "room", "role")),
    "member.removed": ("member", _ALL, ("member", "room", "reason")),
    "room.created": ("room", _OWNER, ("room", "name")),
    "room.keyed": ("key", _OWNER, ("room", "epoch", "commitment", "records", "slots")),
    "room.shared": ("key", _OWNER, ("room", "epoch", "slots")),
    "item.added": ("item", _WRITERS, ("item", "name", *_DESCRIPTION, *_CONTENT)),
    "item.updated": ("item", _WRITERS, ("item", "version", *_CONTENT)),
    "item.described": ("item", _WRITERS, ("item", *_DESCRIPTION)),
    "item.renamed": ("item", _WRITERS, ("item", "name")),
    "item.left": ("item", _WRITERS, ("item", "to", "objects")),
    "item.arrived": ("item", _WRITERS, ("item", "name", *_DESCRIPTION, "created", "creator")),
    "item.version-arrived": ("item", _WRITERS, ("item", "version", *_CONTENT, "added", "adder", "erased")),
    "item.removed": ("item", _WRITERS, ("item", "reason")),
    "item.restored": ("item", _WRITERS, ("item",)),
    "item.erased": ("item", _OWNER, ("item", "version", "object", "reason")),
    "recipient.added": ("access", _ALL, ("recipient", "name", *_RECIPIENT)),
    "recipient.verified": ("access", _ALL, ("recipient", "fingerprint")),
    "recipient.updated": ("access", _ALL, ("recipient", *_RECIPIENT)),
    "recipient.removed": ("access", _ALL, ("recipient", "reason")),
    "recipient.revoked": ("access", _ALL, ("recipient", "reason")),
    "package.shared": ("access", _WRITERS, ("package", "manifest", *_GRANT)),
    "package.revoked": ("access", _WRITERS, ("package", "reason")),
    "package.received": ("access", _WRITERS, ("package", "manifest", *_ARRIVAL, *_SIGNED)),
    "receipt.imported": ("access", _ALL, ("package", "manifest", "recipient", "event", "at", *_SIGNED)),
    "item.reencrypted": ("item", _OWNER, ("item", "version", "object", "replaces")),
    "content.released": ("access", _ALL, ("item", "version", "sha256", "channel", "destination", "decision")),
    "journal.exported": ("access", _ALL, ("format", "first", "last", "selection", "names", "destination")),
    "evidence.released": ("access", _ALL, ("records", "withheld", "shown", "destination", "reason")),
    "dossier.released": ("access", _ALL, ("item", "as_of", "records", "withheld", "shown", "destination", "reason")),
    "auth.unlocked": ("auth", _ALL, ("attempt", "member", "at")),
    "auth.failed": ("auth", _ALL, ("attempt", "member", "at")),
    "auth.dropped": ("auth", _ALL, ("length",)),
    "recovery.split": ("auth", _ALL, ("slot", "threshold", "shares", "custodians")),
    "recovery.used": ("auth", _ALL, ("slot",)),
    "recovery.revoked": ("auth", _ALL, ("slot",)),
    "vault.repaired": ("repair", _ALL, ("sources", "files", "records", "first")),
    "backup.drilled": ("governance", _ALL, ("source", "seq", "hash", "files", "size", "contents", "findings")),
    "journal.repaired": ("repair", _ALL, ("name", "length", "sha256")),
    "journal.rollback-accepted": (
        "anchor",
        _ALL,
        ("reason", "pinned_seq", "pinned_hash", "found_seq", "found_hash", "incarnation"),
    ),
    "anchor.witnessed": ("anchor", _ALL, ("witness", "name", "size", "root", "time", "checkpoint")),
    "timestamp.requested": ("anchor", _ALL, _REQUEST),
    "timestamp.imported": ("anchor", _ALL, _STAMP),
    "custody.started": ("anchor", _ALL, ("custody", "title", "sha256", "holder", "reason")),
    "custody.transferred": (
        "anchor",
        _ALL,
        ("custody", "giver", "receiver", "sha256_before", "sha256_after", "reason"),
    ),
    "custody.corrected": (
        "anchor",
        _ALL,
        ("custody", "seq", "receiver", "sha256_before", "sha256_after", "reason"),
    ),
    "finding.waived": ("governance", _ALL, ("finding", "reason")),
    "copy.marked": (
        "governance",
        _ALL,
        ("copy", "channel", "package", "recipient", "name", "item", "version", "original", "marked"),
    ),
    "insight.acknowledged": ("governance", _ALL, ("finding", "rule", "records", "last", "reason")),
    "policy.set": ("policy", _OWNER, ("version", "content", "reason")),
    "pack.imported": ("policy", _OWNER, ("pack", "version", "content")),
    "release.decided": (
        "governance",
        _ALL,
        ("decision", "policy", "channel", "outcome", "request", "reason", *_VERDICTS),
    ),
    "release.requested": ("governance", _ALL, ("request", *_ASKED)),
    "request.approved": ("governance", _WRITERS, ("request", "digest", "reason")),
    "request.denied": ("governance", _WRITERS, ("request", "digest", "reason")),
    "agreement.set": ("governance", _WRITERS, (*_TERMS, "agreement", "version", "document")),
    "agreement.terminated": ("governance", _WRITERS, ("agreement", "day", "reason")),
    "assessment.made": ("governance", _WRITERS, ("assessment", "item", "recipient", *_BASIS, *_ASSESSED)),
    "assessment.accepted": ("governance", _WRITERS, ("assessment", "reason")),
    "training.set": ("governance", _OWNER, ("training", "version", "name", "sha256", "item", "content")),
    "training.assigned": ("governance", _OWNER, ("training", "members", "recipients", "due")),
    "training.acknowledged": ("governance", _ALL, ("training", "version", "sha256")),
    "training.confirmed": ("governance", _ALL, ("training", "version", "sha256", "recipient", "evidence")),
    "hold.placed": ("governance", _OWNER, ("hold", "matter", "reason", *_SCOPE, "members", "outsiders")),
    "hold.released": ("governance", _OWNER, ("hold", "reason")),
    "hold.noticed": ("governance", _OWNER, ("hold", "members", "outsiders")),
    "hold.acknowledged": ("governance", _ALL, ("hold", "member", "outsider", "evidence", "evidence_name")),
    "retention.set": ("governance", _OWNER, ("rule", "name", *_SCOPE, "keep", "unit", "start", "then", "reason")),
    "retention.withdrawn": ("governance", _OWNER, ("rule", "reason")),
    "retention.dated": ("governance", _WRITERS, ("items", "day", "reason")),
    "retention.applied": ("governance", _OWNER, ("run", "items", "rules", "until", "reason")),
    "privacy.requested": ("governance", _OWNER, ("request", *_SUBJECT, "law", "received", "zone", "due", "note")),
    "privacy.extended": ("governance", _OWNER, ("request", "due", "reason")),
    "privacy.decided": ("governance", _OWNER, ("request", "answer", "items", "left", "reason")),
    "privacy.closed": ("governance", _OWNER, ("request", "told", "late")),
    "consent.given": ("governance", _WRITERS, ("consent", *_CONSENT)),
    "consent.withdrawn": ("governance", _WRITERS, ("consent", "day", "reason")),
    "incident.opened": ("governance", _OWNER, ("incident", *_INCIDENT)),
    "incident.assigned": ("governance", _OWNER, ("incident", "duty", "person", "member", "outsider")),
    "incident.assessed": ("governance", _OWNER, ("incident", *_ASSESSED_AS)),
    "incident.contained": ("governance", _OWNER, ("incident", *_DONE_AT_ONCE)),
    "incident.preserved": ("governance", _OWNER, ("incident", *_PRESERVED)),
    "incident.notified": ("governance", _OWNER, ("incident", "party", "person", "clock", "sent", "sha256", "late")),
    "incident.learned": ("governance", _OWNER, ("incident", "text")),
    "incident.closed": ("governance", _OWNER, ("incident", "unnotified", "reason")),
    "incident.released": ("governance", _OWNER, ("incident", "paper", "sha256")),
    "clock.started": ("governance", _OWNER, ("incident", "clock", "law", "amount", "unit", "after")),
    "clock.ended": ("governance", _OWNER, ("incident", "clock", "outcome", "at", "reason")),
    "action.added": ("governance", _OWNER, ("incident", "action", "title", "step", "owner", "deadline")),
    "action.done": ("governance", _OWNER, ("incident", "action", "note")),
    "freeze.set": ("governance", _OWNER, ("freeze", "incident", "items", "rooms", "outsiders")),
    "freeze.lifted": ("governance", _OWNER, ("freeze", "reason")),
    "secret.proposed": (
        "governance",
        _WRITERS,
        ("secret", "title", "description", "type", "owner", "custodian", "items", "value", "until_day"),
    ),
    "secret.scored": ("governance", _WRITERS, ("secret", "factors", "scores", "reasons")),
    "secret.approved": ("governance", _OWNER, ("secret", "scoring", "reason")),
    "secret.retired": ("governance", _OWNER, ("secret", "reason")),
    "review.started": ("governance", _OWNER, ("review", "title", *_GRANTS)),
    "review.decided": ("governance", _ALL, ("review", "grant", "answer", "reason")),
    "review.closed": ("governance", _OWNER, ("review", "reason")),
    "person.offboarded": ("governance", _ALL, ("name", "identities", "recipients", "packages", "reason")),
    "records.forgotten": ("forget", _OWNER, ("reason", "records")),
}


def main(directory: str, item: str = "", version: str = "") -> None:
    """List the items, or write one."""
    reader = Reader(Path(directory))
    (member,) = {path.split("/")[1] for path in reader.journal.files if path.startswith("members/")}
    reader.unlock(member, sys.stdin.readline().removesuffix("\n"))
    if item:
        id_ = reader.named(item)
        sys.stdout.buffer.write(reader.content(id_, int(version or max(reader.items[id_].versions))))
        return
    for entry in sorted((entry for entry in reader.items.values() if not entry.removed), key=lambda entry: entry.name):
        newest = max(entry.versions)
        print(entry.name, newest, entry.label, entry.type, entry.versions[newest].size, sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
