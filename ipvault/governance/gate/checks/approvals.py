"""Four eyes: how many other members have agreed to exactly this."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import items_of
from ipvault.catalog.requests import ReleaseRequest, release_requests, standing_answers
from ipvault.catalog.roster import member as member_of
from ipvault.governance.policy.policy import Policy
from ipvault.records.base import WRITERS
from ipvault.records.decisions import APPROVED, DENIED
from ipvault.records.vocabulary import CAT, EXPORT
from ipvault.text import _, ngettext, program
from ipvault.vault.gate import BLOCKED, NEEDS, Request, Verdict

NAME: Final = "approvals"

_SHOWN: Final = 5
"""Documents that a command in a hint names at most."""


def check(request: Request, policy: Policy, catalog: Catalog) -> Iterator[Verdict]:
    """As many as the strictest label asks for, and nobody against it; who reads what is in his rooms asks nobody."""
    needed = max((policy.labels[item.label].approvals for item, _version in request.versions), default=0)
    if request.channel == CAT or not needed:
        return
    answers = _answers(request, catalog)
    for who in sorted({who for answered in answers for who, answer in answered.items() if answer == DENIED}):
        name = member_of(catalog, who).name
        remedy = _("talk to {name}, who can approve it after all").format(name=name)
        yield Verdict(NAME, BLOCKED, who, _("{name} denied exactly this").format(name=name), remedy)
    if (missing := needed - len(_approvers(answers))) > 0:
        yield Verdict(NAME, NEEDS, "", missing_approvals(missing), how_to_get(missing, request, catalog))


def approvals(request: Request, catalog: Catalog) -> int:
    """How many others approved exactly what is asked, in all rooms that it is about."""
    return len(_approvers(_answers(request, catalog)))


def still_missing(asked: ReleaseRequest, policy: Policy, catalog: Catalog) -> int:
    """How many others have yet to approve what somebody asked for, by the labels of today; 0 if none have to."""
    if asked.released:
        return 0
    items = items_of(catalog, [item for _room, item, _number in asked.versions]).values()
    by_labels = max((policy.labels[item.label].approvals for item in items), default=0)
    needed = policy.override.approvals if asked.override else by_labels
    answers = [standing_answers(catalog, asked.digest, room, asked.requester) for room in asked.rooms]
    return max(0, needed - len(_approvers(answers)))


def _answers(request: Request, catalog: Catalog) -> list[dict[str, str]]:
    """Who answered what, for each room."""
    rooms = sorted({item.room for item, _version in request.versions})
    asked = request.digest
    return [standing_answers(catalog, asked, room, request.requester) for room in rooms]


def _approvers(answers: Iterable[dict[str, str]]) -> set[str]:
    """Those who approved in all rooms."""
    by_room = [{who for who, answer in some.items() if answer == APPROVED} for some in answers]
    return set.intersection(*by_room) if by_room else set()


def missing_approvals(count: int) -> str:
    """The sentence for it."""
    text = ngettext(
        "{count} other member has to approve exactly this", "{count} other members have to approve exactly this", count
    )
    return text.format(count=count)


def how_to_get(missing: int, request: Request, catalog: Catalog) -> str:
    """What to do about missing approvals: who may still answer, if exactly this was asked for; else the command that
    asks, as far as it is short enough to be read.
    """
    rooms = {item.room for item, _version in request.versions}
    others = ({who for who, role in catalog.members(room).items() if role in WRITERS} for room in rooms)
    able = set.intersection(*others) - {request.requester} - _approvers(_answers(request, catalog))
    if len(able) < missing:
        return _("there are too few others who may approve it: let somebody in, or say why it has to be, with --reason")
    digest = request.digest
    for asked in release_requests(catalog):
        left = able - {asked.requester}  # nobody answers a request of their own, whoever else goes on with it
        if asked.digest == digest and not asked.released and len(left) >= missing:
            text = _("it was asked for, as request {id}, which {names} can still approve: {command}")
            names = ", ".join(sorted(member_of(catalog, who).name for who in left))
            command = f"`{program()} request approve {asked.id[:SHORT_ID]}`"
            return text.format(id=asked.id[:SHORT_ID], names=names, command=command)
    if len(request.versions) > _SHOWN:
        text = _("ask with {command}, and name the same documents, recipients and terms")
        return text.format(command=f"`{program()} request create`")
    words = [f"{item.name}@{version.number}" for item, version in request.versions]
    for one in request.recipients:
        words += ["--to", one.name]
    words += ["--export"] if request.channel == EXPORT else []
    words += ["--expires", f"{request.expires[:16]}Z"] if request.expires else []
    words += ["--purpose", request.purpose] if request.purpose else []
    words += ["--basis", request.basis] if request.basis else []
    words += ["--override", "--reason", request.override] if request.override else []
    return _("ask with {command}").format(command=f"`{program()} request create {shlex.join(words)}`")
