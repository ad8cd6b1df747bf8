"""Reading the vault's own documents, so that they are recognised inside others."""

from __future__ import annotations

from collections.abc import Sequence

from ipvault.cli.invocation import current
from ipvault.cli.rendering import shortened
from ipvault.governance.dlp.fingerprints import Fingerprints
from ipvault.governance.dlp.index import LABELLED, recognisable, size_of_new
from ipvault.text import _, ngettext
from ipvault.vault.vault import Vault


def recognised(vault: Vault, labels: Sequence[str] = LABELLED) -> Fingerprints:
    """What is recognised in documents: of the vault's documents with these labels.

    Those that were not read before are read, and that is shown.
    """
    output = current().output
    with output.progress(_("Reading documents, to recognise them"), size_of_new(vault, labels), "bytes") as bar:
        known = recognisable(vault, labels, bar.advance)
    if known.unread:
        text = ngettext(
            "the text of {count} document could not be read, so passages of it are not recognised: {names}",
            "the text of {count} documents could not be read, so passages of them are not recognised: {names}",
            len(known.unread),
        )
        output.remark(text.format(count=len(known.unread), names=shortened(known.unread)))
    return known.fingerprints
