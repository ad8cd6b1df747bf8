"""Taking in what an authority answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from ipvault.catalog.standing import why_disregarded
from ipvault.catalog.timestamps import Timestamp, timestamps
from ipvault.crypto.certificates import fingerprint, to_der
from ipvault.errors import ClocksDisagree, Conflict, Denied, TimestampRefused
from ipvault.evidence.timestamp_exchange import token_in
from ipvault.evidence.timestamp_token import Token, Trust, Untrusted
from ipvault.journal.head import Head
from ipvault.keys.canonical_base64 import to_base64
from ipvault.records.timestamps import TimestampImported
from ipvault.text import _
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

TOLERANCE: Final = timedelta(minutes=5)
"""By how much the clocks of this computer and of the authority may disagree."""

_LEAST_ACCURACY: Final = timedelta(days=1)
_MILLISECOND: Final = timedelta(milliseconds=1)


class Imported(NamedTuple):
    """What came back for a request, and where it was recorded."""

    requested: Timestamp
    record: TimestampImported
    head: Head


def import_timestamp(vault: Vault, answer: bytes, place: str, trust: Trust) -> Imported:
    """Record what an authority answered, at most MAX_ANSWER + 1 bytes of it, if somebody trusted has signed it.

    Raises `NotATimestamp` for what is no answer, `RequestRejected`, `TimestampRefused`, `ClocksDisagree`, `Conflict`
    for an answer that is there already, and `Denied` for one that is for others to record.
    """
    token = Token(token_in(answer, place), place)
    with transaction(vault) as change:
        requested = _request_of(vault, token)
        _check_time(token, requested, vault.machine.now())
        try:
            chain = token.check(trust)
        except Untrusted as untrusted:
            raise TimestampRefused(reason=str(untrusted)) from None
        signer, vouching = chain[0], chain[1:] or chain
        record = TimestampImported(
            timestamp=requested.id,
            token=to_base64(token.der),
            certificates=tuple(to_base64(to_der(one)) for one in vouching),
            revocations=tuple(to_base64(to_der(one)) for one in trust.revocations),
            **token.said_by(signer)._asdict(),
            ca=fingerprint(vouching[-1]),
        )
        if objection := why_disregarded(vault.catalog, record, requested.room, vault.member):
            raise Denied(reason=objection)
        change.record(record, requested.room)
        return Imported(requested, record, change.commit())


def _request_of(vault: Vault, token: Token) -> Timestamp:
    """The request that a token answers: one's own first, since others can copy it.

    Raises `TimestampRefused` or `Conflict`.
    """
    named = [one for one in timestamps(vault.catalog) if int(one.nonce, 16) == token.nonce]
    if not named:
        raise TimestampRefused(reason=_("it answers no request that was made here"))
    stamped = (token.algorithm, token.imprint.hex())
    meant = [one for one in named if (one.algorithm, one.imprint) == stamped]
    if not meant:
        raise TimestampRefused(reason=_("it stamps another hash than the one that was handed out"))
    unanswered = [one for one in meant if one.stamp is None]
    if not unanswered:
        raise Conflict(problem=_("the answer to this request is in the journal already"))
    return min(unanswered, key=lambda one: one.requester != vault.member)


def _check_time(token: Token, requested: Timestamp, now: float) -> None:
    """See that the authority's clock and this computer's agree. Raises `ClocksDisagree` or `TimestampRefused`."""
    if token.accuracy > _LEAST_ACCURACY / _MILLISECOND:
        raise TimestampRefused(reason=_("by its own words its time can be wrong by more than a day"))
    margin = TOLERANCE + token.accuracy * _MILLISECOND
    stamped = f"{token.time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if token.time > datetime.fromtimestamp(now, UTC) + margin:
        raise ClocksDisagree(stamped=stamped, objection=_("which is still to come by the clock of this computer"))
    if token.time < datetime.fromisoformat(requested.requested) - margin:
        raise ClocksDisagree(stamped=stamped, objection=_("which is before it was requested"))
