"""The floor plan and the house rules, and that breaking one of them is noticed."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import architecture
from tests.support.architecture import Rule

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ipvault"
TOP_LEVEL = {"LICENSE", "README.md", "examples", "ipvault", "pyproject.toml", "tests"}
BUILD_PRODUCTS = {"__pycache__", "build", "dist"}
LONGEST_MODULE = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
FLOORS = ("cli", "vault", "catalog", "journal", "records", "keys", "storage", "crypto")
PROGRAM_RULES: tuple[Rule, ...] = (
    architecture.one_cipher,
    architecture.no_effects,
    architecture.streams_in_cli_only,
    architecture.no_locals_in_tracebacks,
    architecture.module_docstring,
)
TEST_RULES: tuple[Rule, ...] = (architecture.requirement_docstrings,)


def broken_rules(rules: tuple[Rule, ...], folder: Path) -> list[str]:
    """Every complaint of `rules` about the modules under `folder`, one line each."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(ROOT)}:{line}: {what}" for rule in rules for line, what in rule(module, tree)]
    return found


def lint_imports(where: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter with the contracts of this repository on the `ipvault` package in `where`."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", ROOT / "pyproject.toml", "--no-cache"],
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def sketch(tmp_path: Path) -> Path:
    """A package with the floors of ours that keeps to the plan."""
    package = tmp_path / "ipvault"
    for floor in (*FLOORS, "sharing", "evidence", "governance"):
        (package / floor).mkdir(parents=True)
        (package / floor / "__init__.py").touch()
    for name in ("__init__", "cells", "characters", "errors", "exit_codes", "pages", "settings", "text", "toml"):
        (package / f"{name}.py").touch()
    (package / "cli" / "main.py").write_text("import typer, rich\nfrom ipvault import vault, errors\n")
    (package / "keys" / "store.py").write_text("import keyring, shamir_mnemonic\nfrom ipvault.crypto import kem\n")
    (package / "evidence" / "token.py").write_text("import rfc3161_client\n")
    (package / "governance" / "pages.py").write_text("import PIL.Image, pypdf\n")
    (package / "crypto" / "kem.py").write_text("import cryptography.hazmat\nfrom ipvault import errors\n")
    return package


def test_imports_follow_the_floor_plan() -> None:
    """Nothing imports upwards, capabilities do not know each other, and each outer library has one importer."""
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_floor_plan_can_be_kept(sketch: Path) -> None:
    """A package that keeps to the plan passes, so the failures below are due to what they add."""
    result = lint_imports(sketch.parent)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("storage/bad.py", "from ipvault import vault"),
        ("crypto/bad.py", "def f():\n    from ipvault.keys import identity"),
        ("sharing/bad.py", "from ipvault.evidence import bundle"),
        ("journal/bad.py", "from cryptography.hazmat.primitives import hashes"),
        ("vault/bad.py", "import keyring"),
        ("cli/bad.py", "from shamir_mnemonic import Share"),
        ("vault/bad.py", "from rfc3161_client import VerifierBuilder"),
        ("sharing/bad.py", "from pypdf import PdfReader"),
        ("evidence/bad.py", "from PIL import Image"),
        ("catalog/bad.py", "from rich.table import Table"),
        ("keys/bad.py", "import typer"),
        ("errors.py", "from ipvault.storage import store"),
        ("elsewhere.py", ""),
    ],
)
def test_a_breach_of_the_floor_plan_is_found(sketch: Path, place: str, line: str) -> None:
    """Importing upwards or sideways, a library in the wrong place, or a module without a floor fails the run."""
    for target in ("keys/identity.py", "evidence/bundle.py", "storage/store.py"):
        (sketch / target).touch()
    (sketch / place).write_text(f"{line}\n")
    result = lint_imports(sketch.parent)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout, result.stdout + result.stderr


def test_the_program_keeps_the_house_rules() -> None:
    """One cipher in one module, no effects in the pure packages, no output outside the command line, no local
    variables in tracebacks, and every module says what it is for.
    """
    assert broken_rules(PROGRAM_RULES, PACKAGE) == []


