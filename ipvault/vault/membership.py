"""Who belongs to the vault, in which room, in which role; and how members unlock it."""

from __future__ import annotations

import hashlib

from ipvault.catalog.address import root_room
from ipvault.errors import Conflict
from ipvault.journal.head import Head
from ipvault.journal.leaf import FileChange
from ipvault.keys.member_file import MemberFile
from ipvault.records.base import Record
from ipvault.records.members import MemberFileReplaced
from ipvault.storage.layout import member_path
from ipvault.text import _
from ipvault.vault.member_files import generations, read_member_file
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def replace_member_file(
    vault: Vault, member_file: MemberFile, *others: Record, instead_of: MemberFile | None = None
) -> Head:
    """Put `member_file` in place of the one by which this member unlocked the vault so far, if there is one.

    `others` are recorded with it, in the root room. Raises ValueError for the file of another vault or member, and
    `Conflict` if the file is not `instead_of` any more.
    """
    if member_file.owner != (vault.id, vault.member):
        raise ValueError(member_file.owner)
    with transaction(vault) as change:
        if instead_of is not None and read_member_file(vault.store, vault.id, vault.member) != instead_of:
            raise Conflict(problem=_("how you unlock this vault was changed meanwhile; try again"))
        before = max(generations(vault.catalog, vault.member), default=0)
        data = member_file.to_toml()
        staged = change.stage(member_path(vault.member, before + 1))
        staged.write(data)
        staged.close()
        files = [FileChange(True, staged.path, len(data), hashlib.sha256(data).hexdigest())]
        if before:
            files.append(FileChange(False, member_path(vault.member, before)))
            change.condemn(files[1:])
        record = MemberFileReplaced(member=vault.member, generation=before + 1)
        root = root_room(vault.catalog).id
        change.record(record, root, tuple(files))
        for other in others:
            change.record(other, root)
        return change.commit()
