"""`ipvault hold notice`: the letters to the custodians of a hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.holds import find_hold
from ipvault.catalog.items import names_by_id
from ipvault.catalog.somebody import find_somebody
from ipvault.cli.files import PIPE
from ipvault.cli.hold import Which
from ipvault.cli.hold_rendering import called, hold_json
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_current
from ipvault.cli.papers import Form, PaperForm
from ipvault.errors import Conflict
from ipvault.oversight.holds.keep import note_notices
from ipvault.oversight.holds.letter import letter
from ipvault.oversight.papers import FORMS, render
from ipvault.storage.destination import Destination
from ipvault.storage.safe_names import unique_paths
from ipvault.text import _, ngettext
from ipvault.vault.clock import today


def notice(
    which: Which,
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="DIR|-", help=_("A folder for the letters, or - for a pipe."))
    ],
    form: PaperForm = Form.text,  # type: ignore[attr-defined]
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="NAME", help=_("Only to this custodian; may be repeated."))
    ] = None,
    with_names: Annotated[
        bool, typer.Option("--with-names", help=_("Tell the names of documents that the hold names."))
    ] = False,
) -> None:
    """One letter to each custodian who has not acknowledged, or to those that you name. The journal says that they were
    written; sending them is up to you. They tell rooms, labels and tags; names of documents only if you say so.
    """
    output = current().output
    vault = open_current()
    hold, names = find_hold(vault.catalog, which), names_by_id(vault.catalog)
    wanted = {find_somebody(vault.catalog, name).id for name in to or ()}
    chosen = [one for one in hold.custodians if (one.person in wanted if wanted else not one.acknowledged)]
    if not chosen or len(chosen) < len(wanted):
        raise Conflict(
            problem=_("there is nobody to write to: all have acknowledged, or are no custodians of this hold")
        )
    told = names if with_names else {room: names[room] for room in hold.scope.rooms if room in names}
    head_fields = {"sender": member_name(vault, vault.member), "day": today(vault)}
    hold, head = note_notices(vault, hold.id, chosen)
    people = [called(one, names) for one in chosen]
    letters = [render(letter(hold, to=name, names=told, **head_fields), form) for name in people]
    files = unique_paths([name.replace("/", "-") + FORMS[form] for name in people])
    if destination != PIPE:
        with Destination(Path(destination), current().vault_if_any()) as folder:
            for file, text in zip(files, letters, strict=True):
                with folder.file(file, replace=False) as out:
                    out.write(text.encode())
            folder.finish()
    elif not output.wants_json:
        output.bytes_out(_("the letters")).write("\n".join(letters).encode())
    data = {"path": destination, "files": files, "hold": hold_json(vault.catalog, hold, names)}
    output.result("hold-notice", data, journal=head)
    text = ngettext("Wrote {count} letter about {matter}.", "Wrote {count} letters about {matter}.", len(letters))
    output.say(text.format(count=len(letters), matter=hold.matter))
