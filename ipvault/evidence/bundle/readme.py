"""README.txt of a bundle: what it is, how to check it, what that proves and what it does not."""

from __future__ import annotations

from textwrap import fill

from ipvault.catalog.statistics import rollbacks
from ipvault.evidence.bundle.contents import Contents
from ipvault.keys.card import in_groups
from ipvault.text import N_, _, ngettext
from ipvault.vault.clock import timestamp
from ipvault.vault.vault import Vault

_PARTS = (
    N_(
        "The documents themselves are not in here. Where the SHA-256 of a document is shown, it can be compared with "
        "that of a copy: sha256sum FILE."
    ),
    N_(
        "To read it, open records.html: a table of the records, with who signed what and when, as far as it is shown. "
        "Both scripts make that page anew from the records and compare it, so it cannot say anything else."
    ),
    N_("How to check it. Either of these prints a line for each check, PASS or FAIL, and needs nothing of ipvault:"),
    "    sh verify.sh\n    python3 verify.py",
    N_(
        "The first needs a shell, openssl and GNU coreutils, the second Python. Whoever distrusts the scripts in here "
        "reads them, or has ipvault check the folder, with evidence verify. For every 1,000 records verify.sh takes "
        "some minutes (80 seconds of one processor and more), verify.py some seconds. What the scripts print is in "
        "English, and so are records.html and privilege-log.csv."
    ),
    N_("What the checks mean:"),
    N_(
        "files, signature of the bundle: nothing was added, changed or left out since whoever made it signed the list "
        "of hashes, SHA256SUMS, with the post-quantum signature beside it."
    ),
    N_(
        "post-quantum: the same signature again, of a kind that a quantum computer could not forge. Where openssl is "
        "older than 3.5 the scripts cannot check it: they say SKIP, and the last line counts how many they skipped. "
        "That no file was altered they find all the same; ipvault's evidence verify checks these signatures as well."
    ),
    N_(
        "signer: the keys are those of that fingerprint, and a record says that this person came into the vault with "
        "them. That the fingerprint is a certain person's is for them to confirm, over a channel that you trust."
    ),
    N_(
        "head: the statement of how many records there were, and of a hash over all of them, is signed by whoever made "
        "this, and the largest statement continues each other one."
    ),
    N_(
        "witness: somebody outside signed a statement that lies in the folder heads, and by that its records, on the "
        "day that the signature names. That the fingerprint is the witness's is for the witness to confirm."
    ),
    N_(
        "timestamp: an authority, whose certificate lies beside it, saw at the time that the timestamp names what the "
        "file beside it says: a statement, the document of a record, or an earlier timestamp. You decide whether to "
        "trust the authority; what it has revoked since is for you to ask."
    ),
    N_(
        "record, its place in the chain: it was signed as part of one change of the vault, by somebody who had come "
        "into it by an earlier change, or who founded it. The times in records come from the computer of whoever "
        "signed; a timestamp is stronger."
    ),
    N_("record, one of so many: it is in the journal that the statement is about, at that place and unaltered."),
    N_(
        "record, what it says: the fields that are shown in the folder fields, and the hashes of those that are not, "
        "are what was written then. A withheld field can neither be changed later nor be guessed from its hash."
    ),
    N_(
        "bundle.json, records.html: they say of each record what the other files prove, the first for programs, the "
        "second for people. When and what for this was made, this text and privilege-log.csv are the word of whoever "
        "made it."
    ),
    N_(
        "NOTE: up to which record, and of which documents, a witness or an authority vouches, and since when. They are "
        "named by the SHA-256 of their keys or certificate: compare it with what they publish. What is not covered by "
        "somebody whom you trust rests on whoever made this alone."
    ),
    N_(
        "dossier.sha256, where it is: the SHA-256 of the page or file that this came with and proves. To check that, "
        "in the folder where it is: sha256sum --check FOLDER/dossier.sha256"
    ),
    N_(
        "What it does not prove: that these are all records there are (what was chosen is up to whoever made it; "
        "privilege-log.csv lists what was withheld of the records chosen), nor that what was recorded is true."
    ),
    N_(
        "The forms: RFC 8785 for records, RFC 9162 for hashes and proofs, C2SP signed-note and tlog-checkpoint for the "
        "statement, RFC 8032 and FIPS 204 for signatures, RFC 3161 for timestamps."
    ),
)


def readme(vault: Vault, size: int, chosen: list[int], contents: Contents, reason: str) -> str:
    """The text, in the language of whoever makes the bundle; `size` is how many records the journal has."""
    count = len(chosen)
    text = ngettext(
        "Evidence from the journal of the vault {vault}: {count} of its {size} records.",
        "Evidence from the journal of the vault {vault}: {count} of its {size} records.",
        count,
    )
    parts = [text.format(vault=vault.id, count=count, size=size)]
    made = _("Made on {time} by the member with the fingerprint {fingerprint}.")
    parts.append(made.format(time=timestamp(vault.machine.now()), fingerprint=in_groups(vault.member)))
    if reason:
        parts.append(_("Reason: {reason}").format(reason=reason))
    for one in rollbacks(vault.catalog):
        text = _(
            "On {day} an older copy of the vault was accepted in place of a newer one, as record {seq} says: what only "
            "that one had, which went up to record {pinned} at least, is not in this journal."
        )
        if one.is_longer:
            text = _(
                "On {day} another copy of the vault, up to record {found}, was accepted in place of the one up to "
                "record {pinned}, as record {seq} says: what only that one had is not in this journal."
            )
        parts.append(text.format(day=one.accepted[:10], seq=one.seq, pinned=one.pinned_seq, found=one.found_seq))
    added = len(contents.shown) - count
    if added:
        parts.append(
            ngettext(
                "{count} more record is in it because it says with which keys somebody signs who signed others.",
                "{count} more records are in it because they say with which keys those sign who signed others.",
                added,
            ).format(count=added)
        )
    parts += [_(part) if not part.startswith(" ") else part for part in _PARTS]
    return "\n\n".join(part if part.startswith(" ") else fill(part, 100) for part in parts) + "\n"
