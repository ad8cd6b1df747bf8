"""What is asked for, what is in the way, and where things come from and go to."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class NotFound(VaultError):
    id = "not-found"
    exit_code = ExitCode.NOT_FOUND
    message = N_("nothing in the vault is called {name}")
    hint = N_("{suggestion}")


class NoMatch(NotFound):
    message = N_("nothing in the vault matches {name}")


class NothingAndNobody(NotFound):
    message = N_("nothing in the vault and nobody is called {name}")


class Ambiguous(VaultError):
    id = "ambiguous"
    exit_code = ExitCode.NOT_FOUND
    message = N_("{name} could be any of several items: {candidates}")
    hint = N_("write ROOM:NAME, or use the short id that `{ipvault} list` shows")


class AmbiguousAddress(Ambiguous):
    hint = N_("to say which, write one of these: {ways}")


class AmbiguousSubject(Ambiguous):
    message = N_("{name} could be a document or a person")
    hint = N_("for the document write {document}; for the person, the beginning of the fingerprint: {people}")


class AmbiguousRoom(Ambiguous):
    message = N_("several rooms are called {name}: {candidates}")
    hint = N_("somebody made a second one of that name; until it has another, nothing is stored or listed by it")


class AmbiguousId(VaultError):
    id = "ambiguous-id"
    exit_code = ExitCode.NOT_FOUND
    message = N_("{name} could be any of several: {candidates}")
    hint = N_("write more of the id")


class NoSuchVersion(VaultError):
    id = "no-such-version"
    exit_code = ExitCode.NOT_FOUND
    message = N_("{name} has no version {version}")
    hint = N_("to see its versions: {ipvault} history {quoted}")


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
    hint = N_("its last record is {last}; `{ipvault} journal list` shows them all")


class AmbiguousMember(Ambiguous):
    message = N_("{name} could be any of several members: {candidates}")
    hint = N_("write the beginning of the fingerprint instead of the name")


class NoSuchMember(VaultError):
    id = "no-such-member"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no member of the vault is called {name}")
    hint = N_("{suggestion}")


class SourceNotFound(VaultError):
    id = "source-not-found"
    exit_code = ExitCode.NOT_FOUND
    message = N_("there is no file at {path}")


class Erased(VaultError):
    id = "erased"
    exit_code = ExitCode.NOT_FOUND
    message = N_("version {version} of {name} was erased on {when}")
    hint = N_("its record remains: {ipvault} history {quoted}")


class ItemExists(VaultError):
    id = "exists"
    exit_code = ExitCode.CONFLICT
    message = N_("the room {room} already has an item called {name}")
    hint = N_("to store a new version of it: {ipvault} update {quoted} FILE; to add only what is new: --skip-existing")


class ItemsExist(ItemExists):
    message = N_("the room {room} already has items under {count} of the names, with other content: {names}")


class NameTaken(ItemExists):
    hint = N_("choose another name, or rename that item: {ipvault} move {quoted} NEW-NAME")


class FolderTaken(ItemExists):
    """Where a package is received."""

    hint = N_(
        "put the documents below another folder: --folder NAME; or rename that item: {ipvault} move {quoted} NEW-NAME"
    )


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


class DestinationTaken(DestinationExists):
    """Where the command has no `--force`."""

    hint = N_("choose another place")


class DestinationUnsafe(VaultError):
    id = "destination-unsafe"
    exit_code = ExitCode.CONFLICT
    message = N_("nothing was written to {path}: {reason}")


class DirectoryNotEmpty(VaultError):
    id = "not-empty"
    exit_code = ExitCode.CONFLICT
    message = N_("{path} already has files in it, and a vault needs a directory of its own")
    hint = N_("name a new or an empty directory")
