"""`ipvault status`: what is in the vault, and whether all is well."""

from __future__ import annotations

from ipvault.catalog.address import rooms
from ipvault.catalog.statistics import AcceptedRollback, incarnation, logins, rollbacks, totals
from ipvault.cli.invocation import current
from ipvault.cli.opening import find_closed, member_name, open_unlocked, rooms_left, unlock_closed, warn_of_closed_rooms
from ipvault.cli.rendering import human_size, human_time, keeping_place
from ipvault.keys.sessions import Session
from ipvault.oversight.due import (
    AGREEMENTS,
    APPROVALS,
    HOLDS,
    INCIDENTS,
    KEYS,
    PACKAGES,
    PRIVACY,
    RECEIPTS,
    REGISTER,
    REQUESTS,
    RETENTION,
    REVIEWS,
    TRAININGS,
    Duty,
    duties,
)
from ipvault.records.vocabulary import ROOT
from ipvault.text import _, ngettext, program
from ipvault.vault.clock import timestamp
from ipvault.vault.transaction import journal_attempts
from ipvault.vault.unread import check_unread


def status() -> None:
    """Counts, the last record, failed unlock attempts, when the session ends, and what this computer has seen.

    Every record is read again, and compared with what it was when it was read before: the exit code is 21 if one was
    altered. `verify` checks the files as well.
    """
    output = current().output
    closed = find_closed()
    session = closed.session()
    pin_before = closed.machine.pins.read()
    vault = open_unlocked(closed, unlock_closed(closed))
    check_unread(vault)
    journal_attempts(vault)
    warn_of_closed_rooms(vault)
    counts = totals(vault.catalog)
    login = logins(vault.catalog).get(vault.member)
    failed = login.failed_before + login.failed_since if login else 0
    head = vault.catalog.head
    accepted = [(rollback, member_name(vault, rollback.member)) for rollback in rollbacks(vault.catalog)]
    left = sorted(rooms_left(vault).values())
    waiting = duties(vault.catalog, closed.machine.now())
    names = [room.name for room in rooms(vault.catalog) if room.name not in (ROOT, *left)]
    data = {
        "vault": vault.id,
        "path": str(closed.path.absolute()),
        "member": vault.member,
        "member_name": member_name(vault, vault.member),
        "rooms": names,
        "former_rooms": left,
        "items": counts.items,
        "removed_items": counts.removed,
        "versions": counts.versions,
        "bytes": counts.size,
        "labels": counts.labels,
        "last_record": {"seq": head.seq, "hash": head.hash, "time": vault.catalog.time},
        "failed_unlocks": failed,
        "last_failed_unlock": login.last_failed if login else None,
        "session_until": timestamp(session.expires) if session else None,
        "session_store": session.store if session else None,
        "pinned_seq": pin_before.head.seq if pin_before else None,
        "incarnation": incarnation(vault.catalog),
        "accepted_rollbacks": [{**rollback._asdict(), "member_name": accepter} for rollback, accepter in accepted],
        "due": [duty._asdict() for duty in waiting],
    }
    output.result("status", data, journal=head)
    lines: list[tuple[str, object]] = [
        (_("Vault"), closed.path.absolute()),
        (_("You are"), f"{data['member_name']} ({vault.member[:16]})"),
        (_("Rooms"), ", ".join(names) or _("none")),
        *([(_("Not in any more"), ", ".join(left))] if left else []),
        (_("Items"), _items_line(counts.items, counts.removed, counts.versions, counts.size)),
        (_("Labels"), ", ".join(f"{count} {label}" for label, count in counts.labels.items()) or _("none")),
        (_("Last record"), f"{head.seq}, {human_time(vault.catalog.time)}"),
        (_("Journal"), _journal_line()),
        (_("Failed unlock attempts"), _failed_line(failed, login.last_failed if login else None)),
        (_("Session"), _session_line(session)),
        (_("This computer"), _pin_line(pin_before.head.seq if pin_before else None, vault.found.seq, bool(accepted))),
    ]
    lines += [(_("To do"), _duty_line(duty)) for duty in waiting]
    lines += [
        (_("Another copy") if rollback.is_longer else _("Rollback"), _rollback_line(rollback, accepter))
        for rollback, accepter in accepted
    ]
    output.fields(lines)


def _duty_line(duty: Duty) -> str:
    texts = {
        KEYS: _("rooms whose key somebody knows who is not in them any more: {count}"),
        AGREEMENTS: _("dates of agreements that are over or come within 30 days: {count}"),
        PACKAGES: _("packages that expire within 30 days: {count}"),
        REQUESTS: _("requests that nobody has answered: {count}"),
        RECEIPTS: _("packages of which no receipt came back in a week: {count}"),
        RETENTION: _("documents that were kept for long enough: {count}"),
        PRIVACY: _("requests of data subjects to answer within 30 days: {count}"),
        HOLDS: _("custodians who have not acknowledged a hold: {count}"),
        REGISTER: _("entries of the register to look at within 30 days: {count}"),
        APPROVALS: _("entries of the register whose scores nobody has approved: {count}"),
        TRAININGS: _("texts that people have yet to accept, within 30 days or without a date: {count}"),
        REVIEWS: _("reviews that are not closed: {count}"),
        INCIDENTS: _("incidents with something to be done: {count}"),
    }
    return f"{texts[duty.kind].format(count=duty.number)} (`{program()} {duty.command}`)"


def _items_line(items: int, removed: int, versions: int, size: int) -> str:
    listed = _("{items}, and {removed} removed").format(items=items, removed=removed) if removed else str(items)
    text = ngettext("{items}; {count} version, {size} in all", "{items}; {count} versions, {size} in all", versions)
    return text.format(items=listed, count=versions, size=human_size(size))


def _journal_line() -> str:
    text = _("every record is as it was written; the files are checked by `{ipvault} verify`")
    return text.format(ipvault=program())


def _failed_line(failed: int, last: str | None) -> str:
    if not failed or not last:
        return _("none since the vault was last opened with the passphrase")
    return _("{count}, the last at {time}").format(count=failed, time=human_time(last))


def _session_line(session: Session | None) -> str:
    if session is None:
        return _("none: each command asks for the passphrase")
    text = _("open until {time}, its key is kept in {place}")
    return text.format(time=human_time(timestamp(session.expires)), place=keeping_place(session.store))


def _pin_line(pinned: int | None, seq: int, was_rolled_back: bool) -> str:
    if pinned is not None and was_rolled_back:
        text = _("has seen the journal up to record {pinned}; it was rolled back, and that was accepted, see below")
        return text.format(pinned=pinned)
    if pinned is None:
        return _("sees this vault for the first time; it cannot tell whether something was rolled back before")
    if pinned == seq:
        return _("has seen all of the journal, and nothing of it was rolled back")
    text = _("had seen the journal up to record {pinned}, and nothing of it was rolled back; {seq} is new to it")
    return text.format(pinned=pinned, seq=seq)


def _rollback_line(rollback: AcceptedRollback, accepter: str) -> str:
    if rollback.is_longer:
        text = _(
            "up to record {found_seq} in place of the one up to record {pinned_seq}, accepted on {time} by {accepter} "
            "in record {seq}, with which incarnation {incarnation} of the journal began: {reason}"
        )
    else:
        text = _(
            "from record {pinned_seq} back to {found_seq}, accepted on {time} by {accepter} in record {seq}, with "
            "which incarnation {incarnation} of the journal began: {reason}"
        )
    return text.format(accepter=accepter, time=human_time(rollback.accepted), **rollback._asdict())
