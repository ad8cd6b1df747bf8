"""What is wrong with a command line, in ipvault's own words."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from typer._click.core import Context
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoSuchOption,
    UsageError as ClickUsageError,
)
from typer._types import TyperChoice

from ipvault.errors import CommandLineWrong
from ipvault.text import _


class NoSuchCommand(ClickUsageError):
    """`name` is none of `known`."""

    def __init__(self, name: str, known: list[str], ctx: Context) -> None:
        super().__init__(name, ctx)
        self.name = name
        self.known = known


class VerbMissing(ClickUsageError):
    """A noun, or the program, was called without a verb: its page of help is shown in place of the usage line."""

    def __init__(self, ctx: Context) -> None:
        super().__init__("", ctx)


def explain(error: ClickUsageError, arguments: Sequence[str]) -> CommandLineWrong:
    """The same error with its usage line, a sentence, and what to do about it; `arguments` are the command line."""
    context = error.ctx
    if context is None:
        return CommandLineWrong(problem=_sentence(error), advice="", usage="")
    usage = context.get_help() if isinstance(error, VerbMissing) else context.get_usage()
    page = _("`{command} --help` explains").format(command=context.command_path)
    return CommandLineWrong(
        problem=_sentence(error), advice=_dashed(arguments) or _suggestion(error) or page, usage=usage
    )


def _sentence(error: ClickUsageError) -> str:
    match error:
        case VerbMissing():
            return _("a command is missing")
        case NoSuchCommand(name=name):
            return _("there is no command {name}").format(name=name)
        case NoSuchOption(option_name=option):
            return _("there is no option {option}").format(option=option)
        case BadOptionUsage(option_name=option) if error.message.endswith("requires an argument."):
            return _("{option} needs a value").format(option=option)
        case BadOptionUsage(option_name=option) if error.message.endswith("does not take a value."):
            return _("{option} takes no value").format(option=option)
        case MissingParameter(param=param) if param is not None:
            return _("{name} is missing").format(name=_name(error))
        case BadParameter(param=param) if param is not None:
            return _("{name}: {problem}").format(name=_name(error), problem=_problem(error.message))
    return _of_message(error.format_message())


def _name(error: BadParameter) -> str:
    if error.param is None:
        return ""
    return error.param.human_readable_name.upper() if error.param.param_type_name == "argument" else error.param.opts[0]


def _of_message(message: str) -> str:
    """What is wrong where only Typer's English sentence tells it."""
    if found := re.fullmatch(r"Got unexpected extra argument\(s\) \((.*)\)", message, re.DOTALL):
        return _("too many arguments: {words}").format(words=found[1])
    return message[:1].lower() + message[1:].rstrip(".")


def _problem(message: str) -> str:
    """What is wrong with a value: our own words, or ours for Typer's, which only a programmer understands."""
    if found := re.fullmatch(r"(.*) is not a valid int(?: range)?\.", message):
        return _("{value} is not a whole number").format(value=found[1])
    if found := re.fullmatch(r"(.*) is not in the range x>=(\d+)\.", message):
        return _("{value} is less than {least}").format(value=found[1], least=found[2])
    if found := re.fullmatch(r"(.*) is not one of (.*)\.", message, re.DOTALL):
        return _("{value} is not one of {choices}").format(value=found[1], choices=found[2])
    return message


def _dashed(arguments: Sequence[str]) -> str:
    """What to do where a file's name was taken for options, or an empty string."""
    for word in arguments:
        if word == "--":
            break
        if word.startswith("-") and os.path.lexists(word):
            text = _("if you mean the file {name}, write it as {path}, or write -- before it")
            return text.format(name=word, path=shlex.quote(f"./{word}"))
    return ""


def _suggestion(error: ClickUsageError) -> str:
    match error:
        case NoSuchCommand(name=name, known=known):
            return did_you_mean(name, known)
        case NoSuchOption(possibilities=possibilities):
            return _did_you_mean(possibilities or ())
        case MissingParameter(param=param) if param is not None and isinstance(param.type, TyperChoice):
            return _("choose one of: {choices}").format(choices=", ".join(map(str, param.type.choices)))
    return ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names what is spelt almost like `name`, or an empty string."""
    return _did_you_mean(get_close_matches(name, known))


def _did_you_mean(candidates: Iterable[str]) -> str:
    names = ", ".join(candidates)
    return _("did you mean {names}?").format(names=names) if names else ""
