"""Rules about what is in files, and what they find."""

from __future__ import annotations

from ipvault.errors.base import UsageError, VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class RulesRefused(UsageError):
    id = "rules-refused"
    message = N_("the rules in {place} are not used: {reason}")
    hint = N_(
        "`{ipvault} help dlp-rules` says what a rule can be; `{ipvault} dlp rules check FILE` checks a file of them"
    )


class CorpusRefused(UsageError):
    id = "corpus-refused"
    message = N_("the samples in {place} are not used: {reason}")
    hint = N_("`{ipvault} help dlp-rules` says how samples are written")


class NoSuchRule(VaultError):
    id = "no-such-rule"
    exit_code = ExitCode.NOT_FOUND
    message = N_("there is no rule called {name}")
    hint = N_("`{ipvault} dlp rules list` shows them")


class NotAFinding(UsageError):
    id = "not-a-finding"
    message = N_("{name} is not the fingerprint of a finding, which has 64 digits")
    hint = N_("`{ipvault} dlp scan` prints the fingerprint of each finding; copy all of it")


class AlreadyWaived(VaultError):
    id = "already-waived"
    exit_code = ExitCode.CONFLICT
    message = N_("you have waived the finding {name} already, so nothing was recorded")
    hint = N_("`{ipvault} dlp waivers` says when, and why")
