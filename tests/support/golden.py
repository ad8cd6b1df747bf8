"""Golden command-line cases: TOML files that say what a user types and what the program answers.

    [[case]]
    name = "the requirement, as a sentence"
    files = { "claims.txt" = "content" }       # in the case's own folder, where its steps run

    [[case.step]]
    args = ["show", "$id"]
    stdin = "text"                             # default: empty
    env = { NAME = "value" }                   # default: none
    exit = 0                                   # default: 0
    stdout = "…"                               # default: must be empty
    stderr = "…"

Expected output is compared line by line. `[..]` stands for anything within a line, a line `...` for any number of
lines. `$HOME`, `$FOLDER`, `$TIME`, `$HASH` and `$NUMBER` stand for what they say. Any other `$name` in lower case
stands for a word that is not known in advance: it is remembered where it first appears, must be the same from there
on, and can be used in later steps.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.program import ipvault

PATTERNS = {
    "TIME": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?",
    "HASH": r"[0-9a-f]{64}",
    "NUMBER": r"\d+",
}
_TOKEN = re.compile(r"\[\.\.\]|\$([A-Za-z_]+)")


@dataclass
class Case:
    """One user's story: steps that share a home and a folder."""

    name: str
    step: list[dict[str, Any]]
    files: dict[str, str] = field(default_factory=dict)

    def play(self, home: Path, folder: Path) -> None:
        """Take every step and compare what happened."""
        known = {"HOME": str(home), "FOLDER": str(folder)}
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            path.chmod(0o600)
        for number, step in enumerate(self.step, 1):
            arguments = [_fill(word, known) for word in step["args"]]
            env = {name: _fill(value, known) for name, value in step.get("env", {}).items()}
            outcome = ipvault(*arguments, stdin=_fill(step.get("stdin", ""), known).encode(), env=env, cwd=folder)
            place = f"{self.name}, step {number}: ipvault {' '.join(arguments)}\n{outcome}"
            assert outcome.exit == step.get("exit", 0), place
            for stream in ("stdout", "stderr"):
                expected = step.get(stream, "")
                assert match(expected, getattr(outcome, stream), known), f"{place}\nexpected {stream}:\n{expected}"


def load(path: Path) -> Iterator[Case]:
    """The cases of one file."""
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
        yield Case(**case)


def match(expected: str, actual: str, known: dict[str, str]) -> bool:
    """Whether `actual` is what `expected` describes; what it names for the first time is added to `known`."""
    seen: set[str] = set()
    lines = [r"(?:.*\n)*" if line == "..." else _pattern(line, known, seen) + r"\n" for line in expected.splitlines()]
    found = re.fullmatch("".join(lines), actual if actual.endswith("\n") or not actual else actual + "\n")
    if found is None:
        return False
    known.update(found.groupdict())
    return True


def _pattern(line: str, known: dict[str, str], seen: set[str]) -> str:
    parts, end = [], 0
    for token in _TOKEN.finditer(line):
        parts.append(re.escape(line[end : token.start()]))
        parts.append(_token(token[1], known, seen))
        end = token.end()
    return "".join([*parts, re.escape(line[end:])])


def _token(name: str | None, known: dict[str, str], seen: set[str]) -> str:
    if name is None:
        return ".*"
    if name in known:
        return re.escape(known[name])
    if name in PATTERNS:
        return PATTERNS[name]
    if name in seen:
        return f"(?P={name})"
    seen.add(name)
    return rf"(?P<{name}>[^\s\",]+)"


def _fill(text: str, known: dict[str, str]) -> str:
    return _TOKEN.sub(lambda token: known.get(token[1] or "", token[0]), text)
