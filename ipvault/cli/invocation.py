"""One run of the program: the options of every command, the environment, the output and the prompts."""

from __future__ import annotations

from contextvars import ContextVar
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ipvault.cli.environment import Environment
from ipvault.cli.options import GlobalOptions
from ipvault.cli.output import Output
from ipvault.errors import VaultError
from ipvault.text import call_by

if TYPE_CHECKING:
    from ipvault.cli.prompts import Prompts

_current: ContextVar[Invocation] = ContextVar("invocation")


def current() -> Invocation:
    """The run that is under way."""
    return _current.get()


class Invocation:
    """What a command may know about how it was called."""

    def __init__(self, environment: Environment, options: GlobalOptions) -> None:
        self.environment = environment
        self.is_in_vault = False
        """Whether the command has come to a vault."""
        self.settle(options)
        _current.set(self)
        call_by(self._program)

    def settle(self, options: GlobalOptions) -> None:
        """Take `options` for the rest of the run: the command line has been read to its end."""
        self.options = options
        self.output = Output(self.environment, options)

    @cached_property
    def prompts(self) -> Prompts:
        """Questions to the person at the terminal."""
        from ipvault.cli.prompts import Prompts

        return Prompts(may_ask=not self.options.no_input)

    def vault_path(self) -> Path:
        """The vault that this run is about. Raises `NoVaultChosen`."""
        from ipvault.settings import find_vault

        return find_vault(self.options.vault, self.environment.variables, Path.cwd())

    def vault_if_any(self) -> Path | None:
        """The vault that a command without one finds all the same, so that it writes nothing into it."""
        try:
            path = self.vault_path()
        except VaultError:
            return None
        return path if path.is_dir() else None

    def _program(self) -> str:
        """What a person types before the next command, so that it is about this run's vault."""
        vault = self.options.vault
        if vault is None:
            return "ipvault"
        import shlex

        from ipvault.settings import finds_unnamed

        if finds_unnamed(vault, self.environment.variables):
            return "ipvault"
        return f"ipvault --vault {shlex.quote(str(vault))}"
