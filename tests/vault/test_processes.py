"""Work on all cores: what processes do comes out as if it had been done here."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from ipvault.errors import Damaged, MemoryExhausted
from ipvault.vault.processes import MANY, side_by_side, spread
from ipvault.vault.progress import Progress, unobserved


def square(number: int, told: Progress) -> tuple[int, int]:
    told(number)
    return number**2, os.getpid()


@pytest.mark.parametrize("count", [0, 1, MANY - 1, MANY, MANY + 1, 3 * MANY])
def test_every_result_is_in_its_place(count: int) -> None:
    """However many there are, and progress adds up to all that was done."""
    done: list[int] = []
    with spread(square, count, done.append) as results:
        found = results()
    assert [result for result, _process in found] == [number**2 for number in range(count)]
    assert sum(done) == sum(range(count))


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is one core")
def test_many_are_done_by_others() -> None:
    """Few are not worth a process."""
    with spread(square, MANY) as results:
        assert {os.getpid()}.isdisjoint(process for _result, process in results())
    with spread(square, MANY - 1) as results:
        assert {process for _result, process in results()} == {os.getpid()}


@pytest.mark.parametrize("count", [1, 2])
def test_an_error_comes_as_it_was_raised(count: int) -> None:
    """With its fields, be it raised here or in another process."""

    def fail(_number: int, _told: Progress) -> None:
        raise Damaged(place="objects/00", reason="it is")

    with side_by_side(fail, count, unobserved) as results, pytest.raises(Damaged) as caught:
        results()
    assert caught.value.fields == {"place": "objects/00", "reason": "it is"}


def test_a_process_that_was_killed() -> None:
    """The system kills what takes too much memory: that is said."""

    def die(_number: int, _told: Progress) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with side_by_side(die, 2, unobserved) as results, pytest.raises(MemoryExhausted):
        results()


def test_a_defect_in_a_process(capfd: pytest.CaptureFixture[str]) -> None:
    """It is not taken for anything else, and its traceback is shown."""

    def fail(_number: int, _told: Progress) -> None:
        raise ZeroDivisionError

    with side_by_side(fail, 2, unobserved) as results, pytest.raises(RuntimeError):
        results()
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_none_outlives_the_block(tmp_path: Path) -> None:
    """Work whose results nobody waits for is ended."""

    def wait(number: int, _told: Progress) -> None:
        (tmp_path / str(number)).write_text(str(os.getpid()))
        signal.pause()

    with side_by_side(wait, 2, unobserved):
        while len(started := [path.read_text() for path in tmp_path.iterdir()]) < 2 or "" in started:
            pass
    for process in map(int, started):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
