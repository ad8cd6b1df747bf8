"""`ipvault mark identify`: whose copy a file is."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.catalog.marks import MarkedCopy
from ipvault.cli.files import read_small
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_to_read
from ipvault.cli.rendering import human_time
from ipvault.errors import ExitCode
from ipvault.governance.dlp.extraction.limits import MAX_DOCUMENT
from ipvault.governance.marks.identify import Identified, Mark, Outcome, Standing, identify
from ipvault.governance.marks.reading import DOTS, HIDDEN, PROPERTIES, TEXT
from ipvault.governance.marks.tile import WORD_SIZE
from ipvault.text import _, ngettext
from ipvault.vault.vault import Vault

_EXIT: Final = {
    Outcome.FOUND: ExitCode.DONE,
    Outcome.NONE: ExitCode.NOT_FOUND,
    Outcome.NOT_OURS: ExitCode.FINDINGS,
    Outcome.CONTRADICTORY: ExitCode.FINDINGS,
}


def identify_file(
    path: Annotated[str, typer.Argument(metavar="FILE", help=_("A file, a scan or a screenshot; or - for a pipe."))],
) -> int:
    """Reads every channel that a mark can be in: the line that people see, the pattern of dots, characters that are not
    seen, and the properties of the file. Says which copy it is, for whom it was made, when and how it left, and how
    sure that is. A mark that the vault did not make is shown as such.

    The exit code is 13 where no mark was found, and 17 where marks contradict each other or are not this vault's.

    A mark names a copy, not a culprit, and can be removed. Where there is none, that proves nothing.
    """
    output = current().output
    vault = open_to_read()
    found = identify(vault, read_small(path, MAX_DOCUMENT), path)
    output.result("mark-identify", _json(vault, path, found), journal=vault.catalog.head)
    for mark in found.marks:
        output.fields(_fields(vault, mark))
    for same in found.identical:
        text = _("The file is, to the last bit, the copy {copy} that was made for {name}.")
        output.say(text.format(copy=same.id, name=same.name))
    output.say(_conclusion(found.outcome))
    if found.outcome is not Outcome.NONE:
        output.say(
            _("A mark names a copy, not a culprit, and can be removed, or put into another file by its recipient.")
        )
    return _EXIT[found.outcome]


def channel_name(channel: str) -> str:
    """What a channel is called."""
    return {TEXT: _("visible line"), DOTS: _("dots"), HIDDEN: _("unseen characters"), PROPERTIES: _("properties")}[
        channel
    ]


def _conclusion(outcome: Outcome) -> str:
    return {
        Outcome.FOUND: _("All that was found names this one copy, and only this vault could have made the mark."),
        Outcome.NONE: _("No mark was found. That proves nothing: it may have been removed, or never been there."),
        Outcome.NOT_OURS: _(
            "What was found is no mark that this vault made, so it says nothing about where it is from."
        ),
        Outcome.CONTRADICTORY: _(
            "The marks contradict each other: somebody may have put copies together, or added a mark to mislead you."
        ),
    }[outcome]


def _standing(standing: Standing) -> str:
    return {
        Standing.GENUINE: _("genuine"),
        Standing.FORGED: _("forged: it has the id of a copy, and was not made with the key of its room"),
        Standing.UNKNOWN: _("foreign: no copy of this vault, as far as you can read it, has this id"),
    }[standing]


def _fields(vault: Vault, mark: Mark) -> list[tuple[str, object]]:
    fields: list[tuple[str, object]] = [(_("Copy"), mark.copy), (_("Mark"), _standing(mark.standing))]
    known = mark.known
    if known is not None and mark.standing is Standing.GENUINE:
        names = names_by_id(vault.catalog)
        fields += [
            (_("Made for"), known.name),
            (_("Fingerprint"), known.recipient or _("none")),
            (_("Made on"), human_time(known.time)),
            (_("Made by"), member_name(vault, known.signer)),
            (_("Left by"), known.channel),
            (_("Package"), known.package[:SHORT_ID] or _("none")),
            (_("Document"), _document(known, names)),
            (_("Record"), known.seq),
        ]
    places = dict.fromkeys(f"{channel_name(one.channel)} ({one.place})" for one in mark.readings)
    fields.append((_("Read in"), ", ".join(places)))
    fields.append((_("How sure"), _certainty(mark)))
    return fields


def _document(known: MarkedCopy, names: dict[str, str]) -> str:
    if not known.item:
        return _("a file that is not in the vault, SHA-256 {sha256}").format(sha256=known.original)
    return f"{names.get(known.item, known.item[:SHORT_ID])}@{known.version}"


def _certainty(mark: Mark) -> str:
    """How many channels agree, and what had to be corrected in those that can be misread."""
    count = len(mark.channels)
    sentence = ngettext("{count} channel says so", "{count} channels agree", count).format(count=count)
    corrected = [reading.corrected for reading in mark.readings if reading.channel == DOTS]
    if not corrected:
        return sentence
    text = _("{sentence}; of {total} bytes in the dots, {corrected} were corrected")
    return text.format(sentence=sentence, total=WORD_SIZE, corrected=min(corrected))


def _json(vault: Vault, path: str, found: Identified) -> dict[str, Any]:
    return {
        "file": path,
        "outcome": found.outcome.value,
        "marks": [_mark_json(vault, mark) for mark in found.marks],
        "identical": [one.id for one in found.identical],
    }


def _mark_json(vault: Vault, mark: Mark) -> dict[str, Any]:
    known = mark.known if mark.standing is Standing.GENUINE else None
    readings = [{"channel": one.channel, "place": one.place, "corrected": one.corrected} for one in mark.readings]
    return {
        "copy": mark.copy,
        "standing": mark.standing.value,
        "readings": readings,
        "made": copy_json(vault, known) if known else None,
    }


def copy_json(vault: Vault, known: MarkedCopy) -> dict[str, Any]:
    """A marked copy, for programs."""
    return {
        "copy": known.id,
        "seq": known.seq,
        "time": known.time,
        "made_by": member_name(vault, known.signer),
        "room": known.room,
        "channel": known.channel,
        "package": known.package or None,
        "recipient": known.recipient or None,
        "name": known.name,
        "item": known.item or None,
        "version": known.version or None,
        "original": known.original,
        "marked": known.marked,
    }
