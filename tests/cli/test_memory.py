"""Memory does not grow with the size of a document."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from ipvault.journal.head import leaf_hash
from ipvault.journal.leaf import encode_leaf, parse_leaf
from ipvault.storage.store import ATTEMPTS_LIMIT
from tests.cli.vaults import data, done
from tests.support.program import command, environment, ipvault

SIZE = 200 * 1024 * 1024
LIMIT = 120 * 1024  # KiB of resident memory

_MEASURED = """
import os, resource, sys
status = os.waitstatus_to_exitcode(os.waitpid(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)[1])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""


def _peak(arguments: list[str], *, stdin: int, stdout: int) -> int:
    """KiB that a command took at most; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *command(arguments)],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment(),
        check=True,
    )
    return int(done.stderr.splitlines()[-1])


FLOOD = 200 * 1024 * 1024


@pytest.mark.slow
def test_a_flood_takes_little_memory(vault: Path, tmp_path: Path) -> None:
    """T2: what others appended to the journal or to the attempts, or put into the cache, is taken in small portions."""
    if sys.platform != "linux":
        pytest.skip("ru_maxrss has another unit here")
    (cached,) = (vault / "cache").iterdir()
    attempts = vault / "journal" / "attempts"
    attempts.write_bytes(b"\n" * FLOOD)
    os.truncate(cached, 10 << 30)
    os.truncate(vault / "journal" / "log", (vault / "journal" / "log").stat().st_size + FLOOD)
    small = tmp_path / "small"
    small.write_text("small")
    assert _peak(["add", str(small), "-q"], stdin=subprocess.DEVNULL, stdout=1) < LIMIT
    assert attempts.stat().st_size <= ATTEMPTS_LIMIT
    assert sum(path.stat().st_size for path in (vault / "journal" / "torn").iterdir()) == 16 << 20
    assert data(ipvault("verify", "--json"))["findings"] == []
    assert data(ipvault("list", "--json"))["items"][0]["name"] == "small"


UNSIGNED = 40 * 1024 * 1024


@pytest.mark.slow
def test_records_that_nobody_signs_take_little_memory(vault: Path) -> None:
    """T2: well-formed records that follow from the last one and are never committed are checked, and not kept."""
    if sys.platform != "linux":
        pytest.skip("ru_maxrss has another unit here")
    log = vault / "journal" / "log"
    last = parse_leaf(log.read_bytes().splitlines()[-1].partition(b"\t")[0])
    leaf = last._replace(sealed_hash=sha256(b"x").hexdigest(), files=(), facts={}, signer="", signature="")
    seq, previous = last.seq, last.hash
    with log.open("ab") as file:
        while file.tell() < UNSIGNED:
            seq += 1
            line = encode_leaf(leaf._replace(seq=seq, previous=previous, kind="item" if seq % 3 else "key"))
            file.write(b"%b\tx\n" % line)
            previous = leaf_hash(line)
    for arguments in (["list"], ["verify"]):
        assert _peak(arguments, stdin=subprocess.DEVNULL, stdout=1) < LIMIT
    assert data(ipvault("verify", "--json", "--keyless"))["findings"] == []


@pytest.mark.slow
def test_a_large_package_takes_little_memory(tmp_path: Path) -> None:
    """200 MiB are sealed, in one file and in parts as text, listed, opened and checked for a receipt within 120 MiB."""
    if sys.platform != "linux":
        pytest.skip("ru_maxrss has another unit here")
    large, card, own = tmp_path / "large", str(tmp_path / "card"), f"--identity={tmp_path / 'identity.toml'}"
    large.touch()
    os.truncate(large, 2 * SIZE // 3)
    done("identity", "create", "--name", "Ada", "--no-passphrase", own)
    done("identity", "card", "-o", card, own)
    package, parts, out = (str(tmp_path / name) for name in ("package", "parts", "out"))
    (tmp_path / "parts").mkdir()
    for words in (
        ["seal", str(large), "--to", card, "-o", package],
        ["seal", str(large), "--to", card, "-o", f"{parts}/part", "--split", "100M", "--armor"],
        ["open", package, "-o", out],
        ["open", parts, "--list"],
        ["receipt", "create", package, "--event", "received", "-o", str(tmp_path / "receipt")],
    ):
        assert _peak([*words, own, "-q"], stdin=subprocess.DEVNULL, stdout=2) < LIMIT, words
    assert subprocess.run(["cmp", large, f"{out}/large"], check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("vault")
def test_a_large_document_takes_little_memory(tmp_path: Path) -> None:
    """200 MiB through `add -`, `cat` and `verify --content` stay within 120 MiB, and come out as they went in."""
    if sys.platform != "linux":
        pytest.skip("ru_maxrss has another unit here")
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(SIZE)
        file.seek(SIZE - 3)
        file.write(b"end")
    with subprocess.Popen(["cat", large], stdout=subprocess.PIPE) as source:
        assert source.stdout is not None
        assert _peak(["add", "-", "--name", "large", "-q"], stdin=source.stdout.fileno(), stdout=1) < LIMIT
    reading, writing = os.pipe()
    with subprocess.Popen(["cmp", "-", large], stdin=reading) as comparison:
        os.close(reading)
        try:
            assert _peak(["cat", "large"], stdin=subprocess.DEVNULL, stdout=writing) < LIMIT
        finally:
            os.close(writing)
        assert comparison.wait() == 0
    assert _peak(["verify", "--content"], stdin=subprocess.DEVNULL, stdout=1) < LIMIT
    assert data(ipvault("show", "large", "--json"))["size"] == SIZE
