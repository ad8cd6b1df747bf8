"""`ipvault incident notify`: drafts for those who have to be told, and recording that they were."""

from __future__ import annotations

import hashlib
import time
from enum import StrEnum
from typing import Annotated, Final

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.incidents import find_incident
from ipvault.cli.files import read_whole
from ipvault.cli.heads import Force, write_text
from ipvault.cli.incident import Which, typed_time
from ipvault.cli.incident_rendering import incident_json
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.papers import PaperForm, form_for
from ipvault.errors import UsageError
from ipvault.oversight.incidents.keep import Sent, note_released, note_sent
from ipvault.oversight.incidents.notices import draft, gaps
from ipvault.oversight.incidents.words import PARTIES
from ipvault.oversight.papers import FORMS, render
from ipvault.records.domains import is_detail, is_name
from ipvault.records.incidents import PARTIES as ALL_PARTIES
from ipvault.text import _, ngettext
from ipvault.vault.clock import timestamp
from ipvault.vault.names import free_text

Party = StrEnum("Party", {word: word for word in ALL_PARTIES})  # type: ignore[misc]  # see choices

_MOST: Final = 64 * 1024 * 1024
"""Bytes of a text that was sent."""


def notify(
    which: Which,
    to: Annotated[Party, typer.Option("--to", help=_("Who is told."))],
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE|-", help=_("Write a draft into a file, or - for a pipe."))
    ] = "",
    form: PaperForm = None,
    force: Force = False,
    with_text: Annotated[bool, typer.Option("--with-text", help=_("Put in what was written at the opening."))] = False,
    sent: Annotated[str, typer.Option("--sent", metavar="TIME|2h", help=_("Record that it was sent, and when."))] = "",
    file: Annotated[str, typer.Option("--file", metavar="FILE", help=_("What was sent; its hash is kept."))] = "",
    person: Annotated[str, typer.Option("--name", metavar="NAME", help=_("Which authority, or who."))] = "",
    clock: Annotated[str, typer.Option("--clock", metavar="CLOCK", help=_("The clock that this meets."))] = "",
    late: Annotated[str, typer.Option("--late", metavar="TEXT", help=_("Why it was sent after it was due."))] = "",
) -> None:
    """A draft has the fields of GDPR Art. 33(3), for data subjects those of Art. 34(2), filled in from the records;
    what they do not say is marked with […. It names no documents. Counsel decides what is sent; sending is up to you.
    With --sent and what goes with it, that it was sent is recorded.
    """
    if bool(sent) == bool(destination) or bool(sent) != bool(file and person) or (not sent and (clock or late)):
        raise UsageError(
            problem=_("write a draft with -o FILE, or record with --sent TIME, --file and --name what was sent")
        )
    if not sent:
        wanted = form_for(destination, form, FORMS)
        _draft(which, str(to), destination, wanted, force=force, with_text=with_text)
        return
    name = free_text(person).strip()
    if not is_name(name) or not is_detail(clock):
        raise UsageError(problem=_("say who was told: a name, on one line"))
    content = read_whole(file, _MOST)
    why, digest = free_text(late).strip(), hashlib.sha256(content).hexdigest()
    vault = open_current()
    when = typed_time(sent, find_incident(vault.catalog, which).zone, time.time())
    incident, head = note_sent(vault, which, Sent(str(to), name, clock, when, digest, why))
    text = _("Recorded for incident {id}: {name} was notified. SHA-256 of the text: {digest}")
    left, output = gaps(content.decode(errors="replace")), current().output
    data = {"path": None, "gaps": left, "incident": incident_json(vault, incident)}
    output.result("incident-notify", data, journal=head)
    output.say(text.format(id=incident.id[:SHORT_ID], name=name, digest=digest))
    if left:
        output.warn(_("the text still has places that are to be filled in"))


def _draft(which: str, party: str, destination: str, form: str, *, force: bool, with_text: bool) -> None:
    output = current().output
    vault = open_current()
    incident, now = find_incident(vault.catalog, which), timestamp(vault.machine.now())
    text = render(draft(vault, incident, party, now=now, with_text=with_text), form)
    head = note_released(vault, incident, party, text)
    write_text(destination, text, _("the draft"), force=force)
    left = gaps(text)
    data = {"path": destination, "gaps": left, "incident": incident_json(vault, incident)}
    output.result("incident-notify", data, journal=head)
    sentence = ngettext(
        "The draft for {party} has {count} place to be filled in.",
        "The draft for {party} has {count} places to be filled in.",
        left,
    )
    output.say(sentence.format(party=_(PARTIES[party]), count=left))
