"""Large documents in and out."""

from __future__ import annotations

import os

from tests.bench.measuring import Contestant, Run, interleave
from tests.bench.peers import Age, gpg_encrypt
from tests.bench.row import Row
from tests.bench.sizes import MIB
from tests.bench.table import Line, compared
from tests.bench.workbench import Workbench


def _add(bench: Workbench) -> list[Line]:
    vault, age, source = bench.new_vault(), Age(bench), bench.large_file

    def ipvault(number: int) -> Run:
        with source.open("r+b") as file:
            file.write(os.urandom(16))  # content that the vault does not hold yet
        return bench.time(bench.ipvault(vault, "add", source, "--name", f"large-{number}"), settled=True)

    ours, plain, hashed, gpg = interleave(
        Contestant("ipvault", ipvault),
        Contestant("age, sync", lambda _: bench.time(age.encrypt(source, bench.new_path("age")), settled=True), "age"),
        Contestant(
            "sha256sum, age, sync",
            lambda _: bench.time(age.hash_and_encrypt(source, bench.new_path("age")), settled=True),
            "age",
        ),
        Contestant(
            "gpg --symmetric, sync",
            lambda _: bench.time(gpg_encrypt(bench, source, bench.new_path("gpg")), settled=True),
            "gpg",
        ),
        rounds=bench.sizes.slow_rounds,
    )
    work = f"add of {bench.sizes.large_file // MIB} MiB, durable"
    return [compared(work, ours, plain, 1.25), compared(work, ours, hashed, 0.9), compared(work, ours, gpg)]


def _cat(bench: Workbench) -> list[Line]:
    vault, age, source = bench.new_vault(), Age(bench), bench.large_file
    bench.do(bench.ipvault(vault, "add", source, "--name", "large"))
    sealed = bench.new_path("age")

    def decrypt(number: int) -> Run:
        if number == 0:
            bench.do(age.encrypt(source, sealed))
        return bench.time(age.decrypt(sealed), ["cat"], output=bench.new_path("out"), settled=True)

    ours, theirs = interleave(
        Contestant(
            "ipvault",
            lambda _: bench.time(
                bench.ipvault(vault, "cat", "large"), ["cat"], output=bench.new_path("out"), settled=True
            ),
        ),
        Contestant("age -d", decrypt, "age"),
        rounds=bench.sizes.slow_rounds,
    )
    return [compared(f"cat of {bench.sizes.large_file // MIB} MiB through a pipe to a file", ours, theirs, 1.5)]


ROWS = (
    Row(
        "add",
        "add of one large file, durable",
        "the same random file in the page cache for all; age with a key pair, file and folder synced with sync(1); "
        "gpg with AES-256 and without compression, for reference. "
        "'Well ahead' of sha256sum and age is read as a tenth.",
        _add,
        lambda sizes: sizes.large_file * (1 + 4 * (sizes.slow_rounds + 1)),
    ),
    Row(
        "cat",
        "cat of one large file through a pipe",
        "`… | cat > new file` for both, not synced; ipvault checks the whole object before the first byte leaves and "
        "journals the release durably, age does neither.",
        _cat,
        lambda sizes: sizes.large_file * (3 + 2 * (sizes.slow_rounds + 1)),
    ),
)
