"""Who belongs to the vault, in which room, in which role; and how members unlock it."""

from __future__ import annotations

import hashlib

from ipvault.catalog.address import root_room
from ipvault.journal.head import Head
from ipvault.journal.leaf import FileChange
from ipvault.keys.member_file import MemberFile
from ipvault.records.members import MemberFileReplaced
from ipvault.storage.layout import member_path
from ipvault.vault.member_files import generations
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def replace_member_file(vault: Vault, member_file: MemberFile) -> Head:
    """Put `member_file` in place of the one by which this member unlocked the vault so far, if there is one.

    Raises ValueError for the file of another vault or member.
    """
    if (member_file.place, member_file.fingerprint) != (vault.id, vault.member):
        raise ValueError(member_file.fingerprint)
    with transaction(vault) as change:
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
        change.record(record, root_room(vault.catalog).id, tuple(files))
        return change.commit()
