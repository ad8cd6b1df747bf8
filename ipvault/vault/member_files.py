"""Which member file counts, told without any key: the newest that the journal names, whatever else lies beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from ipvault.errors import Damaged, FormatTooNew, JournalBroken, SeveralMembers
from ipvault.keys.member_file import MAX_SIZE, MemberFile
from ipvault.storage.store import JOURNAL, Store
from ipvault.text import _
from ipvault.vault.journal_file import lines_from

if TYPE_CHECKING:
    from ipvault.catalog.ledger import Ledger
    from ipvault.journal.leaf import FileChange

_FOLDER: Final = "members"
_PATH: Final = re.compile(rf"{_FOLDER}/([0-9a-f]{{64}})/([1-9][0-9]{{0,8}})\.toml")


def find_member(store: Store, vault: str, remembered: str | None) -> str:
    """The fingerprint of the member that this user is: the one remembered on this computer, or the only one there."""
    members = {_member(path) for path in _present(store)}
    if remembered in members:
        return str(remembered)
    if remembered or len(members) > 1:
        members = {_member(path) for path in _named(store, vault)}
    if not members:
        raise Damaged(place=_FOLDER, reason=_("it holds no member"))
    if len(members) > 1:
        raise SeveralMembers(members=", ".join(sorted(member[:16] for member in members)))
    return members.pop()


def has_member_file(store: Store, member: str) -> bool:
    """Whether there is a file of this member in the vault."""
    return any(_member(path) == member for path in _present(store))


def is_enrolled(store: Store, fingerprint: str) -> bool:
    """Whether a record enrols this member, as far as that can be told quickly: opening the vault makes sure."""
    from ipvault.vault.announcements import announcing_leaves

    with store.open_journal() as journal:
        leaves = announcing_leaves(journal, store.size(JOURNAL))
    return leaves is None or any(leaf.facts.get("member") == fingerprint for leaf in leaves)


def member_file_path(store: Store, vault: str, member: str) -> str:
    """Where the newest generation of a member's file is.

    The journal, which can be long, is asked only where there is more than one file. Raises `Damaged`.
    """
    paths = [path for path in _present(store) if _member(path) == member]
    if len(paths) > 1:
        paths = [path for path in _named(store, vault) if _member(path) == member]
    if not paths:
        raise Damaged(place=f"{_FOLDER}/{member}", reason=_("it is missing"))
    return max(paths, key=_generation)


def read_member_file(store: Store, vault: str, member: str) -> MemberFile:
    """The newest generation of a member's file."""
    path = member_file_path(store, vault, member)
    try:
        return MemberFile.from_toml(store.read(path, MAX_SIZE), path, vault)
    except FileNotFoundError:
        raise Damaged(place=path, reason=_("it is missing")) from None


def generations(ledger: Ledger, member: str) -> list[int]:
    """The generations of a member's file that the journal names: one, or none."""
    return [_generation(path) for path, _sha256 in ledger.files(f"{_FOLDER}/{member}/")]


def altered_member_file(store: Store, vault: str, member: str) -> Damaged | None:
    """Whether the reason why no passphrase opens a member's file is that no record names that file as it is."""
    path = member_file_path(store, vault, member)
    data = store.read(path, MAX_SIZE)
    present = path, len(data), hashlib.sha256(data).hexdigest()
    if any((change.path, change.length, change.sha256) == present for change in _changes(store, vault)):
        return None
    return Damaged(place=path, reason=_("it is not the file that the journal names"))


def _present(store: Store) -> list[str]:
    return [path for path in store.files(_FOLDER) if _PATH.fullmatch(path)]


def _named(store: Store, vault: str) -> dict[str, str]:
    """Path and SHA-256 of the member files of the vault."""
    named = {change.path: change.sha256 for change in _changes(store, vault)}
    return {path: sha256 for path, sha256 in named.items() if sha256}


def _changes(store: Store, vault: str) -> Iterator[FileChange]:
    """The member files that committed records add and remove, as anybody can check it, in order."""
    from ipvault.journal.chain import Chain  # what follows is needed only where something is amiss
    from ipvault.journal.head import ChainBroken, empty_head
    from ipvault.journal.leaf import VERSION, UnknownVersion

    with store.open_journal() as journal:
        try:
            for transaction in Chain(vault, empty_head(vault)).transactions(partial(lines_from, journal)):
                for leaf, _sealed, _offset in transaction:
                    yield from (change for change in leaf.files if _PATH.fullmatch(change.path))
        except ChainBroken as error:
            raise JournalBroken(seq=error.seq, reason=error.reason) from None
        except UnknownVersion as error:
            raise FormatTooNew(place=JOURNAL, found=error.args[0], supported=VERSION) from None


def _member(path: str) -> str:
    return path.split("/")[1]


def _generation(path: str) -> int:
    return int(path.rpartition("/")[2].removesuffix(".toml"))
