"""Work on all cores: what processes do comes out as if it had been done here."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from ipvault.errors import Damaged, MemoryExhausted
from ipvault.vault.processes import MANY, meanwhile, spread
from ipvault.vault.progress import Progress


def square(number: int, told: Progress) -> tuple[int, int]:
    told(number)
    return number**2, os.getpid()


@pytest.mark.parametrize("count", [0, 1, MANY - 1, MANY, MANY + 1, 3 * MANY])
def test_every_result_is_in_its_place(count: int) -> None:
    """However many there are, and progress adds up to all that was done."""
    done: list[int] = []
    with spread(square, count, done.append) as results:
        found = list(results)
    assert [result for result, _process in found] == [number**2 for number in range(count)]
    assert sum(done) == sum(range(count))


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is one core")
def test_many_are_done_by_others() -> None:
    """Few are not worth a process."""
    with spread(square, MANY) as results:
        assert {os.getpid()}.isdisjoint(process for _result, process in results)
    with spread(square, MANY - 1) as results:
        assert {process for _result, process in results} == {os.getpid()}


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is one core")
def test_results_come_while_the_work_goes_on(tmp_path: Path) -> None:
    """So that something can be done with them meanwhile."""
    first_taken = tmp_path / "taken"

    def work(number: int, told: Progress) -> int:
        if number == 2:
            while not first_taken.exists():
                told(0)
        return number

    with spread(work, 4, processes=2) as results:
        assert next(results) == 0
        first_taken.touch()
        assert list(results) == [1, 2, 3]


@pytest.mark.parametrize("count", [1, 2])
def test_an_error_comes_as_it_was_raised(count: int) -> None:
    """With its fields, be it raised here or in another process."""

    def fail(_number: int, _told: Progress) -> None:
        raise Damaged(place="objects/00", reason="it is")

    with spread(fail, count, processes=count) as results, pytest.raises(Damaged) as caught:
        list(results)
    assert caught.value.fields == {"place": "objects/00", "reason": "it is"}


def test_a_process_that_was_killed() -> None:
    """The system kills what takes too much memory: that is said."""

    def die(_number: int, _told: Progress) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with spread(die, 2, processes=2) as results, pytest.raises(MemoryExhausted):
        list(results)


def test_a_defect_in_a_process(capfd: pytest.CaptureFixture[str]) -> None:
    """It is not taken for anything else, and its traceback is shown."""

    def fail(_number: int, _told: Progress) -> None:
        raise ZeroDivisionError

    with spread(fail, 2, processes=2) as results, pytest.raises(RuntimeError):
        list(results)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_none_outlives_the_block(tmp_path: Path) -> None:
    """Work whose results nobody waits for is ended."""

    def wait(number: int, _told: Progress) -> None:
        (tmp_path / str(number)).write_text(str(os.getpid()))
        signal.pause()

    with spread(wait, 2, processes=2):
        while len(started := [path.read_text() for path in tmp_path.iterdir()]) < 2 or "" in started:
            pass
    for process in map(int, started):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


@pytest.mark.parametrize("pays", [True, False])
def test_meanwhile(pays: bool) -> None:
    """What is called is over when the block is, and its error comes out."""
    done: list[str] = []

    def work() -> None:
        time.sleep(0.05)
        done.append("work")

    with meanwhile(work, pays=pays):
        done.append("block")
    assert sorted(done) == ["block", "work"]

    def fail() -> None:
        raise Damaged(place="objects/00", reason="it is")

    with pytest.raises(Damaged), meanwhile(fail, pays=pays):
        pass


def test_meanwhile_the_block_fails() -> None:
    """Its error is the one that counts, but not before the call is over."""
    done: list[str] = []

    def work() -> None:
        time.sleep(0.05)
        done.append("work")
        raise Damaged(place="objects/00", reason="it is")

    with pytest.raises(ZeroDivisionError), meanwhile(work, pays=True):
        raise ZeroDivisionError
    assert done == ["work"]


def test_an_interruption_waits_for_what_is_done_meanwhile() -> None:
    """It comes when nothing is going on any more that would have to be cleaned up."""
    over, ident = False, threading.get_ident()

    def work() -> None:
        nonlocal over
        signal.pthread_kill(ident, signal.SIGINT)
        time.sleep(0.05)
        over = True

    with pytest.raises(KeyboardInterrupt), meanwhile(work, pays=True):
        pass
    assert over
