"""Reviews of access."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class NoSuchReview(VaultError):
    id = "no-such-review"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no review has an id that begins with {name}")
    hint = N_("`{ipvault} review list` shows what there is")


class NoSuchGrant(VaultError):
    id = "no-such-grant"
    exit_code = ExitCode.NOT_FOUND
    message = N_("nothing in a review has an id that begins with {name}")
    hint = N_("`{ipvault} review show ID` lists what is in a review")


class ReviewUnfinished(VaultError):
    id = "review-unfinished"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("the review cannot be closed yet: {problems}")
    hint = N_("`{ipvault} review show {review}` lists it, with what to do")
