"""P18 for what works on copies: killed at a system call, a repair or a backup is done by running it once more."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from tests.reliability.places import Place
from tests.reliability.trials import CHECK, WRITE, Deed, Trials
from tests.support.faulty_calls import KILL, Call

pytestmark = [pytest.mark.no_cover, pytest.mark.slow]

CREATE = ("backup", "create", "copy")
REPAIR = ("repair", "--from", "copy")
_TRIALS = 8


def _some(calls: Sequence[Call]) -> Sequence[Call]:
    """A handful of calls, from the first to the last."""
    return [calls[number * (len(calls) - 1) // (_TRIALS - 1)] for number in range(_TRIALS)]


def _damage(place: Place) -> None:
    """Lose an object, and half of the journal."""
    next((place.root / "vault" / "objects").glob("*/*")).unlink()
    lines = place.journal.read_bytes().splitlines(keepends=True)
    place.journal.write_bytes(b"".join(lines[: len(lines) // 2]))


def _check(trials: Trials, place: Place, *again: tuple[str, ...]) -> None:
    """An hour later it works, nothing is damaged, and the next change leaves nothing lying about."""
    place.grow_old()
    for folder in ("vault", "copy"):
        for left in (place.root / folder / "tmp").glob("draft.*"):
            os.utime(left, (0, 0))
    trials.succeed(place, *again, CHECK, WRITE)
    assert place.leftovers() == []


def test_a_backup_that_was_killed_is_made_again(trials: Trials) -> None:
    """The first one, and one over an older one: afterwards it is whole, or was before."""
    for begin in ((), (CREATE, ("add", "second.txt"))):
        calls = _changes(trials, CREATE, begin)
        for call in _some(calls):
            place = _begun(trials, begin)
            trials.run(place, CREATE, fault=KILL, at=call)
            if begin:
                trials.succeed(place, ("backup", "verify", "copy"))
            _check(trials, place, CREATE, ("backup", "verify", "copy"))
            assert not any((place.root / "copy" / "tmp").iterdir())


def test_a_repair_that_was_killed_is_made_again(trials: Trials) -> None:
    """Each file is damaged or healed, the journal as well, and the next run heals what is left."""
    calls = _changes(trials, REPAIR, (CREATE,), damaged=True)
    for call in _some(calls):
        place = _begun(trials, (CREATE,), damaged=True)
        trials.run(place, REPAIR, fault=KILL, at=call)
        _check(trials, place, REPAIR)


def _begun(trials: Trials, begin: Sequence[tuple[str, ...]], *, damaged: bool = False) -> Place:
    place = trials.begin(Deed(CREATE))
    if begin:
        trials.succeed(place, *begin)
    if damaged:
        _damage(place)
    return place


def _changes(
    trials: Trials, command: tuple[str, ...], begin: Sequence[tuple[str, ...]], *, damaged: bool = False
) -> list[Call]:
    """The calls by which a command changes something."""
    place = _begun(trials, begin, damaged=damaged)
    run = trials.run(place, command, fault=KILL)
    assert run.outcome.exit == 0, run.outcome
    calls = [call for call in run.changes(place.root) if "open" not in call.name]
    assert len(calls) >= _TRIALS
    return calls
