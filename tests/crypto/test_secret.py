"""The wrapper around key material."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ipvault.crypto.secret import Secret

CANARY = b"canary-7f3a"


@dataclass(frozen=True)
class Holder:
    """A record that has a secret in it."""

    key: Secret


def _failure_with_a_secret_near() -> BaseException:
    near_by = Secret(CANARY)
    try:
        near_by.reveal().index(b"something else")
    except ValueError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r}".format, "{:>40}".format, lambda s: repr([s])])
def test_a_secret_does_not_show_itself(show: Callable[[Secret], str]) -> None:
    """P40: however a secret is turned into text, its bytes are not in it."""
    try:
        shown = show(Secret(CANARY))
    except TypeError as error:
        shown = str(error)
    assert "canary" not in shown
    assert CANARY.hex() not in shown


def test_a_secret_inside_something_does_not_show_itself() -> None:
    """P40: neither a dataclass nor a traceback with local variables gives a secret away."""
    assert "canary" not in repr(Holder(Secret(CANARY)))
    captured = traceback.TracebackException.from_exception(_failure_with_a_secret_near(), capture_locals=True)
    text = "".join(captured.format())
    assert "near_by" in text
    assert "canary" not in text


@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, hash, bytes, vars, iter])
def test_a_secret_does_not_leave_by_accident(take: Callable[[Secret], object]) -> None:
    """P40: a secret cannot be pickled, copied, written as JSON, hashed or read like a sequence."""
    with pytest.raises(TypeError):
        take(Secret(CANARY))


def test_secrets_compare_by_value() -> None:
    """Equal bytes are equal secrets; other bytes, and anything that is not a secret, are not."""
    assert Secret(CANARY) == Secret(bytes(CANARY))
    assert Secret(CANARY) != Secret(CANARY[::-1])
    assert Secret(CANARY) != Secret(b"")
    assert Secret(CANARY) != CANARY
    assert (Secret(CANARY).reveal(), len(Secret(CANARY))) == (CANARY, len(CANARY))
