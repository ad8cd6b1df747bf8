"""Large files sealed for people, and opened by them."""

from __future__ import annotations

from pathlib import Path

from tests.bench.measuring import Contestant, Run, interleave
from tests.bench.peers import Age
from tests.bench.row import Row
from tests.bench.sizes import MIB
from tests.bench.table import Line, compared
from tests.bench.workbench import Workbench

MANY = 10
TARGET = 1.25


class _People:
    """A sender and so many recipients, none of whom has a passphrase: as with age's key pairs there is no KDF."""

    def __init__(self, bench: Workbench, count: int) -> None:
        self._bench = bench
        self.sender = self._new("sender")
        self.recipients = [self._new(f"recipient-{number}") for number in range(count)]

    def seal(self, target: Path) -> list[str | Path]:
        to = [word for identity in self.recipients for word in ("--to", identity.with_suffix(".card"))]
        return self._bench.ipvault(
            None, "seal", self._bench.large_file, *to, "-o", target, "--identity", self.sender, "-q"
        )

    def open(self, package: Path, folder: Path) -> list[str | Path]:
        words: list[str | Path] = ["open", package, "-o", folder, "--identity", self.recipients[-1], "-q"]
        return self._bench.ipvault(None, *words, "--from", self.sender.with_suffix(".card"))

    def _new(self, name: str) -> Path:
        path = self._bench.new_path(f"{name}.toml")
        identity = ("--identity", path)
        self._bench.do(self._bench.ipvault(None, "identity", "create", "--name", name, "--no-passphrase", *identity))
        self._bench.do(self._bench.ipvault(None, "identity", "card", "-o", path.with_suffix(".card"), *identity))
        return path


def _seal(bench: Workbench) -> list[Line]:
    return [_sealed(bench, 1), _sealed(bench, MANY)]


def _sealed(bench: Workbench, count: int) -> Line:
    people, age, source = _People(bench, count), Age(bench), bench.large_file
    ours, theirs = interleave(
        Contestant("ipvault", lambda _: bench.time(people.seal(bench.new_path("package")), settled=True)),
        Contestant(
            "age, sync",
            lambda _: bench.time(age.encrypt(source, bench.new_path("age"), recipients=count), settled=True),
            "age",
        ),
        rounds=bench.sizes.slow_rounds,
    )
    return compared(f"seal of {source.stat().st_size // MIB} MiB for {count}, durable", ours, theirs, TARGET)


def _open(bench: Workbench) -> list[Line]:
    return [_opened(bench, 1), _opened(bench, MANY)]


def _opened(bench: Workbench, count: int) -> Line:
    people, age, source = _People(bench, count), Age(bench), bench.large_file
    package, sealed = bench.new_path("package"), bench.new_path("age")
    bench.do(people.seal(package))

    def decrypt(number: int) -> Run:
        if number == 0:
            bench.do(age.encrypt(source, sealed, recipients=count))
        return bench.time(age.decrypt_to(sealed, bench.new_path("out")), settled=True)

    ours, theirs = interleave(
        Contestant("ipvault", lambda _: bench.time(people.open(package, bench.new_path("out")), settled=True)),
        Contestant("age -d, sync", decrypt, "age"),
        rounds=bench.sizes.slow_rounds,
    )
    return compared(f"open of {source.stat().st_size // MIB} MiB, {count} recipients, durable", ours, theirs, TARGET)


ROWS = (
    Row(
        "package-seal",
        "seal of one large file for one and for ten people",
        "a random file in the page cache for both, file and folder synced by both; age with X25519 key pairs. ipvault "
        "signs what it seals, hashes it, and wraps the key with X-Wing.",
        _seal,
        lambda sizes: sizes.large_file * (1 + 4 * (sizes.slow_rounds + 1)),
    ),
    Row(
        "package-open",
        "opening it",
        "into a new folder, synced by both; ipvault checks the sender's signatures and the hash of the content, and "
        "lets the file appear at the end.",
        _open,
        lambda sizes: sizes.large_file * (3 + 4 * (sizes.slow_rounds + 1)),
    ),
)
