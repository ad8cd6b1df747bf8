"""Answers for a shell that completes a command line: Typer's, but file names only where a file is meant.

Documents are never offered: their names would stand on the screen of whoever presses Tab.
"""

from __future__ import annotations

from typer._click.core import Parameter
from typer._click.shell_completion import ShellComplete, _resolve_context, _resolve_incomplete, add_completion_class
from typer._completion_classes import BashComplete, ZshComplete, completion_init

FILES = "_files"
"""The answer by which the shell is to offer file names: a command of zsh, and what our script for bash looks for."""

_OF_FILES = ("PATH", "FILE", "DIR")


def prepare() -> None:
    """Have Typer answer shells in this way."""
    completion_init()
    add_completion_class(_Bash, _Bash.name)
    add_completion_class(_Zsh, _Zsh.name)


def _or_files(shell: ShellComplete, answer: str) -> str:
    """`answer`, or where there is none whether files are meant, as the metavar of what is being typed tells."""
    if answer not in ("", FILES):
        return answer
    words, incomplete = shell.get_completion_args()
    context = _resolve_context(shell.cli, shell.ctx_args, shell.prog_name, words)
    typed, _rest = _resolve_incomplete(context, words, incomplete)
    means_files = isinstance(typed, Parameter) and any(word in (typed.metavar or "") for word in _OF_FILES)
    return FILES if means_files else ""


class _Bash(BashComplete):
    def complete(self) -> str:
        return _or_files(self, super().complete())


class _Zsh(ZshComplete):
    def complete(self) -> str:
        return _or_files(self, super().complete())
