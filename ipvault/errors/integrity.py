"""What is not as it was left, and what the disk refuses."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class Damaged(VaultError):
    id = "damaged"
    exit_code = ExitCode.DAMAGED
    message = N_("{place} is damaged or was altered: {reason}")
    hint = N_(
        "nothing of it was released; `{ipvault} verify` checks everything, and `{ipvault} repair --from BACKUP` takes "
        "the file from a backup"
    )


class Obstructed(Damaged):
    id = "obstructed"
    message = N_("{place} was replaced by a link or another kind of file, so nothing can be written to the vault")
    hint = N_("nothing was changed; find out who put it there and move it away: ipvault makes its own anew")


class PinDamaged(Damaged):
    id = "pin-damaged"
    message = N_("{place}, by which this computer would notice a rollback, is damaged: {reason}")
    hint = N_(
        "it is not part of the vault; after you have compared the vault with a backup, delete that file, and this "
        "computer begins anew with the vault as it then is"
    )


class DamagedStream(Damaged):
    hint = N_("part of it may be out already: do not use that; a backup can replace the file")


class JournalBroken(VaultError):
    id = "journal-broken"
    exit_code = ExitCode.JOURNAL_BROKEN
    message = N_("the journal was altered at record {seq}: {reason}")
    hint = N_(
        "keep a copy of the vault as it is, and write nothing more to it: `{ipvault} repair --from BACKUP` heals what "
        "a backup has. Commands that need not read that record again go on working, and do not mention it"
    )


class JournalUnhealed(JournalBroken):
    hint = N_(
        "nothing was changed; give --from for a copy that has that record as it was. If there is none, go on with the "
        "backup: `{ipvault} backup restore BACKUP FOLDER` into a new folder that is not in the vault, then "
        "`{ipvault} journal accept-rollback --reason TEXT --vault FOLDER`; what was recorded since is lost"
    )


class RoomClosed(VaultError):
    id = "room-closed"
    exit_code = ExitCode.JOURNAL_BROKEN
    message = N_("the room {room} is closed, because its record {seq} is not to be believed: {reason}")
    hint = N_(
        "what the room held before is still listed, and other rooms work as before; `{ipvault} journal show {seq}` "
        "says who wrote that record: keep the vault as it is, and compare it with a backup"
    )


class Rollback(VaultError):
    id = "rollback"
    exit_code = ExitCode.ROLLBACK
    message = N_(
        "this computer has seen this vault at record {pinned_seq}, and that record is missing or different here"
    )
    hint = N_(
        "if you restored a backup on purpose: {ipvault} journal accept-rollback --reason TEXT; if you have used a copy "
        "of this vault, the two have gone different ways: go on with one of them only, and run ipvault with "
        "XDG_STATE_HOME=NEW_FOLDER to look into the other; otherwise find out who replaced the vault"
    )


class RollbackUnhealed(Rollback):
    message = N_(
        "this computer has seen this vault at record {pinned_seq}, and neither the vault nor a copy that was given has "
        "that record"
    )
    hint = N_(
        "nothing was changed; give --from for a newer copy if there is one. Otherwise what was recorded since is lost: "
        "go on with the vault as it is by `{ipvault} journal accept-rollback --reason TEXT` or, where that refuses its "
        "journal, with the backup: `{ipvault} backup restore BACKUP FOLDER` into a new folder that is not in the "
        "vault, then the same with --vault FOLDER"
    )


class CopiesFork(VaultError):
    id = "copies-fork"
    exit_code = ExitCode.ROLLBACK
    message = N_("the copies have gone different ways: at record {seq} they hold different records, all of them signed")
    hint = N_("nothing was changed; find out which copy is the right one, and give --from for that one only")


class BackupIsAhead(VaultError):
    id = "backup-ahead"
    exit_code = ExitCode.ROLLBACK
    message = N_("the backup in {path} has record {seq}, and that record is missing or different in the vault")
    hint = N_(
        "nothing was changed; if the vault was rolled back or damaged, see `{ipvault} repair` and `{ipvault} backup "
        "restore`; if that is meant to be, make the backup in a new folder"
    )


class FormatTooNew(VaultError):
    id = "format-too-new"
    exit_code = ExitCode.TOO_NEW
    message = N_("{place} has format {found}, and this ipvault reads up to {supported}")
    hint = N_("install a newer ipvault")


class NothingArrived(Damaged):
    message = N_("nothing came through the pipe where {place} should have come")
    hint = N_("see what the program before the pipe says: it ended before it wrote anything")


class StorageFailed(VaultError):
    id = "storage"
    exit_code = ExitCode.STORAGE
    message = N_("{path}: {reason}")
    hint = N_("check the path, the permissions and the free space; what was there before is unchanged")


class DiskFull(StorageFailed):
    hint = N_("free some space on that disk and try again; what was there before is unchanged")


class Replaced(StorageFailed):
    """New content is in place, and only its durability is in doubt."""

    message = N_("{path} was rewritten, but the disk did not confirm that this is permanent: {reason}")
    hint = N_(
        "the change is in effect and complete; only a power cut could still bring back what was there before: "
        "check the disk, then see with `{ipvault} verify` and `{ipvault} journal list --last 1` which of the two it is"
    )


class ReadOnly(VaultError):
    id = "read-only"
    exit_code = ExitCode.STORAGE
    message = N_("the vault is on a read-only medium, so the record that this needs cannot be written")
    hint = N_("copy the vault to a writable disk; listing and verifying work where it is")
