"""`ipvault evidence certify`: the draft of a certification for a qualified person."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ipvault.characters import printable
from ipvault.cli.evidence_reach import Certificates, Trusted
from ipvault.cli.evidence_verify import unpacked
from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, write_text
from ipvault.cli.invocation import current
from ipvault.evidence.certification import draft_certification
from ipvault.text import _
from ipvault.vault.clock import timestamp


def certify(
    bundle: Annotated[Path, typer.Argument(metavar="DIR|ZIP", help=_("What `evidence bundle` wrote."))],
    certificates: Certificates = None,
    destination: TextOutput = PIPE,
    force: Force = False,
) -> None:
    """The form is that of a certification under the US Federal Rules of Evidence 902(13) and (14), in English: facts
    and hashes are filled in after all checks of the bundle have passed; what only a person can say stands in brackets.
    It is a draft: it certifies nothing until a qualified person has checked, completed and signed it.

    Of the page of a dossier it says whether it was compared with the hash that was signed; an altered one is refused.
    Of a timestamp it says that it shows a time only if you bring the certificate of the authority with --ca: who made a
    bundle can have made up the one in it.
    """
    output = current().output
    with unpacked(bundle) as given:
        text = draft_certification(
            given,
            name=printable(bundle.resolve().name),
            checked=timestamp(time.time()),
            authorities=Trusted.of((), certificates).authorities,
        )
    write_text(destination, text, _("the draft"), force=force)
    output.result("evidence-certify", {"path": destination})
    output.say(_("This is a draft. A qualified person has to check it, complete what stands in brackets, and sign it."))
