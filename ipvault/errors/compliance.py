"""Frameworks, and packs that describe them."""

from __future__ import annotations

from ipvault.errors.base import UsageError, VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class PackRefused(UsageError):
    id = "pack-refused"
    message = N_("the pack in {place} is not used: {reason}")
    hint = N_("`{ipvault} help compliance` says what a pack is")


class NoSuchFramework(VaultError):
    id = "no-such-framework"
    exit_code = ExitCode.NOT_FOUND
    message = N_("there is no framework called {name}")
    hint = N_("{suggestion}")
