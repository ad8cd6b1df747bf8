"""Finding a vault and opening it."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class NoVault(VaultError):
    id = "no-vault"
    exit_code = ExitCode.NO_VAULT
    message = N_("there is no vault at {path}")
    hint = N_("name one with --vault or IPVAULT_VAULT, or create one with: ipvault init DIRECTORY")


class NoCopy(NoVault):
    message = N_("{path} is not a copy of a vault")
    hint = N_("nothing was changed; give --from for the folder of a backup, the one with the file VAULT in it")


class NoBackup(NoVault):
    message = N_("there is no backup at {path}")
    hint = N_("name the folder that `{ipvault} backup create` made, the one with the file VAULT in it")


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
    hint = N_("say who you are with --identity FILE, or use a computer on which you opened the vault before")


class NotAMember(VaultError):
    id = "not-a-member"
    exit_code = ExitCode.WRONG_KEY
    message = N_("the identity of {name}, {path}, does not belong to a member of this vault")
    hint = N_("give another with --identity, or have an owner of the vault let you in: {ipvault} member add CARD")


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
        "run `{ipvault} unlock` in a terminal first, or give --passphrase-fd, --passphrase-file or "
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


class NoFurtherPassphrase(NoNewPassphrase):
    """Where `--passphrase-file` is for the passphrase as it is now."""

    hint = N_("run it in a terminal, or give --new-passphrase-fd or --new-passphrase-file")


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
    hint = N_("use `{ipvault} unlock --store session` to keep it in your login session instead")


class KeyringNotCleared(VaultError):
    id = "keyring-not-cleared"
    exit_code = ExitCode.STORAGE
    message = N_("the key may still be in the system keyring, which cannot be reached: {reason}")
    hint = N_("run `{ipvault} lock` again from the desktop session in which you unlocked the vault")


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


class SlotsNotTried(OutOfMemory):
    message = N_("that opens no slot that could be tried, and these take more memory than this machine gave: {slots}")
    hint = N_(
        "close other programs and try again; if you did not make such a slot, somebody else can write the file: "
        "`{ipvault} identity slot list` shows them all"
    )
