"""Recipients, their cards, and what may be sent to them."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.errors.integrity import Damaged
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class CardRefused(Damaged):
    id = "card-refused"
    hint = N_("ask the person whose card it is to send it again")


class ReceiptDamaged(Damaged):
    hint = N_("ask the person who signed it to send it again")


class WrongKindOfFile(VaultError):
    id = "wrong-kind-of-file"
    exit_code = ExitCode.USAGE
    message = N_("{place} is {found}, and what is needed here is {wanted}")


class NoSuchRecipient(VaultError):
    id = "no-such-recipient"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no recipient is called {name}")
    hint = N_("{suggestion}")


class NoSuchPerson(NoSuchRecipient):
    message = N_("no member and no recipient is called {name}")


class NothingToRevoke(NoSuchRecipient):
    message = N_("no recipient is called {name}, and no package has an id that begins so")


class AmbiguousRecipient(VaultError):
    id = "ambiguous-recipient"
    exit_code = ExitCode.NOT_FOUND
    message = N_("{name} could be any of several recipients: {candidates}")
    hint = N_("use the fingerprint, or as much of its beginning as tells them apart")


class RecipientExists(VaultError):
    id = "recipient-exists"
    exit_code = ExitCode.CONFLICT
    message = N_("{name} is a recipient already, with the card {fingerprint}")
    hint = N_(
        "if this is a new card of the same person, ask that person why: {ipvault} recipient update {quoted} CARD; "
        "another person needs another name: --name"
    )


class FingerprintDiffers(VaultError):
    id = "fingerprint-differs"
    exit_code = ExitCode.WRONG_KEY
    message = N_("that is not the fingerprint of the card of {name}, so nothing was done")
    hint = N_(
        "compare all of it with what the person reads to you; if it still differs, the card is not that person's: do "
        "not use it"
    )


class FingerprintIncomplete(FingerprintDiffers):
    message = N_("of the {all} characters of the fingerprint of {name} that is only {count}, so nothing was done")
    hint = N_("have the person read all of it to you, and type it; blanks and capitals do not count")


class RecipientUnverified(VaultError):
    id = "recipient-unverified"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("neither you nor an owner of the vault has compared the fingerprint of {names}, so nothing was shared")
    hint = N_(
        "have the person read it to you: {ipvault} recipient verify {quoted}; to share all the same, which is "
        "recorded: --unverified"
    )


class RecipientIsRevoked(VaultError):
    id = "recipient-revoked"
    exit_code = ExitCode.DENIED
    message = N_("sharing with {name} was revoked on {when}, so nothing was shared")
    hint = N_(
        "if that was lifted, an owner of the vault takes in the card anew: {ipvault} recipient remove {quoted}, then "
        "recipient add"
    )


class NoSuchPackage(VaultError):
    id = "no-such-package"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no package that was shared from here has an id that begins with {name}")
    hint = N_("`{ipvault} package list` shows what was shared, with whom")


class AmbiguousPackage(VaultError):
    id = "ambiguous-package"
    exit_code = ExitCode.NOT_FOUND
    message = N_("{name} could be any of several packages: {candidates}")
    hint = N_("write more of the id")


class ReceiptRefused(VaultError):
    id = "receipt-refused"
    exit_code = ExitCode.WRONG_KEY
    message = N_("the receipt was not recorded: {reason}")
    hint = N_("`{ipvault} receipt list` shows which receipts are still missing, and from whom")
