"""Everything that a command shows. Data go to standard output, everything else to standard error.

This is the one place where text meets a terminal: whatever is printed for a person passes through `printable` here, in
`tables` or in `progress`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TextIO

from ipvault import __version__
from ipvault.characters import columns, printable
from ipvault.cli.binary import ByteSink, TextOnly, widen_pipe
from ipvault.cli.envelope import Result, failure, success
from ipvault.cli.environment import Environment
from ipvault.cli.options import GlobalOptions
from ipvault.cli.progress import Bar, Silence, Unit
from ipvault.cli.tables import Row, aligned, draw, draw_markdown, separated
from ipvault.errors import UsageError, VaultError
from ipvault.text import _, as_json

if TYPE_CHECKING:
    from ipvault.journal.head import Head

DRAWN_ROWS = 200  # drawing costs a millisecond a row; nobody reads more of them with pleasure

_RED, _YELLOW, _BOLD, _RESET = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[0m"


class Output:
    """The two streams, as the options want them. With `--json` only `finish`, `jsonl` and `failure` print."""

    def __init__(self, environment: Environment, options: GlobalOptions) -> None:
        self._environment = environment
        self._options = options
        self._warnings: list[str] = []
        self._result: Result | None = None

    @property
    def wants_json(self) -> bool:
        """Whether `--json` was given: then the rest need not be worked out."""
        return self._options.json

    def result(self, command: str, data: Mapping[str, Any], *, journal: Head | None = None) -> None:
        """The outcome, for programs; `journal` is where a change was recorded. Printed by `finish`."""
        self._result = Result(command, data, journal)

    def finish(self, *, ok: bool) -> None:
        """The command has done its work: with `--json`, print its result and all warnings, as one object."""
        if self.wants_json and self._result is not None:
            envelope = success(self._result, ok=ok, warnings=self._warnings)
            self._environment.stdout.write(as_json(envelope) + "\n")

    def version(self) -> None:
        """The answer to `--version`."""
        self.result("version", {"version": __version__})
        self.text(f"ipvault {__version__}")

    def jsonl(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """One JSON object a line, written as they come."""
        self._environment.stdout.writelines(as_json(row) + "\n" for row in rows)

    def say(self, sentence: str, *, even_quietly: bool = False) -> None:
        """Tell the person what happened; with `--quiet` only what he would otherwise wonder about."""
        if not self.wants_json and (even_quietly or not self._options.quiet):
            self._on_stderr(printable(sentence))

    def warn(self, sentence: str) -> None:
        """Something to act on, although the command succeeds. With `--json` it is in the result."""
        self._warnings.append(sentence)
        if not self.wants_json:
            self._tell(_("warning"), sentence, _YELLOW)

    def remark(self, sentence: str) -> None:
        """A warning that asks for nothing: not printed with `--quiet`. With `--json` it is in the result."""
        if self._options.quiet and not self.wants_json:
            return
        self.warn(sentence)

    def failure(self, error: VaultError, trace: Sequence[str] = ()) -> None:
        """Why the command failed, and what to do next; `trace` says where in the program, for those who asked."""
        if self.wants_json:
            self._on_stderr(as_json(failure(error, trace)))
            return
        for line in trace:
            self._on_stderr(printable(line))
        if usage := error.fields.get("usage"):
            self._on_stderr(str(usage))
        self._tell(_("error"), str(error), _RED)
        if advice := error.advice():
            self._tell(_("hint"), advice, _BOLD)

    def table(self, titles: Sequence[str], rows: Iterable[Row]) -> None:
        """Rows for a person, or separated by tabs and without titles for a program that reads the output."""
        stream = self._environment.stdout
        if self.wants_json:
            return
        if not stream.isatty():
            stream.writelines(line + "\n" for line in separated(rows))
            return
        first = list(islice(iterator := iter(rows), DRAWN_ROWS + 1))
        if self._options.plain or len(first) > DRAWN_ROWS:
            stream.writelines(line + "\n" for line in aligned(titles, chain(first, iterator)))
        else:
            draw(titles, first, stream, width=self._environment.width, colour=self._colour(stream))

    def fields(self, pairs: Sequence[tuple[str, object]]) -> None:
        """One thing, a line for each of its properties: `label: value`."""
        if self.wants_json:
            return
        stream = self._environment.stdout
        width = max(columns(label) for label, _value in pairs) if stream.isatty() else 0
        for label, value in pairs:
            padding = " " * (width - columns(label))
            stream.write(f"{self._paint(label, _BOLD, stream)}: {padding}{printable(str(value))}\n")

    def text(self, text: str) -> None:
        """Lines for standard output, such as a page of help."""
        if not self.wants_json:
            self._environment.stdout.writelines(printable(line) + "\n" for line in text.expandtabs().splitlines())

    def markdown(self, page: str) -> None:
        """A document: laid out for a person, as it is for a program."""
        stream = self._environment.stdout
        if self.wants_json or self._options.plain or not stream.isatty():
            self.text(page)
            return
        safe = "\n".join(map(printable, page.splitlines()))
        draw_markdown(safe, stream, width=self._environment.width, colour=self._colour(stream))

    def progress(self, label: str, total: int | None, unit: Unit = "items") -> Silence:
        """A context manager whose `advance(n)` moves a bar; `total` may be unknown."""
        stream = self._environment.stderr
        if self._options.quiet or self._options.plain or self.wants_json or not self._environment.can_move(stream):
            return Silence()  # a bar that cannot be drawn over again would fill the screen
        return Bar(label, total, unit, stream, colour=self._colour(stream))

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        """A stage of long work, counted in bytes, with a bar."""
        with self.progress(name, total, "bytes") as bar:
            yield bar.advance

    def bytes_out(self, name: str) -> ByteSink:
        """Where the content of the document `name` goes. Writing to it raises `BinaryToTerminal` where that applies.

        With `--json` standard output cannot carry a document as well: `UsageError`.
        """
        if self.wants_json:
            raise UsageError(problem=_("--json cannot be combined with a document on standard output"))
        stream = self._environment.stdout
        if stream.isatty():
            return TextOnly(stream.buffer, name)
        widen_pipe(stream.fileno())
        return stream.buffer

    def _colour(self, stream: TextIO) -> bool:
        return not self._options.plain and self._environment.colour(stream)

    def _paint(self, text: str, style: str, stream: TextIO) -> str:
        text = printable(text)
        return f"{style}{text}{_RESET}" if self._colour(stream) else text

    def _tell(self, kind: str, sentence: str, style: str) -> None:
        stream = self._environment.stderr
        self._on_stderr(f"{self._paint(f'ipvault: {kind}:', style, stream)} {printable(sentence)}")

    def _on_stderr(self, line: str) -> None:
        with suppress(OSError):  # nobody listens; that must not change what the command does
            self._environment.stderr.write(line + "\n")
            self._environment.stderr.flush()
