"""The letter to a custodian: what is held and why, what not to do, and how to say that it was read."""

from __future__ import annotations

import html
from typing import Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.holds import Hold
from ipvault.records.wording import in_words
from ipvault.text import N_, _, program

TEXT: Final = "text"
MARKDOWN: Final = "markdown"
HTML: Final = "html"
FORMS: Final = {TEXT: ".txt", MARKDOWN: ".md", HTML: ".html"}
"""The forms of a letter, with how the names of their files end."""

_DUTIES: Final = (
    N_("Do not destroy, alter, overwrite or hide anything that this is about, on paper or on any device or service."),
    N_("That is so for what you make or receive from now on as well, and for messages, drafts, notes and copies."),
    N_("Suspend whatever deletes such things by itself, such as rules of a mailbox."),
    N_("If you leave, or change a device, tell us before."),
)


def letter(form: str, hold: Hold, *, to: str, sender: str, day: str, names: dict[str, str]) -> str:
    """The letter of `sender` to a custodian, as text, Markdown or a page of HTML.

    `names` tells what items and rooms are called; those that it lacks are counted only.
    """
    title = _("Legal hold: {matter}").format(matter=hold.matter)
    opening = [
        _("To: {name}").format(name=to),
        _("From: {name}").format(name=sender),
        _("Date: {day}").format(day=day),
        _("Hold: {id}, placed on {day}").format(id=hold.id[:SHORT_ID], day=hold.time[:10]),
    ]
    body = [
        _("Please keep everything that has to do with this matter: {reason}").format(reason=hold.reason),
        _("What the vault keeps for it: {scope}.").format(scope=scope_in_words(hold, names)),
    ]
    closing = [
        _(
            "To acknowledge: as a member of the vault, run {command}; everybody else answers this letter in writing, "
            "and says that it was read and will be heeded."
        ).format(command=f"{program()} hold acknowledge {hold.id[:SHORT_ID]}"),
        _("This stays so until you are told in writing that the hold is over. Ask counsel if anything is unclear."),
    ]
    return _FORMS[form](title, opening, body, [_(duty) for duty in _DUTIES], closing)


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


def _as_text(title: str, opening: list[str], body: list[str], duties: list[str], closing: list[str]) -> str:
    listed = "\n".join(f"  - {duty}" for duty in duties)
    return "\n\n".join([title, "\n".join(opening), *body, listed, *closing]) + "\n"


def _as_markdown(title: str, opening: list[str], body: list[str], duties: list[str], closing: list[str]) -> str:
    def plain(text: str) -> str:
        return "".join(f"\\{one}" if one in "\\`*_[]<>#|" else one for one in text)

    top = "  \n".join(map(plain, opening))
    listed = "\n".join(f"- {plain(duty)}" for duty in duties)
    return "\n\n".join([f"# {plain(title)}", top, *map(plain, body), listed, *map(plain, closing)]) + "\n"


def _as_html(title: str, opening: list[str], body: list[str], duties: list[str], closing: list[str]) -> str:
    safe = html.escape
    paragraphs = "".join(f"<p>{safe(text)}</p>\n" for text in body)
    ending = "".join(f"<p>{safe(text)}</p>\n" for text in closing)
    listed = "".join(f"<li>{safe(duty)}</li>\n" for duty in duties)
    return (
        f'<!DOCTYPE html>\n<html lang="{_("en")}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">"
        f"<title>{safe(title)}</title></head>\n<body>\n<h1>{safe(title)}</h1>\n"
        f"<p>{'<br>'.join(map(safe, opening))}</p>\n{paragraphs}<ul>\n{listed}</ul>\n{ending}</body></html>\n"
    )


_FORMS: Final = {TEXT: _as_text, MARKDOWN: _as_markdown, HTML: _as_html}
