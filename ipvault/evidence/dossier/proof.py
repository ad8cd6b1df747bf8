"""The bundle that proves what a dossier says, and holds the hashes of the files that say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from ipvault.evidence.bundle.make import Bundle, OpenTree, make_bundle
from ipvault.evidence.dossier import HASHES
from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.dossier import Dossier
from ipvault.keys.card import Card


def prove(
    account: Account,
    dossier: Dossier,
    files: Mapping[str, bytes],
    open_tree: OpenTree,
    put: Callable[[str, bytes], None],
    *,
    trusted: Sequence[Card],
    destination: str,
) -> Bundle:
    """Make the bundle of a dossier, which its maker signs with the hashes of the dossier's `files`, by their names.

    It has the records that are cited, those that are withheld, without their content, and the one that the dossier was
    made. What witnesses signed is in it as far as they are among the `trusted`. Raises what `make_bundle` raises.
    """
    withheld = (seq for seqs in account.withheld.values() for seq in seqs)
    hashes = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    return make_bundle(
        account.vault,
        [*dossier.records, *withheld, dossier.record],
        account.disclosure,
        open_tree,
        put,
        trusted=trusted,
        destination=destination,
        reason=dossier.reason,
        more={HASHES: hashes.encode()},
    )
