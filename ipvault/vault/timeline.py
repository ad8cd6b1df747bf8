"""What had been recorded by a day. The order of records is certain; their times are what the signers' clocks said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ipvault.text import _
from ipvault.vault.clock import timestamp
from ipvault.vault.vault import Vault

_EVENTS: Final = """
SELECT from_seq, from_time FROM tenure
UNION SELECT until_seq, until_time FROM tenure WHERE until_seq NOT NULL
UNION SELECT last_seq, time FROM keyed
UNION SELECT from_seq, from_time FROM version
UNION SELECT from_seq, from_time FROM past_presence
UNION SELECT until_seq, until_time FROM past_presence WHERE until_seq NOT NULL
UNION SELECT until_seq, until_time FROM past_key
UNION SELECT seq, shared FROM package
ORDER BY 1
"""
"""Whatever begins or ends that somebody can read something."""


def last_record_by(vault: Vault, day: str, records: Iterable[tuple[int, str]] | None = None) -> int:
    """The last of these records (numbers and times, ascending) that had been made by then (RFC 3339); -1 for none.

    Without any given, of those that say who can read what.

    A record is never older than one before it, whatever its signer's clock said, and a time that is yet to come tells
    nothing: then it counts as made when the one before it was. Where a time is not to be believed, the user is warned.
    """
    now, doubtful = timestamp(vault.machine.now()), None
    last, latest = -1, ""
    for seq, time in vault.catalog.view.execute(_EVENTS) if records is None else records:
        if doubtful is None and not latest <= time <= now:
            doubtful = seq
        if time <= now:
            latest = max(latest, time)
        if latest <= day:
            last = seq
    if doubtful is not None:
        text = _(
            "the time of record {seq} is earlier than that of a record before it, or is yet to come: a signer's clock "
            "was wrong or was set, so what was so on a day may be told too early or too late; what is so now is certain"
        )
        vault.machine.warn(text.format(seq=doubtful))
    return last
