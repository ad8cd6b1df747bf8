"""Heads of the journal that an authority has dated, as anchors keep them."""

from __future__ import annotations

import hashlib
from base64 import b64decode

from ipvault.catalog.anchors import Anchor
from ipvault.errors import VaultError
from ipvault.evidence.forks import is_continued
from ipvault.evidence.journal_tree import JournalTree
from ipvault.evidence.timestamp_token import Token, Trust
from ipvault.journal.checkpoint import TreeHead
from ipvault.vault.clock import timestamp


class NotThisHead(Exception):
    """The token of an anchor is none, or says something else than the anchor, or the anchor is not of this journal."""


def check_dated(anchor: Anchor, tree: JournalTree, trust: Trust) -> str:
    """See that somebody trusted, whose name comes back, signed that an anchor's head, one of `tree`, existed then.

    Raises `NotThisHead`, or `Untrusted` where the token is what it should be but for the trust.
    """
    origin, _line, kept = anchor.evidence.partition("\n")
    head = TreeHead(origin, anchor.size, bytes.fromhex(anchor.root))
    try:
        token = Token(b64decode(kept), "")
    except (VaultError, ValueError):
        raise NotThisHead from None
    imprint = hashlib.sha256(head.text.encode()).digest()
    is_this = (token.algorithm, token.imprint, timestamp(token.time.timestamp())) == ("sha256", imprint, anchor.time)
    if not is_this or head.vault != tree.vault or not head.size or not is_continued(tree, head):
        raise NotThisHead
    return token.said_by(token.check(trust)[0]).authority
