"""P18, P19: killed, or failed by the disk, at every single system call by which a command changes anything.

A command runs once to list its calls, and then again and again, each time with a fault at another of them: a kill
and an error at a twentieth of them, or with `--exhaustive` each kind of fault at all. Afterwards the vault holds what
it held before, or what it holds when the command has run; never anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from tests.reliability.trials import DEEDS, WRITE, Deed, Trials
from tests.support.faulty_calls import KILL, Call
from tests.support.thoroughness import some

Choose = Callable[[Sequence[Call]], Sequence[Call]]

pytestmark = pytest.mark.no_cover

FAULTS = {"kill": KILL, "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}
OTHER_FAULTS = [("update", "EDQUOT"), ("update", "EROFS"), ("unlock", "EROFS")]
INTERRUPTED = ("write", "fsync", "ftruncate", "openat")
"""The calls that a signal can interrupt (signal(7)), of those that commands make."""


def _commit(trials: Trials, deed: Deed) -> Call:
    """The write of the journal in a run of a deed."""
    calls = trials.changes(deed, FAULTS["EIO"])
    (call,) = (call for call in calls if call.name == "write" and "journal/log" in call.shown)
    return call


def check_all(trials: Trials, name: str, fault: str, choose: Choose) -> None:
    """Fail with all that goes wrong when each call of a deed, in turn, meets a fault."""
    deed = DEEDS[name]
    calls = trials.changes(deed, fault)
    assert len(calls) >= 10
    old, new = trials.outlooks(deed)
    assert old != new
    wrong = []
    for call in choose(calls):
        place, run = trials.disturb(deed, fault, call)
        if problem := trials.problem(place, run, deed, old, new):
            wrong.append(f"{call}\n    {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("name", DEEDS)
def test_every_call_can_fail(pytestconfig: pytest.Config, trials: Trials, name: str) -> None:
    """The old state or the new one: `verify` finds nothing, the next command works, and nothing is left lying about.

    A command that was not killed ends with 0 if the change has happened, else with 30; it never shows a traceback.
    The faults take turns, unless it is to be exhaustive.
    """
    turn = [*DEEDS].index(name)
    faults = [*FAULTS] if pytestconfig.getoption("exhaustive") else ["kill", ("EIO", "ENOSPC")[turn % 2]]
    for fault in faults:
        check_all(trials, name, FAULTS[fault], partial(some, pytestconfig, first=turn + [*FAULTS].index(fault)))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "error"), OTHER_FAULTS)
def test_every_call_can_be_refused(pytestconfig: pytest.Config, trials: Trials, name: str, error: str) -> None:
    """The same for a quota that is used up, and for a filesystem that turns read-only after an error."""
    check_all(trials, name, f"error={error}", partial(some, pytestconfig))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["add", "unlock"])
def test_every_call_can_be_interrupted(pytestconfig: pytest.Config, trials: Trials, name: str) -> None:
    """A call that a signal interrupts is made again: nobody notices."""
    deed, fault = DEEDS[name], "error=EINTR"
    _old, new = trials.outlooks(deed)
    calls = [call for call in trials.changes(deed, fault) if call.name in INTERRUPTED]
    assert calls
    for call in some(pytestconfig, calls):
        place, run = trials.disturb(deed, fault, call)
        assert run.outcome.exit == 0, (call, run.outcome)
        assert trials.see(place, deed) == new, call


def test_what_is_enumerated(trials: Trials) -> None:
    """The calls are those that design.md's order of a change needs, and all faults meet the same."""
    killed: list[tuple[str, int]] = []
    failed: list[tuple[str, int]] = [("none", 0)]
    for _attempt in range(5):  # a folder that exists by chance, as it is called by chance, spares a call
        lists = [trials.changes(DEEDS["add many"], fault) for fault in FAULTS.values()]
        killed, failed, _full = ([(call.name, call.number) for call in calls] for calls in lists)
        failed = [call for call in failed if "open" not in call[0]]
        if failed == killed:
            break
    assert failed == killed
    names = {name for name, _number in killed}
    assert names >= {"write", "fsync"}
    for kind in ("link", "rename", "unlink", "mkdir"):
        assert any(name.startswith(kind) for name in names), kind


def test_a_fault_that_no_run_meets_is_noticed(trials: Trials) -> None:
    """A trial without its fault would prove nothing."""
    for fault in FAULTS.values():
        with pytest.raises(AssertionError, match="no run came to"):
            trials.disturb(DEEDS["label"], fault, Call("fsync", 30, "the thirtieth"))


def test_a_fault_reaches_the_user(trials: Trials) -> None:
    """The error is the one that the call was made to fail with."""
    _place, run = trials.disturb(DEEDS["label"], FAULTS["EIO"], _commit(trials, DEEDS["label"]))
    assert run.outcome.exit == 30
    assert "Input/output error" in run.outcome.stderr


def test_what_is_wrong_is_noticed(trials: Trials) -> None:
    """A trial finds a third state, lost content, a lie about the outcome, and what is left lying about."""
    deed = DEEDS["label"]
    old, new = trials.outlooks(deed)
    place, run = trials.disturb(deed, FAULTS["EIO"], _commit(trials, DEEDS["label"]))
    assert trials.problem(place, run, deed, old, new) is None

    place, run = trials.disturb(deed, FAULTS["EIO"], _commit(trials, DEEDS["label"]))
    trials.succeed(place, ("label", "first.txt", "--label", "public"))
    assert "a third state" in str(trials.problem(place, run, deed, old, new))

    place, run = trials.disturb(deed, FAULTS["EIO"], _commit(trials, DEEDS["label"]))
    trials.succeed(place, deed.command)
    assert "but it was done" in str(trials.problem(place, run, deed, old, new))

    place, run = trials.disturb(deed, FAULTS["EIO"], _commit(trials, DEEDS["label"]))
    for stored in (place.root / "vault" / "objects").glob("*/*"):
        stored.unlink()
    assert "is missing" in str(trials.problem(place, run, deed, old, new))

    place, run = trials.disturb(deed, FAULTS["EIO"], _commit(trials, DEEDS["label"]))
    (place.root / "vault" / "objects" / "stranger").touch()
    assert "stranger" in str(trials.problem(place, run, deed, old, new))

    place, run = trials.disturb(deed, FAULTS["EIO"], _commit(trials, DEEDS["label"]))
    trials.succeed(place, WRITE)
    assert trials.problem(place, run, deed, old, new)


@pytest.mark.parametrize(("kept", "problem"), [(None, "does not know"), (-1, "damaged"), (0, "damaged")])
def test_a_package_that_should_not_be_there_is_noticed(trials: Trials, kept: int | None, problem: str) -> None:
    """A trial finds a package without a record of what is in it, and half of one."""
    deed = DEEDS["share"]
    old, new = trials.outlooks(deed)
    place, run = trials.disturb(deed, FAULTS["EIO"], _commit(trials, deed))
    (place.root / deed.makes).write_bytes((place.root / "package").read_bytes()[:kept])
    assert problem in str(trials.problem(place, run, deed, old, new))
