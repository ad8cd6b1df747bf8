"""Four eyes: asking others to approve that documents leave, and answering."""

from __future__ import annotations

from collections.abc import Sequence

from ipvault.catalog.items import Item, Version, items_of, versions_of
from ipvault.catalog.recipients import by_fingerprint
from ipvault.catalog.requests import ReleaseRequest, find_request
from ipvault.errors import Conflict, Denied
from ipvault.governance.gate.judge import judge
from ipvault.journal.head import Head
from ipvault.records.decisions import ReleaseRequested, RequestApproved, RequestDenied
from ipvault.text import _
from ipvault.vault.gate import Decision, Way, examine
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

_PER_RECORD = 1_000
"""Versions that a request may name in a room, so that one record holds them."""


def create_request(
    vault: Vault, wanted: Sequence[tuple[Item, Version]], way: Way, reason: str
) -> tuple[ReleaseRequest, Head]:
    """Record that others are asked to approve that these versions leave in this way. Raises `Conflict` for too many."""
    id_ = vault.machine.random(16).hex()
    with transaction(vault) as change:
        request, _decision = examine(vault, wanted, way, judge)
        for room in dict.fromkeys(item.room for item, _version in request.versions):
            mine = [version for item, version in request.versions if item.room == room]
            if len(mine) > _PER_RECORD:
                text = _("one request is for {most} documents of a room at most: ask in several")
                raise Conflict(problem=text.format(most=_PER_RECORD))
            record = ReleaseRequested(
                request=id_,
                digest=request.digest,
                channel=way.channel,
                recipients=tuple(sorted(one.fingerprint for one in request.recipients)),
                items=tuple(version.item for version in mine),
                versions=tuple(version.number for version in mine),
                expires=way.expires,
                purpose=way.purpose,
                override=way.override,
                basis=way.basis,
                reason=reason,
            )
            change.record(record, room)
        head = change.commit()
    return find_request(vault.catalog, id_), head


def answer(vault: Vault, typed: str, reason: str, *, approve: bool) -> tuple[ReleaseRequest, Head]:
    """Record what this member answers to a request, in all rooms that it is about.

    Raises `NoSuchRequest`, `Conflict` if what is asked is not what it was, and `Denied` to whoever asked.
    """
    kind = RequestApproved if approve else RequestDenied
    with transaction(vault) as change:
        request = find_request(vault.catalog, typed)
        if request.requester == vault.member:
            raise Denied(reason=_("nobody answers a request of their own: another member has to"))
        _see_that_it_goes_on(request)
        if approve:
            still_asked(vault, request)
        for room in request.rooms:
            change.record(kind(request=request.id, digest=request.digest, reason=reason), room)
        head = change.commit()
    return find_request(vault.catalog, request.id), head


def still_asked(vault: Vault, request: ReleaseRequest) -> tuple[list[tuple[Item, Version]], Way]:
    """The versions that a request is about, and the way out. Raises `Conflict` if that is not what it was."""
    _see_that_it_goes_on(request)
    if not is_as_asked(vault, request):
        problem = _(
            "what is asked for has changed since (a new version, label, tag or card), or you cannot see all of it: it "
            "has to be asked anew"
        )
        raise Conflict(problem=problem)
    return _asked_versions(vault, request), _way_of(vault, request)


def is_as_asked(vault: Vault, request: ReleaseRequest) -> bool:
    """Whether exactly what was asked for is still there, and all of it can be seen."""
    examined, _decision = examine(vault, _asked_versions(vault, request), _way_of(vault, request), judge)
    return examined.digest == request.digest


def _see_that_it_goes_on(request: ReleaseRequest) -> None:
    if request.released:
        raise Conflict(problem=_("what was asked for has left, and that ends the request: the next time is asked anew"))


def judged(vault: Vault, request: ReleaseRequest) -> Decision:
    """What the policy says now to what is asked for, if whoever asked goes on."""
    examined, _decision = examine(vault, _asked_versions(vault, request), _way_of(vault, request), judge)
    return judge(examined._replace(requester=request.requester), vault.catalog)


def _asked_versions(vault: Vault, request: ReleaseRequest) -> list[tuple[Item, Version]]:
    """The versions that a request is about, as far as they are there to be seen."""
    ids = [item for _room, item, _number in request.versions]
    items, there = items_of(vault.catalog, ids), versions_of(vault.catalog, ids)
    return [
        (items[item], version)
        for _room, item, number in request.versions
        if item in items
        for version in there.get(item, ())
        if version.number == number
    ]


def _way_of(vault: Vault, request: ReleaseRequest) -> Way:
    """The way out that a request is for, to those recipients who are there still."""
    found = (by_fingerprint(vault.catalog, one) for one in request.recipients)
    people = tuple(one for one in found if one is not None and not one.removed)
    return Way("", request.channel, "", people, request.expires, request.purpose, request.override, request.basis)
