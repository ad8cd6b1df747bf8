"""The options that every command has, before the subcommand and after it; given twice, the later one counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ipvault.text import N_, _

if TYPE_CHECKING:
    from typer.core import TyperOption

EVERY_COMMAND = N_("Options of every command")


class GlobalOptions(NamedTuple):
    """Their values for one run of the program."""

    vault: Path | None = None
    json: bool = False
    quiet: bool = False
    no_input: bool = False
    plain: bool = False
    lang: str | None = None
    passphrase_fd: int | None = None
    passphrase_file: str | None = None
    key_file: str | None = None
    identity: Path | None = None


def early_options(arguments: Sequence[str]) -> GlobalOptions:
    """What can be told of the options before the command line is parsed: enough for its errors and its language.

    Parsing replaces it. Until then an option's value that reads `--json` is taken for the option.
    """
    words = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    lang = None
    for word, following in zip_longest(words, words[1:]):
        if word == "--lang":
            lang = following
        elif word.startswith("--lang="):
            lang = word.partition("=")[2]
    return GlobalOptions(json="--json" in words, plain="--plain" in words, lang=lang)


def option_parameters() -> list[TyperOption]:
    """The options for the parser. Each notes its value in the context's `meta`, which nested contexts share."""
    from typer.core import TyperOption

    def option(*names: str, help: str, **settings: Any) -> TyperOption:  # noqa: A002 - typer's own word
        return TyperOption(
            param_decls=list(names),
            help=help,
            expose_value=False,
            callback=_note,
            rich_help_panel=_(EVERY_COMMAND),
            **settings,
        )

    return [
        option("--vault", type=_path, metavar="DIR", help=_("The vault to use.")),
        option("--json", is_flag=True, help=_("Print one JSON object, for programs.")),
        option("--quiet", "-q", is_flag=True, help=_("Only results, errors, and warnings to act on.")),
        option("--no-input", is_flag=True, help=_("Never ask; fail where an answer is needed.")),
        option("--plain", is_flag=True, help=_("No colours, styles, boxes or progress bars.")),
        option("--lang", metavar="CODE", help=_("The language of messages, such as de.")),
        option("--passphrase-fd", type=_descriptor, metavar="N", help=_("Read the passphrase from this descriptor.")),
        option("--passphrase-file", metavar="FILE", help=_("Read the passphrase from this file.")),
        option("--key-file", metavar="FILE", help=_("The key file, where one is needed too.")),
        option("--identity", type=_path, metavar="FILE", help=_("Your identity, if it is not in the vault.")),
    ]


def _path(text: str) -> Path:
    from typer import BadParameter

    if not text:
        raise BadParameter(_("it is empty"))
    return Path(text)


def _descriptor(text: str) -> int:
    from typer import BadParameter

    if not (text.isascii() and text.isdecimal()):
        raise BadParameter(_("{text} is not the number of a file descriptor").format(text=text))
    return int(text)


def _note(context: Any, parameter: Any, value: Any) -> None:
    if value is not None:
        context.meta[parameter.name] = value
