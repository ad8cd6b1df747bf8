"""The table of commands as Typer's commands, each made from its module only when it is about to run."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
import typer.main
from typer._click.core import Command as ClickCommand, Context
from typer._click.exceptions import UsageError as ClickUsageError
from typer.core import TyperCommand, TyperGroup, TyperOption

from ipvault.cli.commands import COMMANDS, Command, Noun, Row
from ipvault.cli.help_page import Readable
from ipvault.cli.invocation import current
from ipvault.cli.options import GlobalOptions, option_parameters
from ipvault.cli.tables import READABLE
from ipvault.cli.usage import NoSuchCommand, VerbMissing, explain
from ipvault.errors import DestinationExists, DestinationTaken, ExitCode, NoFurtherPassphrase, NoNewPassphrase
from ipvault.text import _

PROGRAM = "ipvault"
COMPLETION_VARIABLE = "_IPVAULT_COMPLETE"


class VaultCommand(Readable, TyperCommand):
    """A command with the options of every command. No hint of its names an option that it does not have."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params += option_parameters()

    def invoke(self, ctx: Context) -> Any:
        current().settle(GlobalOptions(**ctx.meta))
        try:
            return super().invoke(ctx)
        except DestinationExists as taken:
            if "force" in ctx.params:
                raise
            raise DestinationTaken(**taken.fields) from None
        except NoNewPassphrase:
            if "new_passphrase_file" not in ctx.params:
                raise
            raise NoFurtherPassphrase from None


class VaultGroup(Readable, TyperGroup):
    """Commands from rows of the table: listing them imports nothing, resolving one imports its module."""

    def __init__(self, rows: Sequence[Row], *, params: list[Any], **settings: Any) -> None:
        super().__init__(params=params + option_parameters(), **settings)
        self._rows = {row.name: row for row in rows}

    def list_commands(self, ctx: Context) -> list[str]:
        return list(self._rows)

    def get_command(self, ctx: Context, cmd_name: str) -> ClickCommand | None:
        """A stand-in that has a name and a summary."""
        row = self._rows.get(cmd_name)
        return TyperCommand(row.name, short_help=_(row.summary)) if row else None

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, ClickCommand | None, list[str]]:
        name, *rest = args
        if ctx.resilient_parsing and name not in self._rows:  # the shell asks about a command that is still being typed
            return None, None, rest
        return name, self.load(name, ctx), rest

    def load(self, name: str, ctx: Context) -> ClickCommand:
        """The command itself. Raises `NoSuchCommand`."""
        row = self._rows.get(name)
        if row is None:
            raise NoSuchCommand(name, list(self._rows), ctx)
        if isinstance(row, Noun):
            return VaultGroup(row.verbs, name=name, params=[], help=_(row.summary))
        return _build(row)

    def invoke(self, ctx: Context) -> Any:
        if not ctx._protected_args:
            raise VerbMissing(ctx)
        return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), _("COMMAND …")]

    def sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        panels: dict[str, list[tuple[str, str]]] = {}
        for row in self._rows.values():
            panels.setdefault(_(row.panel), []).append((row.name, _(row.summary)))
        return list(panels.items())


def execute(arguments: Sequence[str]) -> int:
    """Parse `arguments`, run their command and return its exit code. Raises what the command raises.

    Typer's own `main` is not used: even with `standalone_mode=False` it ends with 1 on a broken pipe and swallows an
    interrupt, which have codes of their own here.
    """
    root = _program()
    try:
        with root.make_context(PROGRAM, list(arguments)) as context:
            return int(root.invoke(context) or ExitCode.DONE)
    except typer.Exit as done:
        return done.exit_code
    except ClickUsageError as error:
        raise explain(error, arguments) from None


def complete(instruction: str) -> int:
    """Answer the shell, which asks through an environment variable: no vault is opened and no key is needed."""
    from typer.completion import shell_complete

    from ipvault.cli.completing import prepare

    prepare()
    return shell_complete(_program(), {}, PROGRAM, COMPLETION_VARIABLE, instruction)


def page_of(words: Sequence[str], context: Context) -> str:
    """The page of help of the command that `words` name."""
    context = context.find_root()
    for word in words:
        if not isinstance(context.command, VaultGroup):
            raise NoSuchCommand(word, [], context)
        command = context.command.load(word, context)
        context = command.make_context(word, [], parent=context, resilient_parsing=True)
    return context.get_help()


def _program() -> VaultGroup:
    version = TyperOption(
        param_decls=["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_print_version,
        help=_("Show the version of ipvault."),
    )
    return VaultGroup(
        COMMANDS,
        name=PROGRAM,
        params=[version],
        help=_("Keep intellectual property encrypted, with a signed record of everything that happens to it."),
        epilog=_("`ipvault help` lists further topics, among them exit codes and JSON."),
        context_settings={"max_content_width": READABLE},
    )


def _build(row: Command) -> ClickCommand:
    module, _colon, function = row.target.partition(":")
    callback = getattr(import_module(f"ipvault.cli.{module}"), function)
    # A tool that keeps secrets never prints the local variables of a traceback, and prints its tracebacks itself.
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        pretty_exceptions_show_locals=False,
        rich_markup_mode=None,
    )
    details = inspect.getdoc(callback) or ""
    app.command(row.name, cls=VaultCommand, help="\n\n".join((_(row.summary), _(details))).strip())(callback)
    return typer.main.get_command(app)


def _print_version(ctx: Context, _parameter: object, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        current().output.version()
        raise typer.Exit
