"""Installing without a network: a wheelhouse made on one machine is all that another one needs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.checkout import copy_checkout, python_program
from tests.support.program import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A package index that answers: without one these tests are skipped, but not in continuous integration."""
    folder = tmp_path_factory.mktemp("index")
    words = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--retries=0",
        "--timeout=10",
        "hatchling",
    ]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"no package index can be reached: {done.stderr.strip().splitlines()[-1]}")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout, and as `python3` the Python that runs the tests."""
    folder = python_program(tmp_path / "bin").parent
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return copy_checkout(tmp_path / "checkout")


def shell(line: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command line to its end."""
    return subprocess.run(
        ["sh", "-ec", line], cwd=cwd, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )


def unplugged(folder: Path) -> dict[str, str]:
    """Variables under which pip has no index and no folder but those that it is given on the command line."""
    none = {name: "" for name in os.environ if name.startswith("PIP_")}
    return {
        **none,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "https://index.invalid/",
        "PIP_CACHE_DIR": str(folder),
        "PIP_NO_COMPILE": "no",  # which is how pip is told not to: what is imported only is compiled then
    }


def use(ipvault: Path, folder: Path) -> None:
    """The installed program does its work: a document goes in and comes out."""
    passphrase = folder / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text("canary crane-quartz 17\n")
    (folder / "claims.txt").write_text("A widget.\n")
    line = f"""
        {ipvault} --version
        {ipvault} init vault --name Ada --passphrase-file passphrase --quiet
        {ipvault} --vault vault add claims.txt --passphrase-file passphrase --quiet
        {ipvault} --vault vault cat claims.txt --passphrase-file passphrase
    """
    done = shell(line, folder)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"ipvault \d+\.\d+\.\d+\nA widget\.\n", done.stdout)


def test_as_readme_says(checkout: Path, tmp_path: Path, home: Path) -> None:
    """The commands that README gives for the two machines, run as they stand, install a program that works; a package
    damaged on the way is refused, and so is a folder that lacks one.
    """
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Without a network\n")[2].partition("\n## ")[0]
    connected, unconnected = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    done = shell(connected, checkout)
    assert done.returncode == 0, done.stderr
    other = tmp_path / "another machine"
    other.mkdir()
    (checkout / "wheelhouse").rename(other / "wheelhouse")
    variables = unplugged(tmp_path / "no cache")
    done = shell(unconnected, other, **variables)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("ipvault ")
    use(home / "ipvault" / "bin" / "ipvault", other)

    (wheel,) = other.glob("wheelhouse/typer-*.whl")
    content = wheel.read_bytes()
    wheel.write_bytes(content[:-1])
    again = unconnected.replace("~/ipvault", "elsewhere")
    done = shell(again, other, **variables)
    assert done.returncode == 1
    assert "the wheelhouse is damaged" in done.stderr
    assert not (other / "elsewhere").exists()

    wheel.unlink()
    done = shell(f"(cd wheelhouse && sha256sum ./*.whl > SHA256SUMS)\n{again}", other, **variables)
    assert done.returncode == 1
    assert "made for another system or Python version" in done.stderr
