"""P18, P19: the program is killed, or the disk fails, at every single system call by which a command changes anything.

Not sampled: each command runs once to list its calls, and then once for each of them and each fault. Afterwards the
vault holds what it held before the command, or what it holds after it, and never anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ipvault.errors import ExitCode
from tests.reliability.places import INIT, LOOK, OTHER_ROOM, UNLOCK, Place, what_it_holds
from tests.support.faulty_calls import KILL, Call, Run, WarmProgram


class Deed(NamedTuple):
    """A command, and those that a user whose command failed runs first: they must work whatever has happened."""

    command: tuple[str, ...]
    again: tuple[tuple[str, ...], ...] = ()


DEEDS = {
    "init": Deed(INIT, (INIT, UNLOCK)),
    "unlock": Deed(UNLOCK, (UNLOCK,)),
    "add": Deed(("add", "second.txt", "third.txt")),
    "add many": Deed(("add", "-r", "many")),
    "update": Deed(("update", "first.txt", "second.txt")),
    "label": Deed(("label", "first.txt", "--label", "secret", "--tag", "mine")),
    "move": Deed(("move", "first.txt", "other.txt")),
    "move to a room": Deed(("move", "first.txt", "--room", OTHER_ROOM)),
    "remove": Deed(("remove", "first.txt")),
    "erase": Deed(("erase", "first.txt", "--confirm", "first.txt")),
}
FAULTS = {"kill": KILL, "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}

CHECK = ("verify", "--content", "--json")
WRITE = ("add", "later.txt")


class Bench:
    """What all of these runs share: ipvault ready to run under each fault, and a place to begin with for each deed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs: dict[str | None, WarmProgram] = {}
        self._places: dict[str, Place] = {}

    def close(self) -> None:
        for program in self._programs.values():
            program.close()

    def program(self, fault: str | None = None) -> WarmProgram:
        if fault not in self._programs:
            folder = self._folder / f"program-{len(self._programs)}"
            folder.mkdir()
            self._programs[fault] = WarmProgram(folder, fault)
        return self._programs[fault]

    def begin(self, deed: str) -> Place:
        """A fresh copy of the place that a deed begins in."""
        if not self._places:
            self._make_places()
        place = self._places.get(deed, self._places["any"])
        import shutil
        shutil.rmtree(self._folder / "run", ignore_errors=True)
        return place.copy(self._folder / "run")

    def _make_places(self) -> None:
        empty = Place.new(self._folder / "empty")
        locked = empty.copy(self._folder / "locked")
        _succeed(locked.run(self.program(), INIT))
        locked.add_room()
        opened = locked.copy(self._folder / "open")
        _succeed(opened.run(self.program(), UNLOCK, ("add", "first.txt")))
        self._places = {"init": empty, "unlock": locked, "any": opened}

    def seen(self, place: Place, deed: Deed) -> str:
        """What a user finds, who does it `again` if need be, then checks, looks around, and goes on to work."""
        had_session = place.has_session()
        count = len(deed.again)
        run = place.run(self.program(), *deed.again, CHECK, *LOOK, WRITE, CHECK)
        again, (before, *_look, written, after) = run.outcomes[:count], run.outcomes[count:]
        assert before.exit == 0, f"verify: {before}"
        assert written.exit == 0, f"the next command: {written}"
        assert after.exit == 0, f"verify at the end: {after}"
        assert '"notes":[]' in after.stdout, f"something was left: {after}"
        assert not place.leftovers()
        holds = what_it_holds(Run(run.outcomes[count + 1 : count + 1 + len(LOOK)]))
        return f"{had_session} {[outcome.exit for outcome in again]} {holds}"


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    import shutil, tempfile
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    bench = Bench(folder)
    yield bench
    bench.close()
    shutil.rmtree(folder)


def _succeed(run: Run) -> None:
    assert [outcome.exit for outcome in run.outcomes] == [0] * len(run.outcomes), run.outcomes


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", DEEDS)
def test_every_fault_leaves_the_old_or_the_new(bench: Bench, name: str, fault: str) -> None:
    """..."""
    deed = DEEDS[name]
    place = bench.begin(name)
    run = place.run(bench.program(FAULTS[fault]), deed.command)
    _succeed(run)
    calls = list(run.changes(below=place.root))
    assert calls
    new = bench.seen(place, deed)
    place.delete()
    place = bench.begin(name)
    old = bench.seen(place, deed)
    place.delete()
    assert old != new
    wrong = []
    for call in calls:
        if fault == "kill" and "open" in call.name:
            continue
        for _attempt in range(3):
            place = bench.begin(name)
            run = place.run(bench.program(FAULTS[fault]), deed.command, at=call)
            if run.met_fault:
                break
            place.delete()
        assert run.met_fault
        if problem := _judge(run, lambda: bench.seen(place, deed), old, new):
            wrong.append(f"{call}: {problem}")
        place.delete()
    import os
    os.write(2, f"{name} {fault}: {len(calls)} calls\n".encode())
    assert not wrong, "\n" + "\n".join(wrong)


def _judge(run: Run, look: Callable[[], str], old: str, new: str) -> str | None:
    outcome = run.outcome
    try:
        seen = look()
    except AssertionError as error:
        return f"{outcome}\n   {error}"
    if seen not in (old, new):
        return f"{outcome}\n    a third state: {seen}"
    if outcome.exit == -9:
        return None
    expected = 0 if seen == new else ExitCode.STORAGE
    if outcome.exit != expected or "Traceback" in outcome.stderr:
        return f"{outcome}\n    and it is {'new' if seen == new else 'old'}"
    return None
