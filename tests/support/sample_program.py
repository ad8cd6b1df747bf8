"""The program with commands that do what real ones seldom do: `python -m tests.support.sample_program`.

They reach every way to end and every way to show something, without a vault.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import Annotated

import typer

from ipvault.cli import commands
from ipvault.cli.invocation import current
from ipvault.errors import Denied, ExitCode

CANARY = "canary-7f3a-correct-horse"
HOSTILE = "\x1b]52;c;aGk=\x07\x9b31m\r\b\u202egpj.exe\u2066\u200b\ufeff[red]x[/red][link=file:///]\x7f\udc80\u2028"


def fail(how: str) -> None:
    secret = CANARY  # a local variable that no traceback may show
    endings: dict[str, BaseException] = {
        "denied": Denied(reason=HOSTILE),
        "interrupt": KeyboardInterrupt(),
        "memory": MemoryError(),
        "disk": OSError(28, "No space left on device", "/data/\x1bfile"),
        "pipe": BrokenPipeError(32, "Broken pipe"),
        "unexpected": RuntimeError(secret),
    }
    raise endings[how]


def echo(
    words: Annotated[list[str] | None, typer.Argument()] = None, note: Annotated[str, typer.Option()] = ""
) -> ExitCode | None:
    """Shows how it was called."""
    invocation = current()
    invocation.output.warn("careful")
    invocation.output.remark("by the way")
    invocation.output.say("working")
    invocation.output.result("echo", {"options": invocation.options._asdict(), "words": words, "note": note})
    invocation.output.fields([("note", note), ("words", words)])
    return ExitCode.PARTIAL if note == "partial" else None


def rows(count: int, text: str = "name") -> None:
    output = current().output
    output.result("rows", {"count": count})
    output.table(["Name", "Size"], [(text, number) for number in range(count)])


def hostile() -> None:
    output = current().output
    output.result("hostile", {"name": HOSTILE})
    output.table(["Name", HOSTILE], [(HOSTILE, 1)])
    output.fields([(HOSTILE, HOSTILE)])
    output.text(HOSTILE)
    output.say(HOSTILE)
    output.warn(HOSTILE)


def pour(text: bool = False) -> None:
    sink = current().output.bytes_out("claims.pdf")
    for _ in range(2000):
        sink.write(b"a line of text\n" * 100 if text else b"\x89PNG\r\n\x1a\n" * 100)


def work(seconds: float) -> None:
    until = time.monotonic() + seconds
    with current().output.progress(f"Working {HOSTILE}", 1000) as progress:
        while time.monotonic() < until:
            progress.advance()
            time.sleep(0.01)


def linger() -> None:
    try:
        print("ready", flush=True)
        time.sleep(60)
    finally:
        print("cleaned up", flush=True)


def confirm() -> None:
    current().prompts.confirm_by_typing("Type the name: ", "widget", action="erasing widget", hint="use a terminal")


def passphrase(new: bool = False) -> None:
    from ipvault.cli.opening import passphrase_sources
    from ipvault.keys.passphrase import read_passphrase

    prompts = current().prompts
    ask = partial(prompts.new_passphrase, lambda _line: None) if new else partial(prompts.passphrase, "Passphrase: ")
    secret = read_passphrase(passphrase_sources(), ask)
    print("right" if secret.reveal().decode() == f" {CANARY} " else "wrong")


SAMPLES = (fail, echo, rows, hostile, pour, work, linger, confirm, passphrase)


def install() -> None:
    """Add the sample commands to the table, before the program reads it."""
    sys.modules["ipvault.cli.sample"] = sys.modules[__name__]
    commands.COMMANDS += tuple(
        commands.Command(f"sample-{f.__name__}", f"sample:{f.__name__}", "Samples", "A sample.") for f in SAMPLES
    )


if __name__ == "__main__":
    from ipvault.cli.main import run

    install()
    sys.exit(run())
