"""`ipvault completion`: shell completion of commands and options. Names of documents are never completed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from typer._completion_shared import get_completion_script

from ipvault.cli.application import COMPLETION_VARIABLE, PROGRAM
from ipvault.cli.completing import FILES
from ipvault.cli.invocation import current
from ipvault.text import _

_BASH = f"""
_{PROGRAM}_completion() {{
    local IFS=$'\\n'
    COMPREPLY=( $( env COMP_WORDS="${{COMP_WORDS[*]}}" \\
                   COMP_CWORD=$COMP_CWORD \\
                   {COMPLETION_VARIABLE}=complete_bash $1 ) )
    if [ "${{COMPREPLY[0]}}" = {FILES} ]; then
        COMPREPLY=()
        compopt -o default
    fi
    return 0
}}

complete -F _{PROGRAM}_completion {PROGRAM}
""".strip()
"""Typer's script for bash, which would offer files wherever it knows nothing else."""


class Shell(StrEnum):
    """The shells that can be served."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help=_("Your shell."))]) -> None:
    """Commands and options are completed without opening the vault, and titles of documents never are.

    To have it in every new bash, add this line to ~/.bashrc: eval "$(ipvault completion bash)"
    """
    script = (
        _BASH
        if shell is Shell.bash
        else get_completion_script(prog_name=PROGRAM, complete_var=COMPLETION_VARIABLE, shell=shell.value)
    )
    output = current().output
    output.result("completion", {"shell": shell.value, "script": script})
    output.text(script)
