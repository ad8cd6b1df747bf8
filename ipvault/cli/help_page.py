"""How a page of help looks: plain text in sections, those of every command last.

Typer would draw it with Rich, whose import alone costs more than the rest of `--help` together.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable

import typer
from typer._click.core import Command, Context
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperOption

from ipvault.cli.invocation import current
from ipvault.cli.options import EVERY_COMMAND
from ipvault.text import _


class Readable(Command):
    """A mix-in for Typer's commands and groups."""

    def sections(self) -> Iterable[tuple[str, list[tuple[str, str]]]]:
        """Further sections: a title, and rows of a term and its explanation."""
        return ()

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("Show this page.")
            option.rich_help_panel = _(EVERY_COMMAND)
            option.callback = _print_page
        return option

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        arguments = [p for p in self.get_params(ctx) if isinstance(p, TyperArgument) and not p.hidden]
        return [_("[OPTIONS]"), *map(_usage_of, arguments)]

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage:") + " ")

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        self.format_usage(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(inspect.cleandoc(self.help or ""))
        for title, rows in (*self.sections(), *self._parameters(ctx).items()):
            with formatter.section(title):
                formatter.write_dl(rows)
        self.format_epilog(ctx, formatter)

    def _parameters(self, ctx: Context) -> dict[str, list[tuple[str, str]]]:
        panels: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            if not isinstance(parameter, (TyperArgument, TyperOption)):
                continue
            if (row := parameter.get_help_record(ctx)) is None:  # hidden
                continue
            if isinstance(parameter, TyperArgument):
                panels.setdefault(_("Arguments"), []).append((_usage_of(parameter), parameter.help or ""))
            else:
                explained = (row[0], _explanation(parameter.help or "", row[1]))
                panels.setdefault(parameter.rich_help_panel or _("Options"), []).append(explained)
        return panels


def _usage_of(argument: TyperArgument) -> str:
    name = (argument.metavar or argument.name or "").upper() + ("…" if argument.nargs != 1 else "")
    return name if argument.required else f"[{name}]"


def _explanation(help_text: str, explanation: str) -> str:
    """What an option does, with what Typer adds to it in brackets and English in words of ours."""
    extras = explanation[len(help_text) :].strip().removeprefix("[").removesuffix("]")
    return f"{help_text}  [{'; '.join(map(_extra, extras.split('; ')))}]" if extras else help_text


def _extra(text: str) -> str:
    if text.startswith("default: "):
        return _("default: {value}").format(value=text.removeprefix("default: "))
    if text.startswith("x>="):
        return _("at least {least}").format(least=text.removeprefix("x>="))
    return _("required") if text == "required" else text


def _print_page(ctx: Context, _parameter: object, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        page = ctx.get_help()
        current().output.result("help", {"text": page})
        current().output.text(page)
        raise typer.Exit
