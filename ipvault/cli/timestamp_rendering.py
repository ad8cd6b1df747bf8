"""How timestamps look, for people and in JSON, and reading the certificates that somebody trusts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.timestamps import Stamp, Timestamp
from ipvault.cli.files import read_small
from ipvault.errors import NotATimestamp
from ipvault.text import _

if TYPE_CHECKING:
    from ipvault.crypto.certificates import RevocationList
    from ipvault.evidence.timestamp_token import Trust

T = TypeVar("T")

_MAX_CERTIFICATES: Final = 1024 * 1024
"""Bytes of a file with certificates: as many as a system has that trusts all the world."""

_MAX_REVOCATIONS: Final = 768 * 1024
"""Bytes of a revocation list, which has to fit into a record."""


def read_trust(certificates: str, revocations: Sequence[str] = ()) -> Trust:
    """Whom these files tell to trust. Raises `NotATimestamp`, `SourceNotFound`, `StorageFailed`."""
    from ipvault.crypto.certificates import read_certificates
    from ipvault.evidence.timestamp_token import Trust

    trusted = _parsed(certificates, _MAX_CERTIFICATES, read_certificates, _("there is no certificate in it"))
    return Trust(tuple(trusted), read_revocations(revocations))


def read_revocations(files: Sequence[str]) -> tuple[RevocationList, ...]:
    """The revocation lists in these files. Raises `NotATimestamp`, `SourceNotFound`, `StorageFailed`."""
    from ipvault.crypto.certificates import read_revocation_list

    objection = _("it is not a revocation list")
    return tuple(_parsed(one, _MAX_REVOCATIONS, read_revocation_list, objection) for one in files)


def _parsed(path: str, limit: int, parse: Callable[[bytes], T], objection: str) -> T:
    data = read_small(path, limit)
    try:
        return parse(data if len(data) <= limit else b"")
    except ValueError:
        raise NotATimestamp(place=path, reason=objection) from None


def stamped_thing(timestamp: Timestamp, names: Mapping[str, str]) -> str:
    """What a timestamp is of, in a few words; `names` tells what items are called now."""
    match timestamp.target:
        case "item":
            return f"{names.get(timestamp.item, timestamp.item[:SHORT_ID])}@{timestamp.version}"
        case "head":
            return _("the journal up to record {last}").format(last=timestamp.size - 1)
    return _("the timestamp {id}").format(id=timestamp.renews[:SHORT_ID])


def timestamp_json(timestamp: Timestamp, names: Mapping[str, str], renewed: Mapping[str, str]) -> dict[str, Any]:
    """A timestamp for programs: what came back is null where nothing has; `renewed` tells the times of renewals."""
    stamp: dict[str, Any] = dict.fromkeys(Stamp._fields)
    if timestamp.stamp is not None:
        stamp = timestamp.stamp._asdict()
    request = timestamp._asdict()
    del request["stamp"]
    return {**request, "name": names.get(timestamp.item, ""), **stamp, "renewed": renewed.get(timestamp.id)}
