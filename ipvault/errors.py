"""Every way in which ipvault can fail: an id, an exit code, named fields and the words.

The words stand here and nowhere else, so that they can be reviewed and translated in one place. Fields are for
programs (`--json` prints them) and never carry a secret. Text that came from outside is made safe to print where it
is shown, not here.
"""

from __future__ import annotations

from typing import ClassVar

from ipvault.exit_codes import ExitCode as ExitCode
from ipvault.text import N_, _


class VaultError(Exception):
    """Base of all errors that ipvault raises on purpose.

    `message` and `hint` are templates whose fields are the keyword arguments of the constructor. A hint may use
    `{quoted}` too, which is `name` as it can be pasted into a shell.
    """

    id: ClassVar[str] = "unexpected"
    exit_code: ClassVar[ExitCode] = ExitCode.UNEXPECTED
    message: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    def __init__(self, **fields: object) -> None:
        super().__init__(self.id)
        self.fields = fields

    def __str__(self) -> str:
        return _(self.message).format(**self.fields)

    def advice(self) -> str:
        """What to do next, or an empty string."""
        if not self.hint:
            return ""
        import shlex

        quoted = shlex.quote(str(self.fields.get("name", "")))
        return _(self.hint).format(**self.fields, quoted=quoted)


class UsageError(VaultError):
    id = "usage"
    exit_code = ExitCode.USAGE
    message = N_("{problem}")


class NoVault(VaultError):
    id = "no-vault"
    exit_code = ExitCode.NO_VAULT
    message = N_("there is no vault at {path}")
    hint = N_("name one with --vault or IPVAULT_VAULT, or create one with: ipvault init DIRECTORY")


class NoVaultChosen(VaultError):
    id = "no-vault"
    exit_code = ExitCode.NO_VAULT
    message = N_("no vault was named and none is set as your default")
    hint = N_("name one with --vault or IPVAULT_VAULT, or create one with: ipvault init DIRECTORY")


class VaultOfAnother(VaultError):
    id = "vault-of-another"
    exit_code = ExitCode.NO_VAULT
    message = N_("this directory is inside a vault that belongs to another user, {path}")
    hint = N_("if you mean that vault, say so with --vault or IPVAULT_VAULT; otherwise go to another directory")


class VaultBusy(VaultError):
    id = "vault-busy"
    exit_code = ExitCode.LOCKED
    message = N_("{holder} is writing to this vault, and did not finish within {seconds} seconds")
    hint = N_("nothing was changed; try again when it is done, or set IPVAULT_WAIT to the seconds that you would wait")


class SeveralMembers(VaultError):
    id = "several-members"
    exit_code = ExitCode.NOT_FOUND
    message = N_("this vault has several members ({members}), and this computer does not know which of them you are")
    hint = N_(
        "this version of ipvault opens such a vault only where it was opened before: use that computer, or install a "
        "newer ipvault"
    )


class WrongPassphrase(VaultError):
    id = "wrong-passphrase"
    exit_code = ExitCode.WRONG_KEY
    message = N_("that passphrase does not open this vault")
    hint = N_("check the keyboard layout and capital letters; spaces count; the attempt has been noted")


class NoPassphrase(VaultError):
    id = "no-passphrase"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("the vault is locked and nobody is here to ask for the passphrase")
    hint = N_(
        "run `ipvault unlock` in a terminal first, or give --passphrase-fd, --passphrase-file or "
        "IPVAULT_PASSPHRASE_COMMAND"
    )


class PassphraseNotTyped(VaultError):
    id = "no-passphrase"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("no passphrase was typed, so nothing was done")
    hint = N_("run it again, type the passphrase and press Enter; Ctrl-D ends without an answer")


class NoNewPassphrase(VaultError):
    id = "no-passphrase"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("a passphrase has to be chosen, and nobody is here to ask for it")
    hint = N_("run it in a terminal, or give --passphrase-fd, --passphrase-file or IPVAULT_PASSPHRASE_COMMAND")


class PassphraseRejected(VaultError):
    id = "passphrase-rejected"
    exit_code = ExitCode.USAGE
    message = N_("this passphrase cannot be used: {reason}")
    hint = N_("four or five unrelated words make a good passphrase")


class PassphraseSourceFailed(VaultError):
    id = "passphrase-source"
    exit_code = ExitCode.WRONG_KEY
    message = N_("the passphrase could not be read from {source}: {reason}")


