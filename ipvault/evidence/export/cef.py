"""Events in the Common Event Format, version 0 of the format, one line each, in UTF-8.

The header ends its fields with `|`, the extension names its values with `=`, and both escape with a backslash. What
CEF has no key for is written under custom keys that begin with `ipvault`, as CEF asks of vendors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from ipvault.evidence.export.event import Event
from ipvault.evidence.export.meanings import Nature, Severity
from ipvault.evidence.export.origin import PRODUCT, VERSION, Origin
from ipvault.evidence.export.subjects import Subject, actor, entity, file, target

SEVERITIES: Final = {Severity.INFORMATIONAL: 1, Severity.LOW: 3, Severity.MEDIUM: 5, Severity.HIGH: 8}
"""Of CEF: 0 to 3 are low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high."""

CATEGORIES: Final = {
    Nature.DOCUMENT: "document",
    Nature.LOGIN: "login",
    Nature.ENTITY: "entity",
    Nature.LOG: "log",
    Nature.FINDING: "finding",
}

_OUTCOMES: Final = {True: "success", False: "failure", None: "unknown"}

_CONTROLS: Final = {code: f"\\\\u{code:04x}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}
"""Visible, as text: a line stays a line, and a terminal that shows it does nothing."""

_HEADER: Final = str.maketrans({**_CONTROLS, "\n": " ", "\r": " ", "\\": r"\\", "|": r"\|"})
_VALUE: Final = str.maketrans({**_CONTROLS, "\n": r"\n", "\r": r"\r", "\\": r"\\", "=": r"\="})


def header(text: str) -> str:
    """A field of the header."""
    return text.translate(_HEADER)


def value(text: str) -> str:
    """A value of the extension."""
    return text.translate(_VALUE)


def cef(events: Iterable[Event], origin: Origin) -> Iterator[str]:
    """Each event as a line."""
    return (_line(event, origin) for event in events)


def _line(event: Event, origin: Origin) -> str:
    meaning = event.meaning
    first = f"CEF:0|{PRODUCT}|{PRODUCT}|{VERSION}|{header(event.action)}|{header(meaning.title)}"
    pairs = " ".join(f"{key}={value(str(text))}" for key, text in _extension(event, origin))
    return f"{first}|{SEVERITIES[meaning.severity]}|{pairs}\n"


def _extension(event: Event, origin: Origin) -> Iterator[tuple[str, Any]]:
    """The keys of one event and their values, in the order in which they are written."""
    leaf, nature = event.row.leaf, event.meaning.nature
    yield "rt", round(datetime.fromisoformat(event.time).timestamp() * 1000)
    yield "cat", CATEGORIES[nature]
    yield "act", event.action
    yield "outcome", _OUTCOMES[event.outcome]
    yield "deviceExternalId", origin.vault
    yield "externalId", leaf.seq
    yield from _person("s", target(event) if nature is Nature.LOGIN else actor(event))
    if nature is Nature.ENTITY:
        yield from _person("d", entity(event))
    elif nature is Nature.DOCUMENT:
        yield from _file(event)
    yield "ipvaultHash", event.row.hash
    yield "ipvaultRoom", leaf.room
    yield "ipvaultEpoch", leaf.epoch
    for name, content in sorted(event.fields.items()):
        key = "ipvaultField" + "".join(part.capitalize() for part in name.split("_"))
        yield key, ",".join(map(str, content)) if isinstance(content, list) else content


def _person(side: str, subject: Subject) -> Iterator[tuple[str, Any]]:
    """Whoever is the source (`s`) or the destination (`d`) of an event."""
    yield f"{side}uid", subject.id
    if subject.name:
        yield f"{side}user", subject.name


def _file(event: Event) -> Iterator[tuple[str, Any]]:
    subject, fields = file(event), event.fields
    if subject.id:
        yield "fileId", subject.id
    if subject.name:
        yield "fname", subject.name
    if "size" in fields:
        yield "fsize", fields["size"]
    if "sha256" in fields:
        yield "fileHash", fields["sha256"]
