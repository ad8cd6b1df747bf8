"""What recipients and senders sign, and journals keep: the messages under their signatures."""

from __future__ import annotations

from collections.abc import Iterable

from ipvault.crypto.pae import pae


def receipt_message(event: str, time: str, package: str, manifest_hash: str, fingerprint: str) -> bytes:
    """What a recipient signs: what he did with a package, and when."""
    return pae("receipt", event, time, package, manifest_hash, fingerprint)


def contents_message(manifest_hash: str, hashes: Iterable[bytes]) -> bytes:
    """What a sender signs last, so that no recipient can put other contents under his manifest."""
    return pae("package-contents", bytes.fromhex(manifest_hash), b"".join(hashes))
