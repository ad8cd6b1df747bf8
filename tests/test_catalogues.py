"""The translations: each is complete and fits the program, and the program speaks them."""

from __future__ import annotations

import ast
import errno
import functools
import gettext
import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from ipvault import text
from ipvault.catalog.register import STATUSES
from ipvault.cli.commands import all_commands
from ipvault.records import incidents
from ipvault.records.agreements import UNKNOWN
from ipvault.records.vocabulary import LABELS, RECEIPT_EVENTS, ROLES, TYPES
from ipvault.vault.findings import SEVERITIES
from tests.support.catalogue_checks import complaints, disagreements, forms_of, unreachable
from tests.support.catalogues import PACKAGE, ROOT, catalogue_files, compile_catalogue, read, sources, update
from tests.support.program import ipvault

CATALOGUES = catalogue_files()
COMMAND_LINES = [words for words, _command in all_commands()]

SENTENCE = "{name} has no version {version}; `ipvault history` shows them"
PLURAL = ("{count} file", "{count} files")


def language(path: Path) -> str:
    """The code of a catalogue's language."""
    return path.parts[-3]


def compiled(path: Path) -> dict[object, str]:
    """What gettext reads from the file beside a catalogue."""
    with path.with_suffix(".mo").open("rb") as file:
        return dict(vars(gettext.GNUTranslations(file))["_catalog"])


def catalogue_of(sentence: str, one: str, many: str) -> Catalog:
    """A German catalogue of `SENTENCE` and `PLURAL`."""
    catalogue = Catalog(locale="de")
    catalogue.add(SENTENCE, sentence)
    catalogue.add(PLURAL, (one, many))
    return catalogue


GOOD = ("{name} hat keine Version {version}; `ipvault history` zeigt sie", "{count} Datei", "{count} Dateien")


@pytest.fixture
def german() -> Iterator[None]:
    """German in this process, and what was before afterwards."""
    text.activate(["de"])
    yield
    text.activate([])


@pytest.mark.parametrize("path", CATALOGUES, ids=language)
def test_a_catalogue_translates_everything_that_the_program_says(path: Path) -> None:
    """Every sentence, nothing else, with the same placeholders and code; `python -m tests.support.catalogues` helps."""
    assert list(complaints(read(path), sources())) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=language)
def test_what_is_compiled_is_what_translators_wrote(path: Path) -> None:
    """The .mo file says what the .po file says."""
    assert list(disagreements(compiled(path), read(path))) == []


def test_there_is_german() -> None:
    """German is one of the languages."""
    assert "de" in text.available()


def test_nothing_is_said_around_the_catalogues() -> None:
    """The words of every error, and of what explains it, go through gettext."""
    found = [
        f"{path.relative_to(ROOT)}:{complaint}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for complaint in unreachable(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        'raise ChainBroken(7, "its signature is wrong")',
        'raise Damaged(place=path, reason="it is not there")',
        'raise UsageError(problem=f"the file {path} is not there")',
    ],
)
def test_a_sentence_that_no_catalogue_reaches_is_noticed(line: str) -> None:
    """Words in an error that are not inside `_()`, whether fixed or with values in them."""
    assert len(list(unreachable(ast.parse(line)))) == 1


def test_a_good_catalogue_passes() -> None:
    """What the next test spoils is right before."""
    assert list(complaints(catalogue_of(*GOOD), [SENTENCE, PLURAL])) == []


@pytest.mark.parametrize(
    ("forms", "problem"),
    [
        (("{name} hat {version} nicht; `ipvault verlauf` zeigt sie", *GOOD[1:]), "other code"),
        (("{name} hat keine solche; `ipvault history` zeigt sie", *GOOD[1:]), "other placeholders"),
        (("{name hat {version} nicht; `ipvault history` zeigt sie", *GOOD[1:]), "other placeholders"),
        ((GOOD[0] + "\u202e", *GOOD[1:]), "control characters"),
        ((GOOD[0] + " ", *GOOD[1:]), "other paragraphs or outer spaces"),
        (("", *GOOD[1:]), "untranslated"),
        ((GOOD[0], "eine Datei", GOOD[2]), "other placeholders"),
        ((GOOD[0], GOOD[1], "{anzahl} Dateien"), "other placeholders"),
        ((GOOD[0], GOOD[1], ""), "untranslated"),
    ],
)
def test_a_spoilt_translation_is_noticed(forms: tuple[str, str, str], problem: str) -> None:
    """Another placeholder, other code, a character that deceives, a form that is missing: one complaint says so."""
    found = list(complaints(catalogue_of(*forms), [SENTENCE, PLURAL]))
    assert [complaint.partition(":")[0] for complaint in found] == [problem]


