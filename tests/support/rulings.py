"""Records of decisions, requests and answers, as a member with a changed program could write them."""

from __future__ import annotations

from ipvault.records.decisions import ReleaseDecided, ReleaseRequested
from ipvault.records.vocabulary import PACKAGE

DECISION, REQUEST, DIGEST = "d" * 32, "e" * 32, "9" * 64


def decided(channel: str = PACKAGE, outcome: str = "allowed", decision: str = DECISION) -> ReleaseDecided:
    """That something may leave."""
    return ReleaseDecided(
        decision=decision,
        policy=0,
        channel=channel,
        outcome=outcome,
        request=DIGEST,
        reason="",
        checks=("egress",),
        outcomes=("passed",),
        subjects=("",),
        reasons=("",),
    )


def requested(item: str = "c" * 32, digest: str = DIGEST) -> ReleaseRequested:
    """That others are asked to approve that version 1 of an item goes to nobody in particular."""
    return ReleaseRequested(
        request=REQUEST,
        digest=digest,
        channel=PACKAGE,
        recipients=(),
        items=(item,),
        versions=(1,),
        expires="",
        purpose="",
        override="",
        basis="",
        reason="",
    )