class KeyringRefused(VaultError):
    id = "keyring-refused"
    exit_code = ExitCode.STORAGE
    message = N_("the system keyring cannot keep the key: {reason}")
    hint = N_("use `ipvault unlock --store session` to keep it in your login session instead")


class KeyringNotCleared(VaultError):
    id = "keyring-not-cleared"
    exit_code = ExitCode.STORAGE
    message = N_("the key may still be in the system keyring, which cannot be reached: {reason}")
    hint = N_("run `ipvault lock` again from the desktop session in which you unlocked the vault")


class SessionStoreRefused(VaultError):
    id = "session-refused"
    exit_code = ExitCode.STORAGE
    message = N_("the key cannot be kept in {path}: {reason}")
    hint = N_(
        "find out who made that folder and have it removed, or set XDG_RUNTIME_DIR or TMPDIR to a folder of yours "
        "alone; or give the passphrase with each command, with --passphrase-fd or --passphrase-file"
    )


class KdfParametersRefused(VaultError):
    id = "kdf-parameters"
    exit_code = ExitCode.DAMAGED
    message = N_("the passphrase settings in {place} are outside what ipvault accepts: {reason}")
    hint = N_("the file has been altered or was not written by ipvault; do not type your passphrase until you know why")


class OutOfMemory(VaultError):
    id = "out-of-memory"
    exit_code = ExitCode.STORAGE
    message = N_("checking the passphrase needs {mebibytes} MiB of memory, which this machine did not give")
    hint = N_("close other programs and try again; ipvault never falls back to a weaker setting")


class NotFound(VaultError):
    id = "not-found"
    exit_code = ExitCode.NOT_FOUND
    message = N_("nothing in the vault is called {name}")
    hint = N_("{suggestion}")


class Ambiguous(VaultError):
    id = "ambiguous"
    exit_code = ExitCode.NOT_FOUND
    message = N_("{name} could be any of several items: {candidates}")
    hint = N_("write ROOM:NAME, or use the short id that `ipvault list` shows")


class AmbiguousAddress(Ambiguous):
    hint = N_("to say which, write one of these: {ways}")


class NoSuchVersion(VaultError):
    id = "no-such-version"
    exit_code = ExitCode.NOT_FOUND
    message = N_("{name} has no version {version}")
    hint = N_("to see its versions: ipvault history {quoted}")


class NoSuchRoom(VaultError):
    id = "no-such-room"
    exit_code = ExitCode.NOT_FOUND
    message = N_("there is no room called {name}, or you are not in it")
    hint = N_("the rooms that you can open are: {rooms}")


class NotARoom(NoSuchRoom):
    hint = N_(
        "the rooms that you can open are: {rooms}; if the colon belongs to the item's name, say the room with --room: "
        "then the name is taken as it is"
    )


class NoSuchRecord(VaultError):
    id = "no-such-record"
    exit_code = ExitCode.NOT_FOUND
    message = N_("the journal has no record {seq}")
    hint = N_("its last record is {last}; `ipvault journal list` shows them all")


class NoSuchMember(VaultError):
    id = "no-such-member"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no member of the vault is called {name}")
    hint = N_("`ipvault journal list --action member` shows its members")


class SourceNotFound(VaultError):
    id = "source-not-found"
    exit_code = ExitCode.NOT_FOUND
    message = N_("there is no file at {path}")


class Erased(VaultError):
    id = "erased"
    exit_code = ExitCode.NOT_FOUND
    message = N_("version {version} of {name} was erased on {when}")
    hint = N_("its record remains: ipvault history {quoted}")


class ItemExists(VaultError):
    id = "exists"
    exit_code = ExitCode.CONFLICT
    message = N_("the room {room} already has an item called {name}")
    hint = N_("to store a new version of it: ipvault update {quoted} FILE; to add only what is new: --skip-existing")


class ItemsExist(ItemExists):
    message = N_("the room {room} already has items under {count} of the names, with other content: {names}")


class NameTaken(ItemExists):
    hint = N_("choose another name, or rename that item: ipvault move {quoted} NEW-NAME")


class Conflict(VaultError):
    id = "conflict"
    exit_code = ExitCode.CONFLICT
    message = N_("{problem}")