def test_a_catalogue_that_is_not_up_to_date_is_noticed() -> None:
    """A sentence that is missing, one that is said no more, one marked fuzzy, other plural forms."""
    catalogue = catalogue_of(*GOOD)
    assert list(complaints(catalogue, [SENTENCE, PLURAL, "Done."])) == ["missing: Done."]
    assert list(complaints(catalogue, [PLURAL])) == [f"left over: {SENTENCE}"]
    catalogue.add(SENTENCE, GOOD[0], flags=["fuzzy"])
    assert list(complaints(catalogue, [SENTENCE, PLURAL])) == [f"untranslated: {SENTENCE}"]
    french = b'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
    assert [c.partition(":")[0] for c in complaints(read_po(BytesIO(french), locale="de"), [])] == ["plural forms"]


def test_a_compiled_file_that_is_stale_is_noticed() -> None:
    """Another wording, and a sentence that only one of the two has."""
    entries: dict[object, str] = {SENTENCE: GOOD[0], (PLURAL[0], 0): GOOD[1], (PLURAL[0], 1): GOOD[2]}
    assert list(disagreements(entries, catalogue_of(*GOOD))) == []
    assert len(list(disagreements(entries | {SENTENCE: "Anders."}, catalogue_of(*GOOD)))) == 1
    assert len(list(disagreements(entries | {"Done.": "Fertig."}, catalogue_of(*GOOD)))) == 1
    del entries[PLURAL[0], 1]
    assert len(list(disagreements(entries, catalogue_of(*GOOD)))) == 1


def test_the_updater_keeps_what_is_said_and_drops_the_rest(tmp_path: Path) -> None:
    """It keeps translations and the mark of a doubtful one, adds what is new untranslated, and compiles."""
    path = tmp_path / "de" / "LC_MESSAGES" / "ipvault.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid "Vault"\nmsgstr "Tresor"\n\n#, fuzzy\nmsgid "Help"\nmsgstr "Hilfe?"\n\nmsgid "Gone."\nmsgstr "Weg."\n'
    )
    update(path)
    compile_catalogue(path)
    problems = list(complaints(read(path), sources()))
    assert "untranslated: Help" in problems
    assert "untranslated: Documents" in problems
    assert not any(problem.endswith((": Vault", ": Gone.")) for problem in problems)
    assert compiled(path)["Vault"] == "Tresor"
    assert "Documents" not in compiled(path)


@pytest.mark.usefixtures("german")
def test_what_the_system_says_is_translated() -> None:
    """The reasons that an operating system gives, always in English, are said in German where they are known."""
    assert text.reason_of(PermissionError(errno.EACCES, os.strerror(errno.EACCES))) == "Keine Berechtigung"
    assert text.reason_of(OSError(errno.EDOM, "Something rare")) == "Something rare"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems word some of them in another way")
def test_the_system_says_it_in_these_words() -> None:
    """Each sentence listed for translation is one that the system has."""
    assert set(text.SYSTEM) <= set(map(os.strerror, errno.errorcode))


@pytest.mark.parametrize("words", COMMAND_LINES, ids=" ".join)
def test_a_page_of_help_is_all_in_german(words: tuple[str, ...]) -> None:
    """Summary, details, arguments and options, also what Typer adds to them: no English sentence is left.

    The values of options are typed as they are in every language.
    """
    outcome = ipvault(*words, "--help", env={"COLUMNS": "200", "IPVAULT_LANG": "de"})
    page = " ".join(outcome.stdout.split())
    left = [sentence for sentence in english_alone() if sentence in page and _stands_in(sentence, page)]
    assert (outcome.exit, left) == (0, [])
    assert f"Aufruf: ipvault {' '.join(words)} [OPTIONEN]" in page
    assert "Optionen aller Befehle:" in page
    assert not re.search(r"\[(default|required|x>)", page)


