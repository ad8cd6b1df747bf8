"""House rules that neither ruff nor import-linter can state, as checks of a module's syntax tree.

A rule is a function from a module's dotted name and its tree to complaints, each with a line number.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Complaint(NamedTuple):
    """Where a rule is broken, and by what."""

    line: int
    what: str


Rule = Callable[[str, ast.Module], Iterator[Complaint]]

PURE_PACKAGES = ("ipvault.journal", "ipvault.records", "ipvault.crypto")

# Files, processes, clocks and chance: whatever makes a run of the chain depend on the world.
_EFFECTS = (
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "fcntl",
    "input",
    "io.open",
    "open",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3.connect",
    "subprocess",
    "tempfile",
    "time",
    "uuid",
)
_ALLOWED_EFFECTS = {"ipvault.crypto": ("os.urandom",)}

# Everything of `cryptography` that encrypts and is not Cobblestone or HPKE.
_OTHER_CIPHERS = ("cryptography.fernet", "cryptography.hazmat.primitives.ciphers")
_RAW_AEADS = frozenset({"AESCCM", "AESGCM", "AESGCMSIV", "AESOCB3", "AESSIV", "ChaCha20Poly1305", "Cipher", "Fernet"})

_REVEALING_ARGUMENTS = frozenset(
    {"capture_locals", "pretty_exceptions_show_locals", "show_locals", "tracebacks_show_locals"}
)


def within(dotted: str, *prefixes: str) -> bool:
    """Whether a dotted name is one of `prefixes` or inside one."""
    return any(dotted == prefix or dotted.startswith(f"{prefix}.") for prefix in prefixes)


def _imported_names(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for, wherever in the module it is imported."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return names


def uses(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every imported thing and built-in that a module mentions, with its full dotted name."""
    names = {name: name for name in dir(builtins)} | _imported_names(tree)

    def dotted(node: ast.expr) -> str | None:
        if isinstance(node, ast.Name):
            return names.get(node.id)
        if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
            return f"{base}.{node.attr}"
        return None

    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Name | ast.Attribute) and (name := dotted(node)):
            yield node.lineno, name


def one_cipher(module: str, tree: ast.Module) -> Iterator[Complaint]:
    """Cobblestone, in `ipvault.crypto.aead` only, is what encrypts; no other cipher is touched anywhere."""
    for line, name in uses(tree):
        last = name.rpartition(".")[2]
        misplaced = last.startswith("Cobblestone") and module != "ipvault.crypto.aead"
        if misplaced or last in _RAW_AEADS or within(name, *_OTHER_CIPHERS):
            yield Complaint(line, name)


def no_effects(module: str, tree: ast.Module) -> Iterator[Complaint]:
    """The journal, the records and the cryptography do no I/O; time and randomness are passed in."""
    if not within(module, *PURE_PACKAGES):
        return
    allowed = [name for package, names in _ALLOWED_EFFECTS.items() if within(module, package) for name in names]
    for line, name in uses(tree):
        # `import os` alone is judged by what is then used of it.
        if within(name, *_EFFECTS) and name != "os" and not within(name, *allowed):
            yield Complaint(line, name)


def streams_in_cli_only(module: str, tree: ast.Module) -> Iterator[Complaint]:
    """Only the command line speaks to people: nothing else prints or touches the standard streams.

    But for a script that others get and run, which is a program of its own.
    """
    if within(module, "ipvault.cli", "ipvault.evidence.bundle.verify"):
        return
    for line, name in uses(tree):
        if within(name, "print", "input", "getpass", "sys.stdin", "sys.stdout", "sys.stderr"):
            yield Complaint(line, name)


def no_locals_in_tracebacks(module: str, tree: ast.Module) -> Iterator[Complaint]:
    """No traceback shows local variables, which hold keys; every Typer application says so explicitly."""
    del module
    names = _imported_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        arguments = {keyword.arg: keyword.value for keyword in node.keywords}
        for name in _REVEALING_ARGUMENTS & arguments.keys():
            value = arguments[name]
            if not (isinstance(value, ast.Constant) and value.value is False):
                yield Complaint(node.lineno, f"{name} is not False")
        called = ast.unparse(node.func)
        first, dot, rest = called.partition(".")
        if names.get(first, first) + dot + rest == "typer.Typer" and "pretty_exceptions_show_locals" not in arguments:
            yield Complaint(node.lineno, "typer.Typer without pretty_exceptions_show_locals=False")


def requirement_docstrings(module: str, tree: ast.Module) -> Iterator[Complaint]:
    """The docstring of a test is the requirement that it holds."""
    del module
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name.startswith("test_")
            and not ast.get_docstring(node)
        ):
            yield Complaint(node.lineno, f"{node.name} has no docstring")


def module_docstring(module: str, tree: ast.Module) -> Iterator[Complaint]:
    """Every module says what it is for."""
    if not ast.get_docstring(tree):
        yield Complaint(1, f"{module} has no docstring")
