"""`ipvault doctor`: what protects the vault on this computer, and what does not."""

from __future__ import annotations

import time

from ipvault.cli.invocation import current
from ipvault.crypto.backend import openssl_version
from ipvault.errors import ExitCode, NoVaultChosen
from ipvault.oversight.doctor import examine
from ipvault.text import N_, _

_STATES = {"ok": N_("ok"), "warning": N_("warning"), "problem": N_("problem"), "unknown": N_("unknown")}


def doctor() -> int:
    """Nothing is changed and no passphrase is needed. What cannot be seen is called unknown, never ok.

    The exit code is 17 if there is a problem.
    """
    invocation = current()
    try:
        path = str(invocation.vault_path())
    except NoVaultChosen:
        path = None
    findings = examine(path, time.time(), openssl=openssl_version())
    data = [{"check": f.check, "state": f.state, "what": f.what, "advice": f.advice} for f in findings]
    invocation.output.result("doctor", {"findings": data})
    invocation.output.table(
        (_("Check"), _("State"), _("What was found"), _("What to do")),
        ((f.check, _(_STATES[f.state]), f.what, f.advice) for f in findings),
    )
    return ExitCode.FINDINGS if any(f.state == "problem" for f in findings) else ExitCode.DONE