@functools.cache
def english_alone() -> list[str]:
    """The sentences, in one line each, that differ in German, without the values of options."""
    answered = (*incidents.CATEGORIES, *incidents.SEVERITIES, *incidents.PARTIES)
    typed = {*ROLES, *RECEIPT_EVENTS, *LABELS, *TYPES, *SEVERITIES, *STATUSES, *answered, "export", "package"}
    typed |= {"compliance", UNKNOWN}
    german = next(path for path in CATALOGUES if language(path) == "de")
    return [
        " ".join(sentence.split())
        for message in read(german)
        if isinstance(sentence := message.id, str) and len(sentence) > 4 and sentence not in typed
        if forms_of(message)[0] != sentence
    ]


def _stands_in(sentence: str, page: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(sentence)}(?!\w)", page) is not None


def test_the_list_of_commands_is_in_german() -> None:
    """`ipvault --lang de --help`: the summaries, and the titles of the groups."""
    outcome = ipvault("--lang", "de", "--help")
    assert outcome.exit == 0
    assert outcome.stdout.startswith("Aufruf: ipvault [OPTIONEN] BEFEHL …\n")
    assert "\nDokumente:\n  add      Dokumente in den Tresor legen.\n" in outcome.stdout


def test_a_command_and_its_errors_are_in_german() -> None:
    """--lang works after the subcommand, and covers the words error and hint."""
    outcome = ipvault("list", "--lang", "de")
    assert outcome.exit == 10
    assert outcome.stderr.startswith("ipvault: Fehler: Es wurde kein Tresor angegeben, und keiner ist")
    assert "\nipvault: Hinweis: Nennen Sie einen mit --vault oder IPVAULT_VAULT" in outcome.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["list", "--label", "hidden"], "--label: 'hidden' ist keines von 'public', 'internal', 'confidential'"),
        (["erase", "a", "--version", "0"], "--version: 0 ist kleiner als 1"),
        (["erase", "a", "--version", "x"], "--version: 'x' ist keine ganze Zahl"),
        (["erase", "a", "b"], "Zu viele Argumente: b"),
        (["erase"], "ITEM fehlt"),
        (["list", "--json=1"], "--json nimmt keinen Wert an"),
        (["list", "--since"], "--since braucht einen Wert"),
        (["list", "--passphrase-fd", "Sieben"], "--passphrase-fd: Sieben ist keine Nummer eines Dateideskriptors"),
    ],
)
def test_a_wrong_command_line_is_explained_in_german(words: list[str], sentence: str) -> None:
    """What Typer finds wrong is said in our words, and text of the user's stays as it was typed."""
    outcome = ipvault(*words, env={"IPVAULT_LANG": "de"})
    assert outcome.exit == 2
    assert f"Fehler: {sentence}" in outcome.stderr


def test_the_language_comes_from_a_variable() -> None:
    """IPVAULT_LANG=de, also with a country."""
    for code in ("de", "de_AT"):
        assert "Aufruf:" in ipvault("--help", env={"IPVAULT_LANG": code}).stdout


def test_the_language_comes_from_the_system() -> None:
    """LANG=de_DE.UTF-8 is enough; LC_ALL, which is above it, is English otherwise."""
    assert "Aufruf:" in ipvault("--help", env={"LANG": "de_DE.UTF-8", "LC_ALL": ""}).stdout
    assert "Usage:" in ipvault("--help", env={"LANG": "de_DE.UTF-8"}).stdout


def test_the_language_comes_from_the_configuration(home: Path) -> None:
    """`lang = "de"` in config.toml."""
    folder = home / "config" / "ipvault"
    folder.mkdir()
    (folder / "config.toml").write_text('lang = "de"\n')
    assert "Aufruf:" in ipvault("--help").stdout
    assert "Usage:" in ipvault("--help", "--lang", "en").stdout
