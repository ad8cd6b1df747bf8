"""README.md is word for word true: what it shows is what happens, and what it names exists."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pexpect
import pytest

from ipvault.cli.commands import COMMANDS, Noun, all_commands
from ipvault.cli.help import TOPICS
from ipvault.errors import ExitCode
from ipvault.settings import ENVIRONMENT
from tests.support.checkout import ipvault_program
from tests.support.peers import need
from tests.support.program import ROOT, ipvault
from tests.support.terminal import Terminal

README = (ROOT / "README.md").read_text(encoding="utf-8")
HOME = "/home/ada"  # as README shows it
PASSPHRASE = "canary crane-quartz 17"

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PROMPT = r"(?:New passphrase|The same again|Passphrase): $"
_SEPARATOR = "\x1e"
_STYLE = re.compile(r"\x1b\[[\d;]*m")
_VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?"), "TIME"),
    (re.compile(r"\b[0-9a-f]{8,64}\b"), "HEX"),
    (re.compile(r"\d+(?:\.\d)? KiB"), "SIZE"),
    (re.compile("─+"), "─"),
    (re.compile(r"[ \t]+"), " "),
)


@dataclass
class Step:
    """A command of a console block, and the lines that are shown below it."""

    command: str
    shown: list[str] = field(default_factory=list)


def steps(text: str) -> list[Step]:
    """The commands of all blocks that begin with a prompt, in order."""
    found: list[Step] = []
    for block in _FENCED.finditer(text):
        if not block[2].startswith("$ "):
            continue
        for line in block[2].splitlines():
            if line.startswith("$ "):
                found.append(Step(line.removeprefix("$ ")))
            elif line.startswith("> "):
                found[-1].command += "\n" + line.removeprefix("> ")
            else:
                found[-1].shown.append(line)
    return found


def play(commands: list[str], script: Path) -> list[str]:
    """What each command shows at a terminal, in one shell, to somebody who types the passphrase when asked."""
    mark = f"printf '\\{ord(_SEPARATOR):03o}'"
    script.write_text("\n".join([f"cd; {mark}", *(f"{command}\n{mark}" for command in commands)]), encoding="utf-8")
    shown = ""
    with Terminal.of(["sh", str(script)]) as terminal:
        while terminal.process.expect([_PROMPT, pexpect.EOF]) == 0:
            shown += f"{terminal.process.before}{terminal.process.after}"
            terminal.type_line(PASSPHRASE, silently=True)
        shown += str(terminal.process.before)
    return _STYLE.sub("", shown.replace("\r\n", "\n")).split(_SEPARATOR)[1:-1]


def shape(lines: list[str], home: str) -> list[str]:
    """`lines` without what differs from run to run: times, ids and hashes, sizes of encrypted files, widths, `home`."""
    text = "\n".join(lines).replace(home, HOME)
    for pattern, name in _VARYING:
        text = pattern.sub(name, text)
    return [line.strip() for line in text.strip().splitlines()]


def untrue_steps(text: str, home: Path) -> list[str]:
    """Every command of `text` that does not show what the text says."""
    told = steps(text)
    happened = play([step.command for step in told], home / "session.sh")
    assert len(happened) == len(told), happened
    return [
        "\n".join([f"$ {step.command}", "README:", *step.shown, "really:", really])
        for step, really in zip(told, happened, strict=True)
        if shape(step.shown, HOME) != shape(really.splitlines(), str(home))
    ]


def code(text: str) -> Iterator[str]:
    """Every piece of code: the commands in blocks, and what stands between backquotes."""
    yield from (step.command for step in steps(text))
    for block in _FENCED.finditer(text):
        if block[1] == "sh":
            yield from block[2].splitlines()
    yield from (" ".join(span.split()) for span in _INLINE.findall(_FENCED.sub("", text)))


def calls(text: str) -> Iterator[list[str]]:
    """The arguments of every call of ipvault in a piece of code, those within "$(…)" included."""
    words = shlex.shlex(text.replace('"', " "), posix=True, punctuation_chars=True)
    words.whitespace_split = True
    call: list[str] | None = None
    for word in [*words, ";"]:
        if set(word) <= set("();<>|&"):
            if call:
                yield call
            call = None
        elif call is not None:
            call.append(word)
        elif word == "ipvault" or word.endswith("/ipvault"):
            call = []


@cache
def page(*words: str) -> str:
    """A page of help."""
    outcome = ipvault(*words, "--help")
    assert outcome.exit == 0, outcome
    return outcome.stdout


def has_option(option: str, text: str) -> bool:
    """Whether a page of help lists `option`."""
    return re.search(rf"^  (-\w, )?{re.escape(option)}(?![\w-])", text, re.MULTILINE) is not None


def all_pages() -> Iterator[str]:
    """Every page of help."""
    yield page()
    yield from (page(*words) for words, _command in all_commands())


def unknown_words(text: str) -> list[str]:
    """Every command, option, topic and variable that `text` names and ipvault does not have."""
    rows = {row.name: row for row in COMMANDS}
    wrong = []
    for piece in code(text):
        if piece.startswith("-") and len(piece) > 1 and not any(has_option(piece, one) for one in all_pages()):
            wrong.append(piece)
        for call in calls(piece):
            words = [word for word in call if word in rows][:1]
            row = rows.get(words[0]) if words else None
            rest = call[call.index(words[0]) + 1 :] if words else call
            while isinstance(row, Noun) and (verb := {one.name: one for one in row.verbs}.get(next(iter(rest), ""))):
                words, rest, row = [*words, verb.name], rest[1:], verb
            named = [word for word in rest if not word.startswith("-")]
            if row is None and named:
                wrong.append(f"ipvault {' '.join(call)}")
            elif words[:1] == ["help"]:
                wrong += [f"ipvault help {topic}" for topic in named if topic not in {*TOPICS, *rows}]
            elif isinstance(row, Noun):
                wrong.append(f"ipvault {' '.join(call)}")
            options = [word.partition("=")[0] for word in call if re.fullmatch(r"--?[a-z].*", word)]
            wrong += [
                f"ipvault {' '.join(words)} {option}" for option in options if not has_option(option, page(*words))
            ]
    variables = {variable.name for variable in ENVIRONMENT}
    return wrong + [name for name in re.findall(r"\bIPVAULT_[A-Z_]+\b", text) if name not in variables]


def dead_links(text: str) -> list[str]:
    """Every link, and every file of the repository named in code, that leads nowhere."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    named = [word for piece in code(text) for word in re.findall(r"\b(?:examples|tests)/[\w./-]+\w", piece)]
    links = [link for link in _LINK.findall(text) if not link.startswith("https://")]
    return [
        target
        for target in links + named
        if not (target[1:] in anchors if target.startswith("#") else (ROOT / target.partition("#")[0]).exists())
    ]


