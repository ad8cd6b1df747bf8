"""The papers about a leaver: a list of exposure, a letter to the person, and a certificate of what was done.

They repeat what is on record, and claim no legal effect: what somebody owes by an agreement, counsel decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.holds import Hold
from ipvault.cells import csv_table
from ipvault.oversight.offboarding.account import Account
from ipvault.oversight.papers import FORMS, HTML, TEXT, Grid, Paper, Points, render
from ipvault.records.wording import in_words
from ipvault.text import _
from ipvault.vault.exposure import Exposure

EXPOSURE_FILE: Final = "exposure.csv"
_COLUMNS: Final = ("item", "name", "version", "sha256", "room", "role", "package", "record", "since", "until", "opened")
_PAPER_FORMS: Final = (TEXT, HTML)


def file_names() -> list[str]:
    """The files that papers are written to."""
    stems = ("letter", "certificate")
    return [EXPOSURE_FILE, *(f"{stem}{FORMS[form]}" for stem in stems for form in _PAPER_FORMS)]


def papers(account: Account, agreements: list[str], vault: str, day: str) -> dict[str, str]:
    """The text of each file by its name. `agreements` are the titles of those with the person that are on record."""
    written = {EXPOSURE_FILE: csv_table(_COLUMNS, map(_exposure_row, account.exposures))}
    for stem, paper in (
        ("letter", _letter(account, agreements, day)),
        ("certificate", _certificate(account, vault, day)),
    ):
        for form in _PAPER_FORMS:
            written[f"{stem}{FORMS[form]}"] = render(paper, form)
    return written


def matters_of(found: Iterable[Hold]) -> str:
    """What holds are for, in a line."""
    return ", ".join(dict.fromkeys(one.matter for one in found))


def _exposure_row(one: Exposure) -> tuple[object, ...]:
    return (
        *(one.item, one.name, one.version, one.sha256, one.room, one.role, one.package),
        *(one.seq, one.since, one.until, _("yes") if one.opened else ""),
    )


def _what_to_destroy(account: Account) -> list[str]:
    """What becomes of what cannot be returned: a custodian of a hold destroys nothing, and nobody what is held."""
    if account.holds:
        return [
            _("Destroy nothing, not even what you cannot return: keep it unaltered until we tell you that you may.")
        ]
    if held := dict.fromkeys(one.name for one in account.exposures if one.item in account.held):
        keep = _("Keep these, unaltered, until we tell you that you may destroy them: {names}")
        rest = _("Destroy the rest of what you cannot return, packages and backups included, and keep no copy.")
        points = [keep.format(names=", ".join(held)), rest]
    else:
        points = [_("Then destroy what you cannot return, packages and backups included, and keep no copy.")]
    return [
        *points,
        _("For each package, send a receipt: ipvault receipt create PACKAGE --event destroyed"),
        _("If you have to keep something by law, tell us what and why before you destroy anything else."),
    ]


def _letter(account: Account, agreements: list[str], day: str) -> Paper:
    had = [_held(one) for one in account.exposures]
    blocks: list[str | Points | Grid] = [
        _(
            "Your access to our documents has ended, and nothing is shared with you any more. This does not reach what "
            "you have already: what you could open may be on your computers, on paper, in mail or in your packages."
        )
    ]
    if account.holds:
        text = _(
            "You are a custodian of a legal hold, for: {matters}. That goes on after you have left: keep everything "
            "that may have to do with it, wherever it is, on paper too, as it is. Do not alter, move, delete or "
            "destroy it until we tell you in writing that the hold has ended."
        )
        blocks.append(text.format(matters=matters_of(account.holds)))
    if had:
        blocks += [
            _("By our records, you could open these documents:"),
            Grid((_("Document"), _("Version"), _("How"), _("Since"), _("Until")), tuple(dict.fromkeys(had))),
            _("Please do the following, and confirm it in writing:"),
            Points(
                (
                    _("Return to us every document, copy, note and device of ours that you have, paper included."),
                    *_what_to_destroy(account),
                    _("If somebody else has any of it from you, tell us who."),
                )
            ),
        ]
    else:
        blocks.append(_("By our records, there is no document that you could open."))
    if agreements:
        blocks += [_("What you agreed with us goes on as it says there. On record are:"), Points(tuple(agreements))]
    else:
        blocks.append(_("Duties of secrecy can follow from your contract and from the law after you have left."))
    blocks += [
        _(
            "You may report a suspected violation of law to a government official or an attorney in confidence; what "
            "18 U.S.C. 1833(b) and rules on whistle-blowing allow, this letter does not forbid."
        ),
        _("Which duties you have in particular, counsel decides. Please ask if anything in this letter is unclear."),
    ]
    facts = ((_("To"), account.name), (_("Date"), day))
    return Paper(_("Return and confidentiality of our documents"), facts, tuple(blocks))


def _held(one: Exposure) -> tuple[str, ...]:
    if one.package:
        how = _("package {id}").format(id=one.package[:SHORT_ID])
    else:
        how = _("{role} of room {room}").format(role=in_words(one.role), room=one.room)
    return one.name, str(one.version), how, one.since[:10], one.until[:10]


def _certificate(account: Account, vault: str, day: str) -> Paper:
    facts = (
        (_("Person"), account.name),
        (_("Fingerprints"), ", ".join(sorted(account.identities))),
        (_("Vault"), vault),
        (_("Date"), day),
        *((_("Reason"), one.reason) for one in account.leavings[-1:] if one.reason),
        *(((_("Custodian of legal holds"), matters_of(account.holds)),) if account.holds else ()),
    )
    done = tuple((str(deed.seq), deed.time[:19].replace("T", " "), deed.signer, deed.what) for deed in account.deeds)
    documents = len({one.item for one in account.exposures})
    blocks: tuple[str | Points | Grid, ...] = (
        _("These records of the signed journal ended what the person could do:"),
        Grid((_("Record"), _("Time"), _("By"), _("What was done")), done),
        _(
            "Documents that the person could have: {count}; the file {name} lists each version, since when, until "
            "when, and why. What was read before may have been copied; ending access stops later versions only."
        ).format(count=documents, name=EXPOSURE_FILE),
        _(
            "Whoever has the vault checks the records with ipvault: verify checks all, and journal show N shows one. "
            "For others, evidence bundle --record N writes them with what proves them."
        ),
        _("This paper repeats what is on record. It proves nothing by itself, and says nothing about the law."),
    )
    return Paper(_("What was done when a person left"), facts, blocks)
