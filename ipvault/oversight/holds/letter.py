"""The letter to a custodian: what is held and why, what not to do, and how to say that it was read."""

from __future__ import annotations

from typing import Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.holds import Hold
from ipvault.oversight.papers import Paper, Points
from ipvault.records.wording import in_words
from ipvault.text import N_, _, program

_DUTIES: Final = (
    N_("Do not destroy, alter, overwrite or hide anything that this is about, on paper or on any device or service."),
    N_("That is so for what you make or receive from now on as well, and for messages, drafts, notes and copies."),
    N_("Suspend whatever deletes such things by itself, such as rules of a mailbox."),
    N_("If you leave, or change a device, tell us before."),
)


def letter(hold: Hold, *, to: str, sender: str, day: str, names: dict[str, str]) -> Paper:
    """The letter of `sender` to a custodian. `names` tells what items and rooms are called; others are counted only."""
    facts = (
        (_("To"), to),
        (_("From"), sender),
        (_("Date"), day),
        (_("Hold"), _("{id}, placed on {day}").format(id=hold.id[:SHORT_ID], day=hold.time[:10])),
    )
    command = f"{program()} hold acknowledge {hold.id[:SHORT_ID]}"
    text = _(
        "To acknowledge: as a member of the vault, run {command}; everybody else answers this letter in writing, and "
        "says that it was read and will be heeded."
    )
    return Paper(
        _("Legal hold: {matter}").format(matter=hold.matter),
        facts,
        (
            _("Please keep everything that has to do with this matter: {reason}").format(reason=hold.reason),
            _("What the vault keeps for it: {scope}.").format(scope=scope_in_words(hold, names)),
            Points(tuple(_(duty) for duty in _DUTIES)),
            text.format(command=command),
            _("This stays so until you are told in writing that the hold is over. Ask counsel if anything is unclear."),
        ),
    )


def scope_in_words(hold: Hold, names: dict[str, str]) -> str:
    """What a hold is about. Documents of which `names` does not tell the name are counted."""
    scope = hold.scope
    if not any(scope):
        return _("all documents")
    unnamed = sum(item not in names for item in scope.items)
    parts = [
        *(names[item] for item in scope.items if item in names),
        *([_("documents that are named: {count}").format(count=unnamed)] if unnamed else []),
        *(_("documents in the room {room}").format(room=names.get(room, room[:SHORT_ID])) for room in scope.rooms),
        *(_("documents with the label {label}").format(label=label) for label in scope.labels),
        *(_("documents of the type {type}").format(type=in_words(type_)) for type_ in scope.types),
        *(_("documents with the tag {tag}").format(tag=tag) for tag in scope.tags),
    ]
    return "; ".join(parts)