@pytest.fixture
def _shell(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ipvault` on the PATH of a terminal that is wide enough for any name of the scratch home."""
    folder = ipvault_program(home / "bin").parent
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("NO_COLOR", "1")


def test_the_first_two_commands_install_and_test() -> None:
    """The first code that README shows is the main job on real files, then the tests, and both scripts are there."""
    first = _FENCED.search(README)
    assert first is not None
    assert first[2].splitlines() == ["sh examples/quickstart.sh", "sh tests/run.sh"]
    assert not _INLINE.search(README[: first.start()])
    assert all((ROOT / line.split()[1]).is_file() for line in first[2].splitlines())


@pytest.mark.slow
@pytest.mark.usefixtures("_shell")
def test_what_readme_shows_is_what_happens(home: Path) -> None:
    """Every command that README shows with a prompt, run in order, prints what README prints below it."""
    need("jq")
    assert len(steps(README)) > 30
    untrue = untrue_steps(README, home)
    assert not untrue, "\n\n".join(untrue)


@pytest.mark.slow
@pytest.mark.usefixtures("_shell")
def test_what_readme_shares_can_be_shared(home: Path) -> None:
    """The six commands of sharing work as they stand there, on the vault that a reader has by then."""
    (block,) = re.findall(r"^## Sharing\n.*?^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    so_far = [
        step.command for step in steps(README) if re.match("mkdir|echo|tar|ipvault (init|unlock|add) ", step.command)
    ]
    bob = "--identity bob.toml"
    heard = f"$(ipvault identity show --json {bob} | jq --raw-output .data.fingerprint)"
    before = [
        "echo agreed > nda.pdf",
        f"ipvault identity create --name Bob {bob}",
        f"ipvault identity card -o bob.card {bob}",
    ]
    commands = [*so_far, *before]
    for command in block.splitlines():
        if command.startswith("ipvault receipt"):
            commands.append(f"ipvault receipt create package.ipvault --event received -o receipt.toml {bob}")
        is_asked = command == "ipvault recipient verify Bob"
        commands.append(f"{command} --fingerprint {heard}" if is_asked else command)
    shown = play([f'{command}; echo "ended $?"' for command in commands], home / "session.sh")
    failed = [pair for pair in zip(commands, shown, strict=True) if not pair[1].endswith("ended 0\n")]
    assert not failed, failed
    assert "archive/widget.tar" in shown[-1]


@pytest.mark.usefixtures("_shell")
@pytest.mark.parametrize(
    "block",
    ["$ echo one\ntwo", "$ true\none", "$ echo one", "$ ipvault list\nName", "$ ipvault --version\nipvault 0.0"],
)
def test_an_untrue_block_is_found(home: Path, block: str) -> None:
    """Other output than shown, missing output, output that is not shown and a failing command are all noticed."""
    assert untrue_steps(f"```console\n$ echo yes\nyes\n{block}\n```\n", home)[0].startswith(block.splitlines()[0])


def test_readme_names_nothing_that_ipvault_lacks() -> None:
    """Every command, option, topic and variable that README names exists."""
    assert unknown_words(README) == []


@pytest.mark.parametrize(
    "text",
    [
        "`ipvault lits`",
        "`ipvault list --tags x`",
        "`ipvault journal lits`",
        "`ipvault help formats`",
        "`--without-key`",
        "`IPVAULT_PASSPHRASE`",
        "```console\n$ cat x | ipvault add - --nmae y\n```\n",
        "```sh\nipvault --no-inputs list\n```\n",
        '```console\n$ test "$(ipvault lits)"\n```\n',
    ],
)
def test_what_ipvault_lacks_is_found(text: str) -> None:
    """A misspelt command, verb, option, topic or variable is noticed wherever it stands."""
    assert unknown_words(text)


def test_every_link_of_readme_leads_somewhere() -> None:
    """Links to files, to headings, and files named in code are there."""
    assert dead_links(README) == []


@pytest.mark.parametrize("text", ["[x](no/such.md)", "[x](#nowhere)", "`sh examples/nothing.sh`"])
def test_a_dead_link_is_found(text: str) -> None:
    """A link to nothing is noticed."""
    assert dead_links(text)


def test_readme_lists_every_exit_code() -> None:
    """The table of exit codes has those of the program, each once."""
    rows = re.findall(r"^\| \d+ \|.*$", README, re.MULTILINE)
    listed = [int(number) for row in rows for number in re.findall(r"\| (\d+) ", row)]
    assert sorted(listed) == sorted(ExitCode)
