"""The sentences of the program, and the catalogues that translate them.

`python -m tests.support.catalogues` brings every `ipvault/locale/*/LC_MESSAGES/ipvault.po` up to date with the source
and compiles it. New sentences come in untranslated; a test tells which.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ipvault import __version__
from ipvault.cli.commands import all_commands
from ipvault.oversight.compliance.packs import measures, shipped
from ipvault.oversight.limits import controls
from ipvault.text import CATALOGUES, DOMAIN

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ipvault"

TRANSLATORS = "ipvault"

MessageId = str | tuple[str, str]


def sources() -> dict[MessageId, list[str]]:
    """Every sentence that goes through gettext, with the modules that say it. A pair is a singular and a plural."""
    found: dict[MessageId, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text())
        for message in _calls(tree):
            found.setdefault(message, []).append(str(path.relative_to(ROOT)))
    for _words, command in all_commands():
        module, _colon, function = command.target.partition(":")
        path = PACKAGE / "cli" / f"{module}.py"
        if details := _docstring(path, function):
            found.setdefault(details, []).append(str(path.relative_to(ROOT)))
    for place, sentence in _in_data():
        found.setdefault(sentence, []).append(place)
    return found


def catalogue_files() -> list[Path]:
    """The catalogues that there are."""
    return sorted(CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read(path: Path) -> Catalog:
    """A catalogue as its translators write it."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain=DOMAIN)


def update(path: Path) -> None:
    """Bring a catalogue up to date: keep what is translated and still said, add what is new."""
    old = read(path)
    new = Catalog(
        locale=path.parts[-3],
        domain=DOMAIN,
        header_comment=f"# ipvault in {Locale.parse(path.parts[-3]).english_name}.",
        project="ipvault",
        version=__version__,
        msgid_bugs_address=TRANSLATORS,
        last_translator=TRANSLATORS,
        language_team=TRANSLATORS,
        creation_date=old.creation_date,
        revision_date=old.creation_date,
        fuzzy=False,
    )
    for message, places in sources().items():
        known = old.get(message if isinstance(message, str) else message[0])
        flags = ["fuzzy"] if known and known.fuzzy else []
        new.add(message, known.string if known else None, flags=flags, auto_comments=places)
    with path.open("wb") as file:
        write_po(file, new, width=120, omit_header=False, include_lineno=False, sort_output=False)


def compile_catalogue(path: Path) -> None:
    """Write the file that the program reads beside the one that translators write."""
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, read(path))


def _calls(tree: ast.Module) -> Iterator[MessageId]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if node.func.id in ("_", "N_") and texts and texts[0]:
                yield texts[0]
            elif node.func.id == "ngettext" and len(texts) == 2:
                yield texts[0], texts[1]


def _in_data() -> Iterator[tuple[str, str]]:
    """The sentences that stand in data files of the package, each with its file."""
    place = "ipvault/oversight/limits/controls.toml"
    for control in controls.register().controls:
        yield from ((place, sentence) for sentence in (control.title, *(claim.says for claim in control.claims)))
    commands = frozenset(" ".join(words) for words, _command in all_commands())
    place = "ipvault/oversight/compliance"
    yield from ((f"{place}/measures.toml", measure.title) for measure in measures(commands).values())
    for framework in shipped(commands).values():
        sentences = [framework.name, framework.about, *(group.title for group in framework.groups)]
        sentences += [one.title for one in framework.controls()]
        yield from ((f"{place}/packs/{framework.id}.toml", sentence) for sentence in sentences)


def _docstring(path: Path, function: str) -> str:
    """The docstring of a command as the page of help has it."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return inspect.cleandoc(ast.get_docstring(node) or "")
    return ""


if __name__ == "__main__":
    for catalogue in catalogue_files():
        update(catalogue)
        compile_catalogue(catalogue)
