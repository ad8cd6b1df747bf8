"""The register of trade secrets."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class NoSuchSecret(VaultError):
    id = "no-such-secret"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no entry of the register has an id that begins with {name}")
    hint = N_("`{ipvault} register list` shows what there is")