class RecordTooLong(VaultError):
    id = "record-too-long"
    exit_code = ExitCode.USAGE
    message = N_("what this would record is longer than {limit} MiB; nothing was changed")
    hint = N_("use shorter notes and fewer tags, or do it in several steps")


class DestinationExists(VaultError):
    id = "destination-exists"
    exit_code = ExitCode.CONFLICT
    message = N_("{path} already exists")
    hint = N_("choose another place, or replace it with --force")


class DestinationUnsafe(VaultError):
    id = "destination-unsafe"
    exit_code = ExitCode.CONFLICT
    message = N_("nothing was written to {path}: {reason}")


class DirectoryNotEmpty(VaultError):
    id = "not-empty"
    exit_code = ExitCode.CONFLICT
    message = N_("{path} already has files in it, and a vault needs a directory of its own")
    hint = N_("name a new or an empty directory")


class Denied(VaultError):
    id = "denied"
    exit_code = ExitCode.DENIED
    message = N_("you may not do this: {reason}")


class NeedsConfirmation(VaultError):
    id = "needs-confirmation"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("{action} has to be confirmed by a person")
    hint = N_("{hint}")


class NotConfirmed(VaultError):
    id = "not-confirmed"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("what was typed does not match, so nothing was done")


class BinaryToTerminal(VaultError):
    id = "binary-to-terminal"
    exit_code = ExitCode.USAGE
    message = N_("{name} is not text, and a terminal cannot show it")
    hint = N_("send it to a file with > FILE, or to another program with |")


class Damaged(VaultError):
    id = "damaged"
    exit_code = ExitCode.DAMAGED
    message = N_("{place} is damaged or was altered: {reason}")
    hint = N_("nothing of it was released; `ipvault verify` checks everything, and a backup can replace the file")


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
    hint = N_("nothing will be written to this vault; keep it as it is, and compare it with a backup")


class Rollback(VaultError):
    id = "rollback"
    exit_code = ExitCode.ROLLBACK
    message = N_(
        "this computer has seen this vault at record {pinned_seq}, and that record is missing or different here"
    )
    hint = N_(
        "if you restored a backup on purpose: ipvault journal accept-rollback --reason TEXT; if you have used a copy "
        "of this vault, the two have gone different ways: go on with one of them only, and run ipvault with "
        "XDG_STATE_HOME=NEW_FOLDER to look into the other; otherwise find out who replaced the vault"
    )


class FormatTooNew(VaultError):
    id = "format-too-new"
    exit_code = ExitCode.TOO_NEW
    message = N_("{place} has format {found}, and this ipvault reads up to {supported}")
    hint = N_("install a newer ipvault")


class StorageFailed(VaultError):
    id = "storage"
    exit_code = ExitCode.STORAGE
    message = N_("{path}: {reason}")
    hint = N_("check the path, the permissions and the free space; what was there before is unchanged")


class Replaced(StorageFailed):
    """New content is in place, and only its durability is in doubt."""

    message = N_("{path} was rewritten, but the disk did not confirm that this is permanent: {reason}")
    hint = N_(
        "the change is in effect and complete; only a power cut could still bring back what was there before: "
        "check the disk, then see with `ipvault verify` and `ipvault journal list --last 1` which of the two it is"
    )


class ReadOnly(VaultError):
    id = "read-only"
    exit_code = ExitCode.STORAGE
    message = N_("the vault is on a read-only medium, so the record that this needs cannot be written")
    hint = N_("copy the vault to a writable disk; listing and verifying work where it is")


class Interrupted(VaultError):
    id = "interrupted"
    exit_code = ExitCode.INTERRUPTED
    message = N_("interrupted; nothing that was not yet recorded has happened")


class CommandLineWrong(UsageError):
    """A usage error found while reading the command line; `usage` is the usage line of the command it was for."""

    hint = N_("{advice}")


class BrokenPipe(VaultError):
    id = "broken-pipe"
    exit_code = ExitCode.BROKEN_PIPE
    message = N_("the program that was reading the output stopped reading")


class MemoryExhausted(VaultError):
    id = "out-of-memory"
    exit_code = ExitCode.STORAGE
    message = N_("this computer ran out of memory")
    hint = N_("close other programs and try again; nothing that was not yet recorded has happened")


class Unexpected(VaultError):
    message = N_("something went wrong inside ipvault that should not have ({exception})")
    hint = N_("please report it; run again with IPVAULT_DEBUG=1 to see where it happened")
