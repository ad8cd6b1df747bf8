"""Rules about the journal, and what they find."""

from __future__ import annotations

from ipvault.errors.base import UsageError, VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class InsightRulesRefused(UsageError):
    id = "insight-rules-refused"
    message = N_("the rules in {place} are not used: {reason}")
    hint = N_("`{ipvault} help insight` says what a rule can be; `{ipvault} insight rules --toml` writes examples")


class NoSuchFinding(VaultError):
    id = "no-such-finding"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no finding has an id that begins with {name}")
    hint = N_("`{ipvault} insight run --all` shows what there is")


class AlreadyAcknowledged(VaultError):
    id = "already-acknowledged"
    exit_code = ExitCode.CONFLICT
    message = N_("the finding {name} is acknowledged already, so nothing was recorded")
    hint = N_("`{ipvault} insight run --all` says by whom, and why")
