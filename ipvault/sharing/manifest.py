"""The manifest: who sends what to whom, and on which terms. It stands sealed at the beginning of a package.

Canonical JSON, signed by the sender. A reader takes it only if it is in every respect what a writer may have written,
because people who are no friends send packages too.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from ipvault.crypto.padme import padded_size
from ipvault.crypto.pae import pae
from ipvault.crypto.signing import SIGNATURES_SIZE
from ipvault.journal.canonical import MAX_INTEGER, JsonValue, NotCanonical, canonical, parse_canonical
from ipvault.keys.card import MAX_SIZE as MAX_CARD
from ipvault.records.domains import MAX_VERSION, is_item_name, is_time
from ipvault.records.vocabulary import LABELS, MAX_TEXT
from ipvault.sharing.header import MAX_SLOTS
from ipvault.storage.safe_names import MAX_PART, safe_path

MAX_SIZE: Final = 16 * 1024 * 1024
"""Bytes of a manifest."""

HASH_SIZE: Final = 32
LENGTH_SIZE: Final = 4
_ID: Final = re.compile("[0-9a-f]{32}")
_FINGERPRINT: Final = re.compile("[0-9a-f]{64}")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]")


class Terms(NamedTuple):
    """What the sender asks of the recipients. Times are RFC 3339 in UTC with milliseconds."""

    created: str
    expires: str | None = None
    purpose: str = ""
    message: str = ""

    def have_expired(self, now: str) -> bool:
        """Whether the package is not to be opened any more. Nothing but this program sees to that."""
        return self.expires is not None and now >= self.expires


class Entry(NamedTuple):
    """One content: the name for its file and its size in bytes; what else is known of it where a vault sealed it."""

    name: str
    size: int
    label: str = ""
    item: str = ""
    version: int = 0


class Manifest(NamedTuple):
    """`sender` is a card as TOML, `recipients` are fingerprints in their order; each once.

    `decision` is the id under which the journal of the sender's vault says why this was let out; empty without a vault.
    """

    package: str
    sender: str
    recipients: tuple[str, ...]
    terms: Terms
    entries: tuple[Entry, ...]
    decision: str = ""

    def to_json(self) -> bytes:
        document: dict[str, JsonValue] = {
            "package": self.package,
            "sender": self.sender,
            "recipients": list(self.recipients),
            **self.terms._asdict(),
            "decision": self.decision,
            "entries": [entry._asdict() for entry in self.entries],
        }
        return canonical(document)

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Raises ValueError for anything that is no manifest, whoever signed it."""
        try:
            document: Any = parse_canonical(text)
            entries = tuple(Entry(**entry) for entry in document.pop("entries"))
            recipients = tuple(document.pop("recipients"))
            package, sender, decision = (document.pop(name) for name in ("package", "sender", "decision"))
            manifest = cls(package, sender, recipients, Terms(**document), entries, decision)
        except (NotCanonical, TypeError, KeyError, AttributeError):
            raise ValueError("not a manifest") from None
        if not is_manifest(manifest) or manifest.to_json() != text:
            raise ValueError("values that no manifest has")
        return manifest


def is_manifest(manifest: Manifest) -> bool:
    """Whether all values are of their kind and within their bounds, and nothing is there twice."""
    recipients, names = manifest.recipients, [entry.name for entry in manifest.entries]
    return (
        _is_id(manifest.package)
        and _is_text(manifest.sender, MAX_CARD)
        and 1 <= len(recipients) <= MAX_SLOTS
        and all(type(one) is str and _FINGERPRINT.fullmatch(one) for one in recipients)
        and list(recipients) == sorted(set(recipients))
        and _are_terms(manifest.terms)
        and all(map(_is_entry, manifest.entries))
        and 1 <= len(names) == len(set(names))
        and (manifest.decision == "" or _is_id(manifest.decision))
    )


def is_file_name(name: str) -> bool:
    """Whether an entry can have this name: a path that stays inside the folder on every system.

    The rules are those of `safe_path` for ASCII, and do not change with the version of Unicode as the others do; those
    are applied when the file is written.
    """
    plain = _BEYOND_ASCII.sub("x", name)
    return (
        is_item_name(name)
        and safe_path(plain) == plain
        and all(len(part.encode(errors="replace")) <= MAX_PART for part in name.split("/"))
    )


class Lengths(NamedTuple):
    """The bytes of a package's sealed message: what is in it, and the padding."""

    used: int
    padding: int


def lengths(manifest: bytes, entries: tuple[Entry, ...]) -> Lengths:
    """Those of the message that begins with this manifest."""
    contents = sum(entry.size + HASH_SIZE for entry in entries)
    used = LENGTH_SIZE + len(manifest) + SIGNATURES_SIZE + contents + SIGNATURES_SIZE
    return Lengths(used, padded_size(used) - used)


def manifest_message(package_id: str, header_hash: bytes, manifest: bytes) -> bytes:
    """What the sender signs first, so that nobody can put his manifest into another package."""
    return pae("package-manifest", package_id, header_hash, manifest)


def _are_terms(terms: Terms) -> bool:
    return (
        _is_moment(terms.created)
        and (terms.expires is None or _is_moment(terms.expires))
        and _is_text(terms.purpose)
        and _is_text(terms.message)
    )


def _is_entry(entry: Entry) -> bool:
    return (
        type(entry.name) is str
        and is_file_name(entry.name)
        and type(entry.size) is int
        and 0 <= entry.size <= MAX_INTEGER
        and entry.label in ("", *LABELS)
        and (entry.item == "" or _is_id(entry.item))
        and type(entry.version) is int
        and 0 <= entry.version <= MAX_VERSION
    )


def _is_moment(text: object) -> bool:
    return type(text) is str and is_time(text)


def _is_id(text: object) -> bool:
    return type(text) is str and _ID.fullmatch(text) is not None


def _is_text(text: object, most: int = MAX_TEXT) -> bool:
    return type(text) is str and len(text.encode(errors="replace")) <= most and not _CONTROL.search(text)
