"""What can be wrong with a translation without knowing its language, and with a sentence that none can reach."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from string import Formatter

from babel.messages.catalog import Catalog, Message

from ipvault import errors
from ipvault.characters import printable
from ipvault.cli.commands import COMMANDS
from tests.support.catalogues import MessageId

_NAMES = "|".join(row.name for row in COMMANDS)
_CODE = re.compile(rf"`[^`]*`|--[a-z-]+|IPVAULT_[A-Z_]+|(?:ipvault|\{{ipvault\}}) (?:{_NAMES})\b")
_PROSE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")

# Their arguments end up in a sentence for the user: those of every error, and the reasons of the layers below.
_TELLING = frozenset(
    {"ChainBroken", "MalformedLeaf", "MalformedPayload", "MalformedRecord"}
    | {name for name, cls in vars(errors).items() if isinstance(cls, type) and issubclass(cls, errors.VaultError)}
)


def complaints(catalogue: Catalog, said: Collection[MessageId]) -> Iterator[str]:
    """What is wrong with a catalogue of a program that says `said`."""
    if catalogue.plural_forms != Catalog(locale=catalogue.locale).plural_forms:
        yield f"plural forms: {catalogue.plural_forms}"
    messages = {_key(message): message for message in catalogue if message.id}
    yield from (f"missing: {key}" for key in said if key not in messages)
    for key, message in messages.items():
        if key not in said:
            yield f"left over: {key}"
        elif message.fuzzy or not all(forms_of(message)) or len(forms_of(message)) != _form_count(catalogue, message):
            yield f"untranslated: {key}"
        else:
            yield from (f"{problem}: {key}" for problem in _problems(message))


def disagreements(compiled: Mapping[object, str], catalogue: Catalog) -> Iterator[str]:
    """Where the compiled catalogue, as gettext holds it, says other things than the one of the translators."""
    expected: dict[object, str] = {}
    for message in catalogue:
        if isinstance(message.id, str):
            expected[message.id] = forms_of(message)[0]
        else:
            expected |= {(message.id[0], number): form for number, form in enumerate(forms_of(message))}
    for key in expected.keys() | compiled.keys():
        if key and expected.get(key) != compiled.get(key):
            yield f"not the same when compiled: {key}"


def unreachable(tree: ast.Module) -> Iterator[str]:
    """Words that an error is made with and that no catalogue can translate."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _TELLING:
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                if _PROSE.search(_literal(argument)):
                    yield f"{node.lineno}: {_literal(argument)}"


def forms_of(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _key(message: Message) -> MessageId:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def _form_count(catalogue: Catalog, message: Message) -> int:
    return 1 if isinstance(message.id, str) else catalogue.num_plurals


def _problems(message: Message) -> Iterator[str]:
    source = message.id if isinstance(message.id, str) else message.id[1]
    for form in forms_of(message):
        if _placeholders(form) != _placeholders(source):
            yield "other placeholders"
        if sorted(_CODE.findall(form)) != sorted(_CODE.findall(source)):
            yield "other code"
        if any(printable(line) != line for line in form.split("\n")):
            yield "control characters"
        if _outline(form) != _outline(source):
            yield "other paragraphs or outer spaces"


def _placeholders(text: str) -> list[str] | None:
    """The fields of a template, or None if it is none."""
    try:
        return sorted(name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None)
    except ValueError:
        return None


def _outline(text: str) -> tuple[int, str, str]:
    return text.count("\n\n"), text[: -len(text.lstrip())], text[len(text.rstrip()) :]


def _literal(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(_literal, parts))
    return ""
