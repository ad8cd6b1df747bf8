"""Packs from TOML: those that come with ipvault, and those of a firm. `ipvault help compliance` describes the file.

A key that is not known is refused, and so is a command or a kind of record that does not exist: a pack that claims more
than its author can show is worse than none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NoReturn

from ipvault.errors import PackRefused
from ipvault.oversight.compliance.framework import Control, Framework, Group, Measure
from ipvault.records.families import all_kinds
from ipvault.records.vocabulary import MAX_TEXT
from ipvault.text import _
from ipvault.toml import parse_limited

FORMAT: Final = 1
MAX_PACK: Final = MAX_TEXT
"""Bytes of a pack: as much as one field of a record holds."""

MAX_CONTROLS: Final = 1000
MAX_MEASURES: Final = 100
MAX_LIST: Final = 50
"""Commands, kinds or tests of one measure, and measures of one control."""

_MAX_LINE: Final = 500
_MAX_VERSION: Final = 1_000_000
_PACK_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_CONTROL_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,()/:§-]{0,39}")
_TEST: Final = re.compile(r"tests/[a-z0-9_/]{1,80}\.py::test_[a-z0-9_]{1,120}")


class _Bad(Exception):
    """What is wrong with a pack; the argument says it."""


def read_pack(
    data: bytes,
    place: str,
    *,
    commands: Collection[str],
    measures: Mapping[str, Measure],
    packs: Mapping[str, Framework],
) -> Framework:
    """The framework that a pack describes.

    `commands` are those of the program, `measures` and `packs` what a pack can name. Raises `PackRefused`, and
    `FormatTooNew`.
    """
    document = _document(data, place, {"id", "name", "version", "about", "like", "group", "measure"})
    try:
        own = _measures(document, commands)
        if taken := own.keys() & measures.keys():
            _refuse(_("the measure {name} comes with ipvault already").format(name=min(taken)))
        version = document.get("version")
        if type(version) is not int or not 0 < version <= _MAX_VERSION:
            _refuse(_("{key} is a number, and at least 1").format(key="version"))
        return Framework(
            id=_matching(document, "id", _PACK_ID),
            name=_line(document, "name"),
            version=version,
            about=_line(document, "about"),
            groups=_groups(document, {**measures, **own}, packs),
            sha256=hashlib.sha256(data).hexdigest(),
        )
    except _Bad as problem:
        raise PackRefused(place=place, reason=str(problem)) from None


def read_measures(data: bytes, place: str, commands: Collection[str]) -> dict[str, Measure]:
    """By their ids the measures of a file that has nothing else. Raises what `read_pack` raises."""
    document = _document(data, place, {"measure"})
    try:
        return _measures(document, commands)
    except _Bad as problem:
        raise PackRefused(place=place, reason=str(problem)) from None


def _document(data: bytes, place: str, known: Collection[str]) -> dict[str, Any]:
    try:
        return parse_limited(data, place, FORMAT, most=MAX_PACK, keys=known)
    except ValueError as error:
        raise PackRefused(place=place, reason=str(error)) from None


def _measures(document: Mapping[str, Any], commands: Collection[str]) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for table in _tables(document, "measure", MAX_MEASURES):
        _only(table, {"id", "title", "commands", "kinds", "tests"})
        id_ = _matching(table, "id", _PACK_ID)
        if id_ in found:
            _refuse(_("{name} is there twice").format(name=id_))
        found[id_] = Measure(
            id_,
            _line(table, "title"),
            _words(table, "commands", commands.__contains__, _("{name} is no command")),
            _words(table, "kinds", all_kinds().__contains__, _("{name} is no kind of record")),
            _words(table, "tests", _is_test, _("{name} is not the name of a test")),
        )
        if not found[id_].commands:
            _refuse(_("the measure {name} has no command").format(name=id_))
    return found


def _groups(
    document: Mapping[str, Any], measures: Mapping[str, Measure], packs: Mapping[str, Framework]
) -> tuple[Group, ...]:
    if "like" in document:
        other = packs.get(_line(document, "like"))
        if "group" in document or other is None:
            _refuse(
                _("{key} names a framework that comes with ipvault, and then there are no groups").format(key="like")
            )
        return other.groups
    groups: list[Group] = []
    ids: set[str] = set()
    titles: set[str] = set()
    for table in _tables(document, "group", MAX_CONTROLS):
        _only(table, {"title", "controls"})
        controls: list[Control] = []
        for entry in _tables(table, "controls", MAX_CONTROLS):
            _only(entry, {"id", "title", "by"})
            id_ = _matching(entry, "id", _CONTROL_ID)
            if id_ in ids:
                _refuse(_("{name} is there twice").format(name=id_))
            ids.add(id_)
            by = _words(entry, "by", measures.__contains__, _("{name} is no measure"))
            controls.append(Control(id_, _line(entry, "title"), tuple(measures[name] for name in by)))
        title = _line(table, "title")
        if title in titles:
            _refuse(_("{name} is there twice").format(name=title))
        titles.add(title)
        groups.append(Group(title, tuple(controls)))
    if not 0 < len(ids) <= MAX_CONTROLS:
        _refuse(_("it has no control, or more than {count}").format(count=MAX_CONTROLS))
    return tuple(groups)


def _refuse(reason: str) -> NoReturn:
    raise _Bad(reason)


def _only(table: Mapping[str, Any], known: Collection[str]) -> None:
    if unknown := table.keys() - known:
        _refuse(_("{key} is not known here").format(key=min(unknown)))


def _tables(table: Mapping[str, Any], key: str, most: int) -> list[dict[str, Any]]:
    tables = table.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables) or len(tables) > most:
        _refuse(_("{key} is a list of at most {count} tables").format(key=key, count=most))
    return tables


def _line(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > _MAX_LINE:
        _refuse(_("{key} is missing, or is not one line of text").format(key=key))
    return value


def _matching(table: Mapping[str, Any], key: str, form: re.Pattern[str]) -> str:
    value = _line(table, key)
    if not form.fullmatch(value):
        _refuse(_("{value} cannot be the {key} of something in a pack").format(value=value, key=key))
    return value


def _is_test(name: str) -> bool:
    return _TEST.fullmatch(name) is not None


def _words(table: Mapping[str, Any], key: str, is_known: Callable[[str], bool], complaint: str) -> tuple[str, ...]:
    """A list of texts that are known, each once; none where the key is missing."""
    words = table.get(key, [])
    if not isinstance(words, list) or len(words) > MAX_LIST or not all(isinstance(word, str) for word in words):
        _refuse(_("{key} is a list of at most {count} texts").format(key=key, count=MAX_LIST))
    for number, word in enumerate(words):
        if not is_known(word):
            _refuse(complaint.format(name=word[:_MAX_LINE]))
        if word in words[:number]:
            _refuse(_("{name} is there twice").format(name=word))
    return tuple(words)
