"""Checking the timestamps that a vault keeps, with what it kept for that, or by somebody else's trust."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ipvault.catalog.items import versions
from ipvault.catalog.timestamps import Stamp, Timestamp
from ipvault.crypto.certificates import Certificate, RevocationList, is_root, read_certificates, read_revocation_list
from ipvault.errors import VaultError
from ipvault.evidence.timestamp_token import Token, Trust, Untrusted
from ipvault.evidence.timestamps import Evidence, imported
from ipvault.journal.checkpoint import TreeHead
from ipvault.text import _
from ipvault.vault.vault import Vault


class Checked(NamedTuple):
    """A timestamp, and what is wrong with it; an empty text where nothing is.

    `lists` is against how many revocation lists it was checked: those kept with it, and those that were brought.
    """

    timestamp: Timestamp
    problem: str
    lists: int = 0


def check_timestamps(
    vault: Vault,
    wanted: Iterable[Timestamp],
    trust: Trust | None,
    root: Callable[[int], bytes],
    revocations: Sequence[RevocationList] = (),
) -> Iterator[Checked]:
    """Check those of `wanted` that came back: token, authority and time, and that it is of what it is said to be of.

    Without `trust` the authorities count that somebody trusted when importing; `root` gives that of the journal's tree
    of a size. Of `revocations`, which may be later than the timestamps, those count that are of an authority of each.
    """
    kept = imported(vault)
    for one in wanted:
        if one.stamp is not None:
            try:
                token, chain = _verified(vault, one, one.stamp, kept, trust, root)
                lists = token.check_against(chain, revocations)
            except Untrusted as error:
                yield Checked(one, str(error))
            else:
                yield Checked(one, "", len(kept[one.stamp.seq].revocations) + len(lists))


def problem_of(
    vault: Vault,
    one: Timestamp,
    stamp: Stamp,
    kept: dict[int, Evidence],
    trust: Trust | None,
    root: Callable[[int], bytes],
) -> str:
    """What is wrong with one timestamp, of which `kept` has what the record `stamp` keeps; see `check_timestamps`."""
    try:
        _verified(vault, one, stamp, kept, trust, root)
    except Untrusted as error:
        return str(error)
    return ""


def _verified(
    vault: Vault,
    one: Timestamp,
    stamp: Stamp,
    kept: dict[int, Evidence],
    trust: Trust | None,
    root: Callable[[int], bytes],
) -> tuple[Token, list[Certificate]]:
    """The token of a timestamp, and the chain that vouches for its signer. Raises `Untrusted`, which says why not."""
    if stamp.seq not in kept:
        raise Untrusted(_("you have no key to the record that keeps it"))
    try:
        token = Token(kept[stamp.seq].token, one.id)
        chain = token.check(_trust(kept[stamp.seq], trust))
        imprints = set(_imprints(vault, one, kept, root))
    except VaultError as error:
        raise Untrusted(str(error)) from None
    except ValueError:
        raise Untrusted(_("the certificates that were kept with it are damaged")) from None
    if (token.nonce, token.algorithm, token.imprint.hex()) != (int(one.nonce, 16), one.algorithm, one.imprint):
        raise Untrusted(_("it does not answer the request that it stands beside"))
    if one.imprint not in imprints:
        raise Untrusted(_("it is of something else than the journal says"))
    roots = [hashlib.sha256(der).hexdigest() for der in kept[stamp.seq].certificates[-1:]]
    if stamp.ca not in roots or token.said_by(chain[0])._asdict().items() - stamp._asdict().items():
        raise Untrusted(_("the record says something else than the timestamp that it keeps"))
    return token, chain


def _trust(evidence: Evidence, trust: Trust | None) -> Trust:
    """What was kept, with the roots of `trust` in place of those kept if there is one."""
    certificates = [one for der in evidence.certificates for one in read_certificates(der)]
    if trust is not None:
        certificates = [*trust.certificates, *(one for one in certificates if not is_root(one))]
    return Trust(tuple(certificates), tuple(map(read_revocation_list, evidence.revocations)))


def _imprints(vault: Vault, one: Timestamp, kept: dict[int, Evidence], root: Callable[[int], bytes]) -> Iterator[str]:
    """The hashes, in hexadecimal, that a token for what this one is said to be of can have."""
    match one.target:
        case "item":
            yield from (found.sha256 for found in versions(vault.catalog, one.item) if found.number == one.version)
        case "head" if one.size:
            head = TreeHead(one.origin, one.size, root(one.size))
            if head.vault == vault.id:
                yield hashlib.sha256(head.text.encode()).hexdigest()
        case "timestamp":
            earlier = vault.catalog.view.execute("SELECT seq FROM timestamp WHERE id = ?", (one.renews,)).fetchone()
            if earlier is not None and earlier[0] in kept:
                yield hashlib.sha512(kept[earlier[0]].token).hexdigest()