def test_every_test_states_its_requirement() -> None:
    """Every test function has a docstring."""
    assert broken_rules(TEST_RULES, ROOT / "tests") == []


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (
            architecture.one_cipher,
            "ipvault.crypto.aead",
            "from cryptography.hazmat.primitives.ciphers.aead import AESGCM",
        ),
        (architecture.one_cipher, "ipvault.crypto.x", "from ipvault.crypto.aead import AESGCM as aead"),
        (architecture.one_cipher, "ipvault.crypto.x", "from cryptography import fernet"),
        (architecture.one_cipher, "ipvault.crypto.x", "import cryptography.hazmat.primitives as p\np.ciphers.Cipher()"),
        (architecture.one_cipher, "ipvault.vault.x", "from ipvault.crypto.aead import Cobblestone256Encryptor"),
        (architecture.no_effects, "ipvault.journal.x", "open('f')"),
        (architecture.no_effects, "ipvault.journal", "import os\nos.open('f', 0)"),
        (architecture.no_effects, "ipvault.journal.x", "def f():\n    from time import time"),
        (architecture.no_effects, "ipvault.records.x", "import datetime as d\nd.datetime.now(d.UTC)"),
        (architecture.no_effects, "ipvault.records.x", "from datetime import datetime, UTC\nnow = datetime.now"),
        (architecture.no_effects, "ipvault.records.x", "from os import urandom"),
        (architecture.no_effects, "ipvault.crypto.x", "import secrets"),
        (architecture.no_effects, "ipvault.crypto.x", "from pathlib import Path"),
        (architecture.streams_in_cli_only, "ipvault.vault.x", "print('hello')"),
        (architecture.streams_in_cli_only, "ipvault.client", "import sys\nsys.stderr.write('hello')"),
        (architecture.no_locals_in_tracebacks, "ipvault.cli.x", "import typer\napp = typer.Typer()"),
        (architecture.no_locals_in_tracebacks, "ipvault.cli.x", "from typer import Typer as T\napp = T(help='')"),
        (architecture.no_locals_in_tracebacks, "ipvault.cli.x", "f(pretty_exceptions_show_locals=True)"),
        (architecture.no_locals_in_tracebacks, "ipvault.cli.x", "install(show_locals=debug)"),
        (architecture.no_locals_in_tracebacks, "ipvault.cli.x", "TracebackException(capture_locals=True)"),
        (architecture.requirement_docstrings, "tests.x", "class TestX:\n    def test_y(self): pass"),
        (architecture.module_docstring, "ipvault.x", "import os"),
    ],
)
def test_a_broken_house_rule_is_found(rule: Rule, module: str, source: str) -> None:
    """Each rule complains about code that breaks it, however the name was imported."""
    assert list(rule(module, ast.parse(source)))


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (
            architecture.one_cipher,
            "ipvault.crypto.aead",
            "from cryptography.cobblestone import Cobblestone256Encryptor",
        ),
        (architecture.no_effects, "ipvault.journal.x", "import io\nfrom datetime import datetime\nio.BytesIO()"),
        (architecture.no_effects, "ipvault.crypto.x", "import os\nos.urandom(32)"),
        (architecture.no_effects, "ipvault.storage.x", "import os\nos.open('f', 0)"),
        (architecture.streams_in_cli_only, "ipvault.cli.x", "print('hello')"),
        (
            architecture.no_locals_in_tracebacks,
            "ipvault.cli.x",
            "import typer\ntyper.Typer(pretty_exceptions_show_locals=False)",
        ),
        (architecture.requirement_docstrings, "tests.x", "def test_y():\n    '''It holds.'''"),
    ],
)
def test_the_house_rules_leave_the_rest_alone(rule: Rule, module: str, source: str) -> None:
    """A rule does not complain about code that keeps to it."""
    assert list(rule(module, ast.parse(source))) == []


def test_modules_stay_small() -> None:
    """No module of the program has more than 400 lines."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_modules_have_telling_names() -> None:
    """No module or package is called utils or another name that says nothing."""
    assert [path for path in PACKAGE.rglob("*") if path.stem in EMPTY_NAMES] == []


def test_every_package_is_seen_by_the_checks() -> None:
    """Every folder with modules has an `__init__.py`; without one import-linter would not look inside."""
    folders = {path.parent for top in (PACKAGE, ROOT / "tests") for path in top.rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_the_top_level_is_tidy() -> None:
    """The top of the repository holds the program, its tests and examples, and nothing else."""
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - TOP_LEVEL - BUILD_PRODUCTS == set()


def test_continuous_integration_installs_every_peer() -> None:
    """`.ci/run` installs the Debian package of every program that a test may need."""
    from tests.support.peers import PACKAGES

    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (line,) = [line for line in script.splitlines() if line.startswith("packages=(")]
    assert set(PACKAGES.values()) <= set(line.removeprefix("packages=(").removesuffix(")").split())


def test_shell_scripts_parse() -> None:
    """The scripts that a new user runs are valid for the shells that they name."""
    for shell, script in (("sh", "tests/run.sh"), ("bash", ".ci/run")):
        if found := shutil.which(shell):
            assert subprocess.run([found, "-n", ROOT / script], check=False).returncode == 0
