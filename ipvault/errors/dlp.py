"""Rules about what is in files, and what they find."""

from __future__ import annotations

from ipvault.errors.base import UsageError, VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class RulesRefused(UsageError):
    id = "rules-refused"
    message = N_("the rules in {place} are not used: {reason}")
    hint = N_("`{ipvault} help dlp` says what a rule can be; `{ipvault} dlp rules check FILE` checks a file of them")


class CorpusRefused(UsageError):
    id = "corpus-refused"
    message = N_("the samples in {place} are not used: {reason}")
    hint = N_("`{ipvault} help dlp` says how samples are written")


class NoSuchRule(VaultError):
    id = "no-such-rule"
    exit_code = ExitCode.NOT_FOUND
    message = N_("there is no rule called {name}")
    hint = N_("`{ipvault} dlp rules list` shows them")
