"""Running commands whose system calls fail, and judging what is left."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from ipvault.errors import ExitCode
from tests.reliability.places import (
    BOB,
    CAROL,
    DORA,
    INIT,
    KEY,
    LOOK,
    OF_BOB,
    OTHER_ROOM,
    UNLOCK,
    Place,
    what_it_holds,
)
from tests.support.faulty_calls import KILL, Call, Run, WarmProgram

CHECK = ("verify", "--content", "--json")
WRITE = ("add", "later.txt")


class Deed(NamedTuple):
    """A command, where it begins, and what its user runs `again` after it failed, which works whatever happened.

    `makes` is a package that it leaves outside the vault, for Bob.
    """

    command: tuple[str, ...]
    begin: str = "open"
    again: tuple[tuple[str, ...], ...] = ()
    makes: str = ""


DEEDS = {
    "init": Deed(INIT, "empty", (INIT, UNLOCK)),
    "unlock": Deed(UNLOCK, "locked", (UNLOCK,)),
    "add": Deed(("add", "second.txt", "third.txt")),
    "add many": Deed(("add", "-r", "many")),
    "update": Deed(("update", "first.txt", "second.txt")),
    "label": Deed(("label", "first.txt", "--label", "secret", "--tag", "mine")),
    "move": Deed(("move", "first.txt", "other.txt")),
    "move to a room": Deed(("move", "first.txt", "--room", OTHER_ROOM)),
    "remove": Deed(("remove", "first.txt")),
    "erase": Deed(("erase", "first.txt", "--confirm", "first.txt")),
    "forget": Deed(("journal", "forget", "12", "--reason", "asked to", "--confirm", "1")),  # that it was unlocked
    "mend": Deed(("label", "first.txt", "--label", "secret"), "torn"),
    "share": Deed(
        ("share", "first.txt", "--to", "Bob", "-o", "second.package", "--reason", "trial"),
        "people",
        makes="second.package",
    ),
    "receive": Deed(("receive", "answer"), "people"),
    "import a receipt": Deed(("receipt", "import", "receipt"), "people"),
    "let in": Deed(("member", "add", "dora.card", "--fingerprint", DORA.fingerprint), "people"),
    "show out": Deed(("member", "remove", "Carol"), "people"),
    "rotate": Deed(("room", "rotate", "main"), "people"),
    "encrypt anew": Deed(("room", "rotate", "main", "--resume"), "rotated"),
}


class Trials:
    """What all runs share: the program ready to run under each fault, and the places that deeds begin in."""

    def __init__(self, folder: Path) -> None:
        """`folder` is for all files."""
        self._folder = folder
        self._programs: dict[str | None, WarmProgram] = {}
        self._places: dict[str, Place] = {}

    def close(self) -> None:
        """End all programs."""
        for program in self._programs.values():
            program.close()

    def begin(self, deed: Deed) -> Place:
        """A fresh copy of the place that a deed begins in; it takes the place of the one before."""
        if not self._places:
            self._make_places()
        root = self._folder / "run"
        if root.exists():
            shutil.rmtree(root)
        return self._places[deed.begin].copy(root)

    def run(self, place: Place, *commands: tuple[str, ...], fault: str | None = None, at: Call | None = None) -> Run:
        """Run commands in a place, with the call `at` disturbed by `fault`."""
        if fault not in self._programs:
            folder = self._folder / f"program-{len(self._programs)}"
            folder.mkdir()
            self._programs[fault] = WarmProgram(folder, fault)
        return self._programs[fault].run(*commands, cwd=place.root, env=place.environment, at=at)

    def succeed(self, place: Place, *commands: tuple[str, ...]) -> None:
        """Run commands that must not fail."""
        run = self.run(place, *commands)
        assert all(outcome.exit == 0 for outcome in run.outcomes), run.outcomes

    def changes(self, deed: Deed, fault: str) -> list[Call]:
        """Every call by which a deed changes something.

        A kill before a file is opened is no case of its own: it leaves what the kill before the next call leaves, or
        the one after the last call.
        """
        place = self.begin(deed)
        run = self.run(place, deed.command, fault=fault)
        assert run.outcome.exit == 0, run.outcome
        return [call for call in run.changes(place.root) if fault != KILL or "open" not in call.name]

    def disturb(self, deed: Deed, fault: str, at: Call) -> tuple[Place, Run]:
        """Do a deed anew and disturb one of its calls."""
        for _attempt in range(3):  # a folder that exists by chance, as it is called by chance, spares a call
            place = self.begin(deed)
            run = self.run(place, deed.command, fault=fault, at=at)
            if run.fault:
                return place, run
        raise AssertionError(f"no run came to {at}")

    def outlooks(self, deed: Deed) -> tuple[str, str]:
        """What a user sees who did not do the deed, and who did."""
        old = self.see(self.begin(deed), deed)
        place = self.begin(deed)
        self.succeed(place, deed.command)
        return old, self.see(place, deed)

    def see(self, place: Place, deed: Deed) -> str:
        """What a user finds who repeats the deed if need be, checks, looks around and goes on working, an hour later.

        Fails if a check or the work does, or if anything is left of what failed.
        """
        place.grow_old()
        had_session = place.has_session()
        count = len(deed.again)
        outcomes = self.run(place, *deed.again, CHECK, *LOOK, WRITE, CHECK).outcomes
        again, (before, *look, written, after) = outcomes[:count], outcomes[count:]
        assert (before.exit, written.exit, after.exit) == (0, 0, 0), (before, written, after)
        assert '"notes":[]' in after.stdout, after
        assert place.leftovers() == []
        return f"{had_session} {[outcome.exit for outcome in again]} {what_it_holds(look)}"

    def problem(self, place: Place, run: Run, deed: Deed, old: str, new: str) -> str | None:
        """What is wrong after a deed that was disturbed: a third state, an exit code that lies, a way to fail badly."""
        outcome = run.outcome
        made = bool(deed.makes) and (place.root / deed.makes).exists()
        try:
            seen = self.see(place, deed)
            if made:
                self.succeed(place, ("open", deed.makes, "-o", "opened", *OF_BOB))
        except AssertionError as error:
            return str(error)
        if seen not in (old, new):
            return f"a third state: {seen}"
        if made and seen == old:
            return "a package of which the journal does not know"
        expected = {ExitCode.DONE} if seen == new else {ExitCode.STORAGE}
        if deed.makes and not made:
            expected = {ExitCode.STORAGE}  # what is on record may come to nothing
        elif made and run.fault.startswith("fsync("):
            expected.add(ExitCode.STORAGE)  # it is in place, and may not be after a power cut
        if run.fault.startswith("fsync(") and f"{place.journal.parent}>" in run.fault:
            expected.add(ExitCode.STORAGE)  # a rewritten journal is in place, and may not be after a power cut
        if outcome.exit >= 0 and (outcome.exit not in expected or "Traceback" in outcome.stderr):
            return f"{outcome}, but it was {'done' if seen == new else 'not done'}"
        return None

    def _make_places(self) -> None:
        empty = Place.new(self._folder / "empty")
        locked = empty.copy(self._folder / "locked")
        self.succeed(locked, INIT)
        locked.add_room()
        opened = locked.copy(self._folder / "open")
        self.succeed(opened, UNLOCK, ("add", "first.txt"))
        torn = opened.copy(self._folder / "torn")
        with torn.journal.open("ab") as journal:
            journal.write(b'{"v":1,"n":')
        people = opened.copy(self._folder / "people")
        people.add_people()
        self.succeed(
            people,
            ("recipient", "add", "bob.card"),
            ("recipient", "verify", "Bob", "--fingerprint", BOB.fingerprint),
            ("member", "add", "carol.card", "--role", "editor", "--fingerprint", CAROL.fingerprint),
            ("share", "first.txt", "--to", "Bob", "-o", "package", "--reason", "trial"),
            ("receipt", "create", "package", "--event", "opened", "-o", "receipt", *OF_BOB),
            ("identity", "card", "-o", "ada.card", *KEY),
            ("seal", "second.txt", "--to", "ada.card", "-o", "answer", *OF_BOB),
        )
        rotated = people.copy(self._folder / "rotated")
        self.succeed(rotated, ("room", "rotate", "main"))
        self._places = {
            "empty": empty,
            "locked": locked,
            "open": opened,
            "torn": torn,
            "people": people,
            "rotated": rotated,
        }
