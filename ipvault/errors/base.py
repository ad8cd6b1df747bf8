"""What every error is, and those that any command can end with."""

from __future__ import annotations

from typing import ClassVar

from ipvault.exit_codes import ExitCode
from ipvault.text import N_, _, program


class VaultError(Exception):
    """Base of all errors that ipvault raises on purpose.

    `message` and `hint` are templates whose fields are the keyword arguments of the constructor. A hint may use
    `{quoted}` too, which is `name` as it can be pasted into a shell, and `{ipvault}`, which begins a command.
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
        """What to do next, with the notes of whoever passed the error on; or an empty string."""
        notes: list[str] = getattr(self, "__notes__", [])
        return "; ".join(filter(None, (self._own_advice(), *notes)))

    def _own_advice(self) -> str:
        if not self.hint:
            return ""
        import shlex

        quoted = shlex.quote(str(self.fields.get("name", "")))
        return _(self.hint).format(**self.fields, quoted=quoted, ipvault=program())


class UsageError(VaultError):
    id = "usage"
    exit_code = ExitCode.USAGE
    message = N_("{problem}")


class NoHome(UsageError):
    message = N_("this computer knows no home folder of yours, where ipvault keeps its settings and what it has seen")
    hint = N_("set HOME to a folder that only you can write to, or XDG_CONFIG_HOME and XDG_STATE_HOME to two of them")


class CommandLineWrong(UsageError):
    """A usage error found while reading the command line; `usage` is the usage line of the command it was for."""

    hint = N_("{advice}")


class Denied(VaultError):
    id = "denied"
    exit_code = ExitCode.DENIED
    message = N_("you may not do this: {reason}")


class RoleMissing(Denied):
    message = N_("you may not do this: {deed} takes {needed}, and {role}")
    hint = N_("ask an owner to do it, or to give you that role: {owners}")


class LastOwner(Denied):
    message = N_("{name} is the only owner of: {rooms}; nothing is left without one")
    hint = N_(
        "make somebody else an owner there first, which only {name} can: {ipvault} member role NAME --room ROOM "
        "--role owner; the vault itself is the room `root`"
    )


class RecordsOnly(Denied):
    message = N_("you may read the records of this room, and not its documents: its owners made you an auditor")
    hint = N_("an owner of the room can change that: {ipvault} member role NAME --room ROOM --role reader")


class NoLongerMember(Denied):
    message = N_("you are not a member of this vault any more, so what was recorded since cannot be read")
    hint = N_("if that is a mistake, an owner of the vault can let you in again with `{ipvault} member add`")


class NotYetMember(Denied):
    message = N_("this copy of the vault is from before you became a member of it, so you cannot read it")
    hint = N_(
        "take a newer copy, or ask somebody who was a member by then; if this is the vault itself, somebody has put an "
        "older copy in its place"
    )


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


class Interrupted(VaultError):
    id = "interrupted"
    exit_code = ExitCode.INTERRUPTED
    message = N_("interrupted; only what the journal records was done")


class InterruptedOutside(Interrupted):
    """Of a command that had not come to any vault."""

    message = N_("interrupted; nothing was written that is not complete")


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
