"""What must not be destroyed, what has to be, and when."""

from __future__ import annotations

from ipvault.errors.base import Denied, VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class Held(Denied):
    id = "held"
    message = N_("{name} must stay as it is: {reason}")
    hint = N_(
        "`{ipvault} hold list` shows the holds; an owner of the vault ends one, when the matter is over, with "
        "`{ipvault} hold release`"
    )


class NoSuchHold(VaultError):
    id = "no-such-hold"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no hold has an id that begins with {name} or is for a matter of that name")
    hint = N_("`{ipvault} hold list` shows what there is")


class NoSuchRetention(VaultError):
    id = "no-such-retention"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no rule that counts is called {name}, and no rule or run has an id that begins so")
    hint = N_("`{ipvault} retention list` shows what there is")


class ClockBehind(VaultError):
    id = "clock-behind"
    exit_code = ExitCode.EXPIRED
    message = N_(
        "the clock of this computer says {now}, but the journal was written at {last}: nothing that depends on the day "
        "was done"
    )
    hint = N_("compare the clock with another one, set it, and try again")


class NoSuchPrivacyRequest(VaultError):
    id = "no-such-privacy-request"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no request of a data subject has an id that begins with {name}")
    hint = N_("`{ipvault} privacy request list` shows what there is")


class NoSuchConsent(VaultError):
    id = "no-such-consent"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no consent has an id that begins with {name}")
    hint = N_("`{ipvault} privacy consent list` shows what there is")
