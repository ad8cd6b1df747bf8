"""Questions about people: who belongs to the vault, who is in which room, and whose keys outlived their membership."""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import normalize

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.closeness import suggested
from ipvault.catalog.tenures import kept_keys
from ipvault.errors import AmbiguousMember, NoSuchMember
from ipvault.keys.identity import PublicIdentity
from ipvault.records.vocabulary import OWNER
from ipvault.text import _, program

LEAST_DIGITS = 8
"""Of a fingerprint, to mean a member."""


class Member(NamedTuple):
    """Somebody who was enrolled; `kem` is the public key that room keys are wrapped to, in hexadecimal."""

    fingerprint: str
    name: str
    organisation: str
    email: str
    jurisdiction: str
    kem: str
    enrolled: str


_COLUMNS = ", ".join(Member._fields)


def members(catalog: Catalog) -> list[Member]:
    """Everybody who has a role in the vault, by name."""
    query = (
        f"SELECT {_COLUMNS} FROM member "  # noqa: S608  # fixed names
        "WHERE fingerprint IN (SELECT member FROM role) ORDER BY name, fingerprint"
    )
    return [Member._make(row) for row in catalog.view.execute(query)]


def member(catalog: Catalog, fingerprint: str) -> Member:
    """Somebody who was enrolled, member still or not."""
    query = f"SELECT {_COLUMNS} FROM member WHERE fingerprint = ?"  # noqa: S608  # fixed names
    return Member._make(catalog.view.execute(query, (fingerprint,)).fetchone())


def public_identity(catalog: Catalog, fingerprint: str) -> PublicIdentity:
    """The public keys of somebody who was enrolled."""
    query = "SELECT kem, ed25519, mldsa44 FROM member WHERE fingerprint = ?"
    return PublicIdentity.from_hex(*catalog.view.execute(query, (fingerprint,)).fetchone())


def identities_at(catalog: Catalog, seq: int) -> list[tuple[str, PublicIdentity]]:
    """Name and public keys of everybody who had a role in the vault when record `seq` was written."""
    query = (
        "SELECT DISTINCT name, kem, ed25519, mldsa44 FROM member JOIN tenure ON tenure.member = fingerprint "
        "WHERE from_seq <= ?1 AND coalesce(until_seq > ?1, 1)"
    )
    return [(name, PublicIdentity.from_hex(*keys)) for name, *keys in catalog.view.execute(query, (seq,))]


def find_member(catalog: Catalog, typed: str) -> Member:
    """The member whom a name, or the beginning of a fingerprint, means.

    Anybody can call himself anything, so two of one name have to be told apart by their fingerprints. Raises
    `NoSuchMember` or `AmbiguousMember`.
    """
    name, digits = normalize("NFC", typed.strip()), "".join(typed.split()).lower()
    present = members(catalog)
    found = [m for m in present if len(digits) >= LEAST_DIGITS and m.fingerprint.startswith(digits)]
    found += [m for m in present if m.name == name and m not in found]
    if not found:
        raise no_such_member(catalog, typed)
    if len(found) > 1:
        candidates = ", ".join(f"{m.name} ({m.fingerprint[:16]})" for m in found)
        raise AmbiguousMember(name=typed, candidates=candidates)
    return found[0]


def no_such_member(catalog: Catalog, typed: str) -> NoSuchMember:
    """What to raise where nobody is called so; it says who is called much like it."""
    there = _("`{ipvault} member list` shows its members").format(ipvault=program())
    return NoSuchMember(name=typed, suggestion=suggested(typed, [m.name for m in members(catalog)]) or there)


def rooms_and_roles(catalog: Catalog, fingerprint: str) -> dict[str, str]:
    """Room (id) and role, everywhere where somebody has one."""
    return dict(catalog.view.execute("SELECT room, role FROM role WHERE member = ?", (fingerprint,)))


def owners(catalog: Catalog, room: str) -> list[str]:
    """Names of the owners of a room."""
    return sorted(member(catalog, who).name for who, role in catalog.members(room).items() if role == OWNER)


def outlived(catalog: Catalog, room: str) -> list[str]:
    """Fingerprints of those who may do less in a room than the key that they know of it lets them."""
    return sorted(tenure.member for tenure in kept_keys(catalog, room))
