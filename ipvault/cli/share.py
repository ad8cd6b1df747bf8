"""`ipvault share`: documents for people outside the vault."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID, find_versions, rooms
from ipvault.catalog.items import Item
from ipvault.catalog.recipients import Recipient, described, find_recipients
from ipvault.catalog.requests import find_request
from ipvault.cli.choices import Basis, Override, deadline
from ipvault.cli.decisions import (
    explain_decision,
    policy_gate,
    release_command,
    tell_marks,
    tell_unread,
    tell_what_passed,
)
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.package_output import (
    Armor,
    Carrier,
    Force,
    Output,
    Split,
    carrier,
    package_out,
    tell_files,
    written_files,
)
from ipvault.cli.recipient_rendering import recipient_json
from ipvault.cli.rendering import count_of_items, shortened
from ipvault.cli.seal import Expires, Message, Purpose, tell_expiry
from ipvault.errors import ExitCode, UsageError
from ipvault.governance.gate.judge import latest_expiry
from ipvault.governance.gate.requests import still_asked
from ipvault.records.vocabulary import PACKAGE
from ipvault.sharing.manifest import Terms
from ipvault.sharing.share import Shared, own_card, refusal, share as share_versions
from ipvault.text import _, program
from ipvault.vault.clock import timestamp
from ipvault.vault.names import free_text
from ipvault.vault.progress import Progress
from ipvault.vault.vault import Vault


def share(
    items: Annotated[
        list[str] | None,
        typer.Argument(metavar="ITEM[@VERSION]|PATTERN", help=_("What to share; FOLDER/ and ROOM: mean all in them.")),
    ] = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="NAME", help=_("A recipient; may be repeated."))
    ] = None,
    destination: Output = "",
    expires: Expires = "",
    purpose: Purpose = "",
    message: Message = "",
    unverified: Annotated[
        bool,
        typer.Option(
            "--unverified", help=_("Share although neither you nor an owner has compared the card, which is recorded.")
        ),
    ] = False,
    armor: Armor = False,
    split: Split = "",
    force: Force = False,
    request: Annotated[
        str, typer.Option("--request", metavar="ID", help=_("Share what was asked for and approved, on its terms."))
    ] = "",
    reason: Override = "",
    basis: Basis = "",
    explain: Annotated[
        bool, typer.Option("--explain", help=_("Only say what the policy says to it; nothing is shared."))
    ] = False,
) -> int:
    """One sealed file for all recipients. Each sees who sent it, who else can open it, and the terms; nobody else sees
    more than its size and how many they are. The journal holds what went to whom before the file is complete.

    What was sent cannot be taken back, and an expiry date cannot be forced on a copy already sent.
    """
    output = current().output
    where = None if explain else carrier(destination, armor, split, force)
    if request and (items or to or expires or purpose):
        raise UsageError(problem=_("--request says already what goes to whom, and on which terms"))
    if not request and not items:
        raise UsageError(problem=_("say what to share: items or patterns, or --request ID"))
    if not request and not to:
        raise UsageError(problem=_("say with whom: --to NAME, as often as there are recipients"))
    now = time.time()
    vault = open_current()
    erased: list[Item] = []
    if request:
        asked = find_request(vault.catalog, request)
        if asked.channel != PACKAGE:
            text = _("that request is for an export: {command}")
            raise UsageError(problem=text.format(command=release_command(vault, asked)))
        wanted, way = still_asked(vault, asked)
        people, until, purpose = list(way.recipients), asked.expires or None, asked.purpose
        reason, basis = reason or asked.override, basis or asked.basis
    else:
        people = find_recipients(vault.catalog, to or ())
        wanted = find_versions(vault.catalog, [_whole(vault, address) for address in items or ()], erased.append)
        until = deadline(expires, now) if expires else latest_expiry(vault.catalog, wanted, now)
    terms = Terms(timestamp(now), until, free_text(purpose), free_text(message))
    if where is None:
        why_not = refusal(vault, wanted, people, unverified=unverified)
        return explain_decision(vault, wanted, people, terms, free_text(reason), free_text(basis), why_not)
    gate, size = policy_gate(vault), sum(version.size for _item, version in wanted)

    def grant(progress: Progress) -> Shared:
        return share_versions(
            vault,
            wanted,
            people,
            terms,
            own_card(vault, terms.created),
            gate,
            unverified=unverified,
            override=free_text(reason),
            basis=free_text(basis),
            progress=progress,
        )

    shared = _granted_and_written(where, size, grant)
    tell_what_passed(gate)
    tell_unread(gate)
    files = written_files(where)
    output.result("share", _data(vault, shared, people, files), journal=shared.head)
    if erased:
        names = shortened(sorted({item.name for item in erased}))
        output.warn(_("left out, because the newest version was erased: {names}").format(names=names))
    text = _("Sealed {items} for {names}, as package {id}.")
    people_names = shortened([one.name for one in people])
    output.say(
        text.format(items=count_of_items(len(wanted)), names=people_names, id=shared.package.header.id[:SHORT_ID])
    )
    tell_files(files)
    tell_marks(shared.contents, people_names)
    if strangers := [described(vault.catalog, one) for one in people if not one.verified(vault.member)]:
        text = _("neither you nor an owner of the vault has compared the fingerprint of {names}")
        output.warn(text.format(names=shortened(strangers)))
    if terms.expires:
        if not (expires or request):
            output.say(_("You gave no expiry date, so the policy set it."))
        tell_expiry(terms.expires)
    output.say(_("What was sent cannot be taken back: revoking stops later versions only."))
    return ExitCode.DONE


def _granted_and_written(where: Carrier, size: int, grant: Callable[[Progress], Shared]) -> Shared:
    """Record a grant of `size` bytes and write its package, where that can be as far as anybody knows before.

    An error that comes between the record and the whole package says that there is a grant.
    """
    output, shared = current().output, None
    try:
        with package_out(where) as begin:
            with output.progress(_("Checking"), size, "bytes") as bar:
                shared = grant(bar.advance)
            with output.progress(_("Sealing"), size, "bytes") as bar, begin(shared.package) as out:
                shared.write(out, bar.advance)
    except BaseException as error:
        if shared is not None:
            text = _(
                "the journal has the grant of package {id} already, which was not written to its end: have it say that "
                "it is not to be used, `{ipvault} revoke {id}`, and share again"
            )
            error.add_note(text.format(id=shared.package.header.id[:SHORT_ID], ipvault=program()))
        raise
    return shared


def _whole(vault: Vault, address: str) -> str:
    """`FOLDER/` and `ROOM:` as patterns for all that is below."""
    is_room = address.endswith(":") and address[:-1] in {room.name for room in rooms(vault.catalog)}
    return f"{address}**" if address.endswith("/") or is_room else address


def _data(vault: Vault, shared: Shared, people: Sequence[Recipient], files: list[str]) -> dict[str, Any]:
    manifest = shared.package.manifest
    return {
        "files": files,
        "package": manifest.package,
        "manifest": shared.package.manifest_hash,
        "decision": manifest.decision,
        "size": shared.package.size,
        "recipients": [recipient_json(one, vault.member) for one in people],
        "items": [
            {
                "id": content.item.id,
                "name": content.item.name,
                "version": content.version.number,
                "sha256": content.sha256,
                "marked": content.copy is not None,
                "path": entry.name,
            }
            for content, entry in zip(shared.contents, manifest.entries, strict=True)
        ],
        "expires": manifest.terms.expires,
    }
