"""The examples do what they say, in a checkout of their own and without leaving traces in the user's home."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.checkout import copy_checkout, program, python_program
from tests.support.program import Outcome, program_for_scripts

pytestmark = pytest.mark.slow

# What examples/pipeline.sh makes use of, apart from jq.
TOOLS = (
    "basename",
    "cat",
    "chmod",
    "cut",
    "dirname",
    "env",
    "find",
    "mkdir",
    "mktemp",
    "od",
    "rm",
    "sed",
    "sh",
    "sort",
    "tar",
    "tr",
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder whose name needs quotation marks."""
    return copy_checkout(tmp_path / "Ada's checkout")


def example(checkout: Path, name: str, *arguments: str, cwd: Path | None = None, **variables: str) -> Outcome:
    """Run an example to its end with an ipvault that is installed already."""
    done = subprocess.run(
        ["sh", checkout / "examples" / name, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "IPVAULT": str(program_for_scripts()), **variables},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        timeout=300,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def demo(checkout: Path) -> Path:
    """The folder that the only run so far left."""
    (folder,) = (checkout / "build").iterdir()
    return folder


def shell(line: str) -> str:
    """What a command line prints."""
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout


def test_quickstart_runs_the_main_job_on_the_documents_of_the_checkout(checkout: Path, home: Path) -> None:
    """Documents go in, come out identical, everything verifies, an altered byte is found, and the vault stays to
    explore with the very commands that the example prints; the user's own settings stay as they were.
    """
    before = sorted(home.rglob("*"))
    outcome = example(checkout, "quickstart.sh")
    assert outcome.exit == 0, outcome
    for name in ("LICENSE", "README.md", "ipvault/docs"):
        assert f"Identical: {checkout / name}\n" in outcome.stdout
    assert "Nothing was altered, lost or put back." in outcome.stdout
    assert "Exit code 20" in outcome.stdout
    assert sorted(home.rglob("*")) == sorted([*before, *(home / "run").rglob("*")])

    explore, *removal = outcome.stdout.split("To be rid of it all:")
    commands = re.findall(r"^  (.+)$", explore.partition("eight hours:")[2], re.MULTILINE)
    assert len(commands) > 3
    assert "LICENSE" in shell(f"{commands[0]}\n{commands[1]}")
    shell("\n".join(commands))
    shell(f"{commands[0]}\n{removal[0]}")
    assert not list((checkout / "build").iterdir())
    assert not [path for path in (home / "run").rglob("*") if path.is_file()]


def test_quickstart_takes_a_folder_of_the_user(checkout: Path, tmp_path: Path) -> None:
    """A folder given as argument is stored, equal files included, compared and left as it was; a link in it is named
    as skipped and does not stop the run. The passphrase is private.
    """
    mine = tmp_path / "my work"
    (mine / "drawings").mkdir(parents=True)
    for name in ("claims.txt", "drawings/copy.txt"):
        (mine / name).write_text("A widget.\n")
    (mine / "link").symlink_to("claims.txt")
    outcome = example(checkout, "quickstart.sh", "my work", cwd=tmp_path)
    assert outcome.exit == 0, outcome
    assert "my work/claims.txt" in outcome.stdout
    assert "my work/drawings/copy.txt" in outcome.stdout
    assert f"skipped {mine}/link" in outcome.stderr
    assert f"Of {mine}, what differs was skipped" in outcome.stdout
    assert sorted(path.name for path in mine.rglob("*")) == ["claims.txt", "copy.txt", "drawings", "link"]
    assert stat.S_IMODE((demo(checkout) / "passphrase").stat().st_mode) == 0o600


def test_quickstart_can_be_run_again(checkout: Path) -> None:
    """Every run makes a vault of its own."""
    for _ in range(2):
        assert example(checkout, "quickstart.sh", str(checkout / "LICENSE")).exit == 0
    assert len(list((checkout / "build").iterdir())) == 2


def test_courier(checkout: Path) -> None:
    """Two people exchange cards, a package in parts and a receipt, with nothing between them but a folder."""
    outcome = example(checkout, "courier.sh")
    assert outcome.exit == 0, outcome
    assert "Identical: LICENSE\nIdentical: README.md\n" in outcome.stdout
    assert "who they are does not show" in outcome.stdout
    assert "missing: 2" in outcome.stderr
    assert "one that you know" in outcome.stderr
    assert (demo(checkout) / "stick" / "receipt.toml").is_file()
    shell(outcome.stdout.rpartition("To be rid of it: ")[2])
    assert not list((checkout / "build").iterdir())


def test_share(checkout: Path) -> None:
    """Out of a vault to somebody who has none, and back: what he could read stays listed after it was revoked."""
    outcome = example(checkout, "share.sh")
    assert outcome.exit == 0, outcome
    shown = outcome.stdout.partition("ipvault revoke")[2]
    assert "LICENSE\t1\tpackage" in shown
    assert "was revoked on" in outcome.stderr
    shell(outcome.stdout.rpartition("To be rid of it: ")[2])
    assert not list((checkout / "build").iterdir())


def test_governance(checkout: Path) -> None:
    """A secret goes out when there is an agreement, an assessment, nothing in it that has no place there, and a second
    member who agrees; and the copy that turns up elsewhere says whose it was.
    """
    outcome = example(checkout, "governance.sh")
    assert outcome.exit == 0, outcome
    assert outcome.stdout.count("Exit code 15.") == 3
    assert outcome.stdout.count("Exit code 16.") == 1
    assert re.search(r"found\.txt.*Bob", outcome.stdout + outcome.stderr, re.DOTALL)


def test_erasure(checkout: Path) -> None:
    """What is asked for goes, but for what a hold keeps, until that is released; and all of it is on record."""
    outcome = example(checkout, "erasure.sh")
    assert outcome.exit == 0, outcome
    assert "Exit code 15." in outcome.stdout
    assert "Exit code 3." in outcome.stdout
    assert "assignment.txt was left: it is held for Acme v. us" in outcome.stderr
    assert outcome.stdout.count("Nothing was altered, lost or put back.") == 2
    assert "copy.txt" in outcome.stderr
    assert "Legal hold: Acme v. us" in (demo(checkout) / "letters" / "Ada.md").read_text()


def test_incident(checkout: Path) -> None:
    """Nine steps from the report to the lessons: what was reached is contained, and the report has it all."""
    outcome = example(checkout, "incident.sh")
    assert outcome.exit == 0, outcome
    assert outcome.stdout.count("Exit code 15.") == 2
    assert "Exit code 16." in outcome.stdout
    assert "is frozen because of incident" in outcome.stderr
    assert "Not reached: package" in outcome.stderr
    assert "33(3)(a)" in outcome.stdout
    assert "Nothing was altered, lost or put back." in outcome.stdout
    assert "<svg" in (demo(checkout) / "report.html").read_text()
    shell(outcome.stdout.rpartition("To be rid of it: ")[2])
    assert not list((checkout / "build").iterdir())


def test_insight(checkout: Path) -> None:
    """What is unusual is found, rests when somebody says why, and stands in the digest of the week by its numbers."""
    outcome = example(checkout, "insight.sh")
    assert outcome.exit == 0, outcome
    assert "Many documents in a short time" in outcome.stdout
    assert outcome.stdout.count("Ada: the move to the new office") == 2
    assert "0 findings nobody has acknowledged" in outcome.stdout
    assert {path.name for path in demo(checkout).glob("week.*")} == {"week.html", "week.eml"}
    shell(outcome.stdout.rpartition("To be rid of it: ")[2])
    assert not list((checkout / "build").iterdir())


def test_leaver(checkout: Path) -> None:
    """A secret is registered and approved, access is reviewed by two, and whoever leaves loses all at once: the papers
    are there, a second run does nothing, and what a court is shown is checked with the script that comes with it.
    """
    outcome = example(checkout, "leaver.sh")
    assert outcome.exit == 0, outcome
    assert "has accepted no text on secrecy" in outcome.stdout
    assert "1 grant is to be revoked and is not" in outcome.stderr or "are to be revoked and are not" in outcome.stderr
    assert "recorded that carl left" in outcome.stdout
    assert "there was nothing more to do" in outcome.stderr
    assert "0 failed" in outcome.stdout
    shell(outcome.stdout.rpartition("To be rid of it: ")[2])
    assert not list((checkout / "build").iterdir())


@pytest.mark.parametrize("with_jq", [True, False])
def test_pipeline(checkout: Path, tmp_path: Path, with_jq: bool) -> None:
    """Documents go through pipes both ways, lists and results are read by programs, with jq or without, and a missing
    item is told from a failure by its exit code. Nothing is left behind.
    """
    path = os.environ["PATH"]
    if not with_jq:
        folder = python_program(tmp_path / "tools").parent
        for tool in TOOLS:
            (folder / tool).symlink_to(shell(f"command -v {tool}").strip())
        path = str(folder)
    outcome = example(checkout, "pipeline.sh", PATH=path)
    assert outcome.exit == 0, outcome
    assert "\nLICENSE\nREADME.md\n" in outcome.stdout
    assert "\nout/archive/documents.tar\nout/widget/claims.txt\n" in outcome.stdout
    assert "\narchive/documents.tar\nwidget/claims.txt\nwidget/claims.txt\n" in outcome.stdout
    assert re.search(r"was recorded\.\n\d+\n", outcome.stdout)
    assert "There are no drawings yet." in outcome.stdout
    assert "Nothing was altered, lost or put back." in outcome.stdout
    assert not list((checkout / "build").iterdir())


@pytest.mark.parametrize("name", ["quickstart.sh", "pipeline.sh"])
def test_a_failing_ipvault_stops_the_example(checkout: Path, tmp_path: Path, name: str) -> None:
    """An example does not go on after a command that failed."""
    broken = program(tmp_path / "broken", "ipvault", ["false"])
    outcome = example(checkout, name, IPVAULT=str(broken))
    assert outcome.exit != 0
    assert "unlock" not in outcome.stdout


@pytest.mark.parametrize(
    ("python", "complaint"),
    [
        ("sys.exit('sys.version_info' in sys.argv[2])", "needs Python 3.11 or newer"),
        ("sys.exit('ensurepip' in sys.argv[2])", "apt-get install python3-venv"),
    ],
)
@pytest.mark.parametrize("arguments", [("quickstart.sh",), ("pipeline.sh",), ("air-gapped.sh", "pack")])
def test_what_an_example_lacks_is_said(
    checkout: Path, tmp_path: Path, python: str, complaint: str, arguments: tuple[str, ...]
) -> None:
    """A Python that is too old, or that cannot make virtual environments, is named with what to do about it, and no
    half-made environment stays.
    """
    fake = python_program(tmp_path / "fake")
    fake.write_text(
        f'{fake.read_text(encoding="utf-8").splitlines()[0]}\nexec python3 -c "import sys; {python}" "$@"\n'
    )
    outcome = example(checkout, *arguments, IPVAULT="", PYTHON=str(fake))
    assert outcome.exit == 1
    assert complaint in outcome.stderr
    assert not (checkout / "build" / "venv").exists()
    assert not list((checkout / "build").glob("wheelhouse/*.whl"))
