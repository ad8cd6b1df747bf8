"""The entry point: it owns every exit code, and it answers `--version` before anything slow is imported."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import NoReturn

from ipvault.cli.environment import Environment
from ipvault.cli.failures import as_vault_error, where
from ipvault.cli.invocation import Invocation
from ipvault.cli.options import early_options
from ipvault.errors import BrokenPipe, ExitCode, Unexpected

_ALLOCATIONS = 200_000
"""Between two searches for cycles: a short run has few, and searching costs a tenth of listing 10,000 items."""


def main() -> NoReturn:
    """The `ipvault` script."""
    end(run())


def run(argv: list[str] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code. Raises nothing."""
    gc.set_threshold(_ALLOCATIONS)
    arguments = sys.argv[1:] if argv is None else argv
    invocation = Invocation(Environment.of_process(), early_options(arguments))
    try:
        _interrupt_on_signals()
        code = _dispatch(arguments, invocation)
        invocation.output.finish(ok=code == ExitCode.DONE)
        invocation.environment.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - every way to end has its exit code
        code = _fail(error, invocation)
    return code


def end(code: int) -> NoReturn:
    """End this process without taking Python apart, which takes as long as a sixth of a command.

    What others were promised is kept: threads are waited for, and what is to be called at the end is called.
    """
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def _dispatch(arguments: list[str], invocation: Invocation) -> int:
    if arguments == ["--version"]:
        invocation.output.version()
        return ExitCode.DONE
    from ipvault.cli.language import choose_language

    variables = invocation.environment.variables
    choose_language(invocation.options.lang, variables)

    from ipvault.cli.application import COMPLETION_VARIABLE, complete, execute

    if instruction := variables.get(COMPLETION_VARIABLE):
        return complete(instruction)
    return execute(arguments)


def _interrupt_on_signals() -> None:
    """Have a polite kill or a closed terminal end the command as Ctrl-C does, so that it can clean up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays nohup
            signal.signal(number, signal.default_int_handler)


def _fail(error: BaseException, invocation: Invocation) -> int:
    failure = as_vault_error(error, is_in_vault=invocation.is_in_vault)
    trace: list[str] = []
    if isinstance(failure, Unexpected) and invocation.environment.variables.get("IPVAULT_DEBUG") == "1":
        trace = where(error)
    people_know = isinstance(failure, BrokenPipe) and not failure.advice()  # why a pipe ended
    if invocation.output.wants_json or not people_know:
        invocation.output.failure(failure, trace)
    _abandon_output(invocation)
    return failure.exit_code


def _abandon_output(invocation: Invocation) -> None:
    """Write out what is left, or drop it, so that the interpreter does not try again and complain when it exits."""
    stdout = invocation.environment.stdout
    try:
        stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stdout.fileno())
        os.close(nowhere)
