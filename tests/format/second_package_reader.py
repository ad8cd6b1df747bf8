"""A second reader of packages, written from `ipvault help format` alone. It imports nothing of ipvault."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import tomllib
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.format.second_reader import (
    canonical,
    check,
    fingerprint,
    kem_keys,
    open_sealed,
    open_wrapped,
    padme,
    pae,
)

MAGIC = b"ipvault package 1\n"
PART_MAGIC = b"ipvault part 1\n"
SLOT = 1168
SIGNATURES = 64 + 2420


class NotForUs(Exception):
    """None of the slots opens with this identity."""


class TooNew(Exception):
    """A later format than this reader knows."""


class Seeds(NamedTuple):
    """An identity."""

    kem: bytes
    ed25519: bytes
    mldsa44: bytes

    @property
    def fingerprint(self) -> str:
        raw = (Encoding.Raw, PublicFormat.Raw)
        mlkem, x25519 = kem_keys(self.kem)
        kem = mlkem.public_key().public_bytes(*raw) + x25519.public_key().public_bytes(*raw)
        ed25519 = Ed25519PrivateKey.from_private_bytes(self.ed25519).public_key().public_bytes(*raw)
        mldsa44 = MLDSA44PrivateKey.from_seed_bytes(self.mldsa44).public_key().public_bytes(*raw)
        return fingerprint(kem, ed25519, mldsa44)


class Package(NamedTuple):
    """What a package holds, and from whom."""

    sender: str
    manifest_hash: str
    manifest: dict[str, Any]
    contents: dict[str, bytes]


def read_package(data: bytes, seeds: Seeds) -> Package:
    """Open and check a whole package. Raises Refused, NotForUs or TooNew."""
    if newer := re.match(rb"ipvault package ([2-9]|[1-9][0-9]+)\n", data):
        raise TooNew(newer[1])
    check(data.startswith(MAGIC) and len(data) >= 68, "no package")
    package_id, commitment = data[18:34].hex(), data[34:66].hex()
    (count,) = struct.unpack("<H", data[66:68])
    start = 68 + count * SLOT
    check(1 <= count <= 1000 and len(data) > start, "too few or too many slots")
    slots = [data[at : at + SLOT] for at in range(68, start, SLOT)]
    check(slots == sorted(set(slots)), "slots in another order")
    key = _package_key(slots, package_id, commitment, seeds)
    header = hashlib.sha256(data[:start]).digest()
    plaintext = open_sealed(key, pae("package", package_id, header), data[start:])
    (length,) = struct.unpack("<I", plaintext[:4])
    check(length <= 16 * 1024 * 1024, "too long a manifest")
    at = 4 + length
    packed, signatures = plaintext[4:at], plaintext[at : at + SIGNATURES]
    manifest = _manifest(packed)
    keys = read_card(manifest["sender"])
    _verify(keys, signatures, pae("package-manifest", package_id, header, packed))
    recipients = manifest["recipients"]
    check(manifest["package"] == package_id, "the manifest of another package")
    check(len(recipients) == count and seeds.fingerprint in recipients, "other recipients than slots")
    at += SIGNATURES
    contents = {}
    for entry in manifest["entries"]:
        contents[entry["name"]] = plaintext[at : at + entry["size"]]
        at += entry["size"]
    digests = b"".join(hashlib.sha256(content).digest() for content in contents.values())
    check(plaintext[at : at + len(digests)] == digests, "other contents")
    at += len(digests)
    signed = pae("package-contents", hashlib.sha256(packed).digest(), digests)
    _verify(keys, plaintext[at : at + SIGNATURES], signed)
    at += SIGNATURES
    check(plaintext[at:] == bytes(padme(at) - at), "other padding")
    return Package(fingerprint(*keys), hashlib.sha256(packed).hexdigest(), manifest, contents)


def join_parts(files: list[bytes]) -> bytes:
    """The package that was cut into parts."""
    pieces = {}
    for data in files:
        check(data.startswith(PART_MAGIC) and len(data) > 71, "no part")
        check(hashlib.sha256(data[:-32]).digest() == data[-32:], "a damaged part")
        number, total = struct.unpack("<II", data[31:39])
        check(1 <= number <= total <= 9999, "a number that no part has")
        pieces[data[15:31], number, total] = data[39:-32]
    check(len({(package, total) for package, _number, total in pieces}) == 1, "parts of several packages")
    ((_package, _number, total), *_others) = pieces
    check(len(pieces) == total, "a part is missing")
    return b"".join(pieces[place] for place in sorted(pieces))


def strip_armor(text: bytes) -> bytes:
    """What stands between the two lines."""
    found = re.fullmatch(
        rb"\s*-----BEGIN IPVAULT PACKAGE-----([A-Za-z0-9+/=\s]*)-----END IPVAULT PACKAGE-----\s*", text
    )
    check(found is not None, "no armor")
    characters = b"".join(found[1].split()) if found else b""
    data = b64decode(characters, validate=True)
    check(b64encode(data) == characters, "base64 that is not canonical")
    return data


def read_receipt(data: bytes) -> tuple[str, dict[str, Any]]:
    """Who signed a receipt, and what it says."""
    document = tomllib.loads(data.decode())
    check(
        document.keys() == {"format", "event", "time", "package", "manifest", "card", "signature"}
        and document["format"] == 1
        and document["event"] in ("received", "opened", "destroyed"),
        "no receipt",
    )
    keys = read_card(document["card"])
    values = (document[name] for name in ("event", "time", "package", "manifest"))
    signatures = b"".join(b64decode(document["signature"][name], validate=True) for name in ("ed25519", "mldsa44"))
    _verify(keys, signatures, pae("receipt", *values, fingerprint(*keys)))
    return fingerprint(*keys), document


def read_card(text: str) -> tuple[bytes, bytes, bytes]:
    """The three keys on a card whose signatures are right."""
    check(len(text.encode()) <= 16 * 1024, "too long a card")
    try:
        document = tomllib.loads(text)
        details = [document[name] for name in ("name", "organisation", "email", "jurisdiction", "created")]
        kem, ed25519, mldsa44 = (b64decode(document[name], validate=True) for name in ("kem", "ed25519", "mldsa44"))
        signature = document["signature"]
        signatures = b"".join(b64decode(signature[name], validate=True) for name in ("ed25519", "mldsa44"))
    except (ValueError, KeyError, TypeError):
        check(False, "no card")
        raise
    check(document["format"] == 1, "a card of another format")
    _verify((kem, ed25519, mldsa44), signatures, pae("card", *details, kem, ed25519, mldsa44))
    return kem, ed25519, mldsa44


def _package_key(slots: list[bytes], package_id: str, commitment: str, seeds: Seeds) -> bytes:
    info = pae("package-slot", package_id, commitment, seeds.fingerprint)
    for slot in slots:
        if key := open_wrapped(seeds.kem, info, slot):
            committed = pae("package-key-commitment", package_id, key)
            check(hashlib.sha256(committed).hexdigest() == commitment, "another key than was committed to")
            return key
    raise NotForUs


def _verify(keys: tuple[bytes, bytes, bytes], signatures: bytes, message: bytes) -> None:
    check(len(signatures) == SIGNATURES, "cut short")
    _kem, ed25519, mldsa44 = keys
    try:
        Ed25519PublicKey.from_public_bytes(ed25519).verify(signatures[:64], message)
        MLDSA44PublicKey.from_public_bytes(mldsa44).verify(signatures[64:], message)
    except (InvalidSignature, ValueError):
        check(False, "a signature")


def _manifest(packed: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(packed)
        check(canonical(manifest) == packed, "a manifest that is not canonical")
        members = {"package", "sender", "recipients", "created", "expires", "purpose", "message", "decision", "entries"}
        check(set(manifest) == members, "other members than a manifest has")
        recipients, entries = manifest["recipients"], manifest["entries"]
        check(recipients == sorted(set(recipients)), "recipients in another order")
        check(all(re.fullmatch("[0-9a-f]{64}", one) for one in recipients), "no fingerprint")
        for time in (manifest["created"], manifest["expires"]):
            check(time is None or _is_time(time), "no time")
        check(manifest["created"] is not None, "no time")
        for text in (manifest["purpose"], manifest["message"]):
            check(len(text.encode()) <= 65_536 and not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text), "no text")
        check(re.fullmatch("(?:[0-9a-f]{32})?", manifest["decision"]) is not None, "no decision")
        names = [entry["name"] for entry in entries]
        check(1 <= len(names) == len(set(names)), "no names, or one twice")
        for entry in entries:
            _check_entry(entry)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        check(False, "no manifest")
        raise
    return dict(manifest)


def _is_time(text: str) -> bool:
    form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    return re.fullmatch(form, text, re.ASCII) is not None and bool(datetime.fromisoformat(text))


def _check_entry(entry: dict[str, Any]) -> None:
    check(set(entry) == {"name", "size", "label", "item", "version"}, "other members than an entry has")
    check(type(entry["size"]) is int and 0 <= entry["size"] < 2**53, "no size")
    check(entry["label"] in ("", "public", "internal", "confidential", "secret"), "no label")
    check(entry["item"] == "" or re.fullmatch("[0-9a-f]{32}", entry["item"]) is not None, "no item")
    check(type(entry["version"]) is int and 0 <= entry["version"] <= 1_000_000, "no version")
    name = entry["name"]
    check(len(name.encode()) <= 1024 and not re.search('[\x00-\x1f\x7f-\x9f<>:"\\\\|?*]', name), "no name")
    check(name.strip(" ") != "", "no name")
    device = r"(?i:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|COM[0-9]|LPT[0-9]) *(\.|\Z)"
    for part in name.split("/"):
        check(1 <= len(part.encode()) <= 255 and part not in (".", ".."), "no name of a file")
        check(part[-1] not in ". " and not re.match(device, part), "no name of a file")
