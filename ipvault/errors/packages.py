"""Packages, the cards that they are sealed to, and the receipts that come back."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.errors.integrity import Damaged
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class PackageDamaged(Damaged):
    hint = N_("nothing of it was released; ask the sender for it again, or compare it with another copy")


class PackageStreamDamaged(Damaged):
    hint = N_("part of it may be out already: do not use that; ask the sender for the package again")


class NotARecipient(VaultError):
    id = "not-a-recipient"
    exit_code = ExitCode.WRONG_KEY
    message = N_("{place} does not open with this identity")
    hint = N_(
        "it is sealed to somebody else, or to another identity of yours, or it was damaged on its way; compare the "
        "fingerprint that `{ipvault} identity show` prints with the card that the sender has"
    )


class NoneIsARecipient(NotARecipient):
    message = N_("{place} opens with none of your identities that could be tried: {tried}")
    hint = N_(
        "identities that could not be tried: {failures}; name another with --identity FILE, or compare the fingerprint "
        "that `{ipvault} identity show` prints with the card that the sender has"
    )


class AnotherSender(VaultError):
    id = "another-sender"
    exit_code = ExitCode.WRONG_KEY
    message = N_("{place} does not come from whom you expect: its sender has the fingerprint {fingerprint}")
    hint = N_("nothing of it was released; ask the sender, over a channel that you trust, whether the card changed")


class PackageExpired(VaultError):
    id = "expired"
    exit_code = ExitCode.EXPIRED
    message = N_("{place} was to be opened until {expires} only")
    hint = N_(
        "ask the sender for a new one; this program keeps to the date, which cannot be forced on a copy already sent: "
        "another program would not refuse"
    )


class PartMissing(VaultError):
    id = "part-missing"
    exit_code = ExitCode.NOT_FOUND
    message = N_("of the {count} parts of the package these are missing: {missing}")
    hint = N_("name all parts, in any order, or the folder that they are in; ask the sender for those that are missing")
