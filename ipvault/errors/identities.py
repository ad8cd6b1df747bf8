"""Identities: finding and opening them, their slots, and the shares that recover them."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.errors.integrity import Damaged
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class NoIdentity(VaultError):
    id = "no-identity"
    exit_code = ExitCode.NOT_FOUND
    message = N_("there is no identity at {path}")
    hint = N_("make one with `ipvault identity create`, or name the file with --identity or IPVAULT_IDENTITY")


class NotAnIdentity(Damaged):
    message = N_("{place} is not the file of an identity, or it was altered")
    hint = N_(
        "name the file that `{ipvault} identity create` made, with --identity or IPVAULT_IDENTITY; if that is the one, "
        "put a copy of it in its place"
    )


class IdentityExists(VaultError):
    id = "identity-exists"
    exit_code = ExitCode.CONFLICT
    message = N_("there is an identity at {path} already, and it is never overwritten")
    hint = N_("use it, or make another one elsewhere with --identity FILE")


class IdentityUnsafe(VaultError):
    id = "identity-unsafe"
    exit_code = ExitCode.STORAGE
    message = N_("the identity in {path} is not used: {reason}")


class WrongIdentityPassphrase(VaultError):
    id = "wrong-passphrase"
    exit_code = ExitCode.WRONG_KEY
    message = N_("that passphrase does not open the identity in {path}")
    hint = N_("check the keyboard layout and capital letters; spaces count")


class NoIdentityPassphrase(VaultError):
    """Where an open session of the vault would not help."""

    id = "no-passphrase"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("using the identity in {path} takes its passphrase, and nobody is here to ask for it")
    hint = N_("run it in a terminal, or give --passphrase-fd, --passphrase-file or IPVAULT_PASSPHRASE_COMMAND")


class WrongKeyFile(VaultError):
    id = "wrong-key-file"
    exit_code = ExitCode.WRONG_KEY
    message = N_("that key file does not open this identity")
    hint = N_("every byte of it counts: take the file that was used when the slot was made")


class WrongTogether(VaultError):
    id = "wrong-passphrase"
    exit_code = ExitCode.WRONG_KEY
    message = N_("that passphrase and that key file do not open this identity together")
    hint = N_("check the keyboard layout and capital letters, and that the key file is the right one")


class KeyFileNeeded(VaultError):
    id = "key-file-needed"
    exit_code = ExitCode.WRONG_KEY
    message = N_("this identity does not open without a key file")
    hint = N_("name it with --key-file FILE")


class KeyFileRefused(VaultError):
    id = "key-file"
    exit_code = ExitCode.WRONG_KEY
    message = N_("the key file {path} cannot be used: {reason}")


class NoSuchSlot(VaultError):
    id = "no-such-slot"
    exit_code = ExitCode.NOT_FOUND
    message = N_("this identity has no slot {name}")
    hint = N_("its slots are: {slots}")


class NoSlots(NoSuchSlot):
    hint = N_("nothing protects this identity; to add a way to open it: {ipvault} identity slot add")


class LastSlot(VaultError):
    id = "last-slot"
    exit_code = ExitCode.CONFLICT
    message = N_("the slot {name} is the last that opens this identity, so it stays")
    hint = N_("add another one first: {ipvault} identity slot add")


class TooManySlots(VaultError):
    id = "too-many-slots"
    exit_code = ExitCode.CONFLICT
    message = N_("this identity has {limit} slots, and there can be no more")
    hint = N_("remove one that is not needed: {ipvault} identity slot remove ID")


class SharesRefused(VaultError):
    id = "shares-refused"
    exit_code = ExitCode.WRONG_KEY
    message = N_("the identity cannot be recovered: {problem}")


class SharesNotTyped(VaultError):
    id = "no-shares"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("no share was typed, so nothing was done")
    hint = N_("name the files of the sheets, or run it in a terminal and type the words")


class ForeignShares(VaultError):
    id = "shares-refused"
    exit_code = ExitCode.WRONG_KEY
    message = N_("these shares do not open this identity")
    hint = N_("they belong to another identity, or were revoked when their slot was removed")


class RecoveryNotInstalled(VaultError):
    id = "usage"
    exit_code = ExitCode.USAGE
    message = N_("recovery shares take a part of ipvault that is not installed here")
    hint = N_("install it beside ipvault: pip install shamir-mnemonic, or pipx inject ipvault shamir-mnemonic")
