"""Rules from TOML: those that come with ipvault, and those of a team.

A file has `format = 1` and any number of `[[rule]]`: `id`, `title`, `severity`, and either `pattern` with what is asked
of its matches (`check`, `context`, `within`), or `words`, which are found whatever the space between them. `expected`
are labels and tags: in a document that has one of them, or a higher label, a match is no reason to keep it back.
Nothing else: a key that is not known is refused, since a rule that does less than its author thinks is worse than none.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import resources
from typing import Any, Final

from ipvault.errors import RulesRefused
from ipvault.governance.dlp.rules.checks import CHECKS
from ipvault.governance.dlp.rules.pattern import BadPattern, read_pattern
from ipvault.governance.dlp.rules.rule import Rule, Rules
from ipvault.text import _
from ipvault.toml import parse_limited
from ipvault.vault.findings import SEVERITIES

FORMAT: Final = 1
MAX_FILE: Final = 1024 * 1024
"""Bytes of a file of rules."""

MAX_RULES: Final = 500
MAX_WORDS: Final = 200
MAX_WITHIN: Final = 500
"""Characters between a match and a word of its context."""

OF_VAULT: Final = "vault-"
"""How the ids begin of what is found without a rule: documents of the vault."""

_SHIPPED: Final = "shipped.toml"
_WITHIN: Final = 80
_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
_TAG: Final = re.compile(r"[^\s,](?:[^\t\n,]{0,98}[^\s,])?")
_SPACE: Final = re.compile(r"[\s\-]+")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_KNOWN: Final = frozenset(
    {
        "id",
        "title",
        "titles",
        "severity",
        "pattern",
        "words",
        "check",
        "context",
        "within",
        "case-sensitive",
        "expected",
    }
)
_BY_PATTERN: Final = frozenset({"check", "context", "within"})


@cache
def shipped() -> Rules:
    """The rules that come with ipvault."""
    return read_rules(resources.files(__package__).joinpath(_SHIPPED).read_bytes(), _SHIPPED)


def with_known(known: Rules, data: bytes, place: str) -> Rules:
    """Known rules and those of a file; of two with the same id that of the file. Raises `RulesRefused`."""
    own = read_rules(data, place)
    replaced = {rule.id for rule in own.rules}
    rules = (*(rule for rule in known.rules if rule.id not in replaced), *own.rules)
    return Rules(rules, hashlib.sha256(bytes.fromhex(known.sha256 + own.sha256)).hexdigest())


def read_rules(data: bytes, place: str) -> Rules:
    """The rules of a file. Raises `RulesRefused`, and `FormatTooNew`."""
    try:
        document = parse_limited(data, place, FORMAT, most=MAX_FILE, keys=("rule",))
    except ValueError as error:
        raise RulesRefused(place=place, reason=str(error)) from None
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not 0 < len(tables) <= MAX_RULES:
        raise RulesRefused(place=place, reason=_("it has no rule, or more than {count}").format(count=MAX_RULES))
    rules: dict[str, Rule] = {}
    for number, table in enumerate(tables, 1):
        try:
            rule = _Table(table).rule()
            if rule.id in rules:
                raise BadPattern(_("another rule has this id"))
        except BadPattern as problem:
            text = _("rule {number} ({id}): {problem}")
            name = str(table.get("id", "?"))[:40] if isinstance(table, dict) else "?"
            raise RulesRefused(place=place, reason=text.format(number=number, id=name, problem=problem)) from None
        rules[rule.id] = rule
    return Rules(tuple(rules.values()), hashlib.sha256(data).hexdigest())


class _Table:
    """One `[[rule]]`; whatever is wrong with it raises `BadPattern`."""

    def __init__(self, table: object) -> None:
        if not isinstance(table, dict):
            raise BadPattern(_("it is not a table"))
        self._table: dict[str, Any] = table

    def rule(self) -> Rule:
        """The rule that it describes."""
        if unknown := self._table.keys() - _KNOWN:
            raise BadPattern(_("{key} is not known here").format(key=min(unknown)))
        if ("pattern" in self._table) == ("words" in self._table):
            raise BadPattern(_("it has either a pattern or words"))
        by_words = "words" in self._table
        if by_words and (needless := self._table.keys() & _BY_PATTERN):
            raise BadPattern(_("{key} goes with a pattern only").format(key=min(needless)))
        severity = self._text("severity", "")
        if severity not in SEVERITIES:
            raise BadPattern(_("its severity is one of: {words}").format(words=", ".join(SEVERITIES)))
        check = self._text("check", "") if "check" in self._table else ""
        if check and check not in CHECKS:
            raise BadPattern(_("its check is one of: {words}").format(words=", ".join(CHECKS)))
        context = tuple(word.lower() for word in self._words("context")) if "context" in self._table else ()
        source = _pattern_of(self._words("words")) if by_words else self._text("pattern", None)
        sensitive = self._table.get("case-sensitive", not by_words)
        if not isinstance(sensitive, bool):
            raise BadPattern(_("{key} is true or false").format(key="case-sensitive"))
        pattern, shape = read_pattern(source, ignore_case=not sensitive)
        rule = Rule(
            id=self._id(),
            title=self._text("title", None),
            titles=self._titles(),
            severity=severity,
            pattern=pattern,
            shape=shape,
            check=check,
            test=CHECKS[check] if check else str,
            context=read_pattern(_pattern_of(context), ignore_case=True)[0] if context else None,
            context_words=context,
            within=self._within(),
            says_itself=by_words,
            expected=self._expected(),
        )
        if not rule.can_be_found:
            text = _(
                "nothing tells where to look for it: a pattern needs three characters in a row that are always the "
                "same, or five digits close together, or words of context"
            )
            raise BadPattern(text)
        return rule._replace(parts=self._parts(rule)) if by_words else rule

    def _parts(self, rule: Rule) -> tuple[Rule, ...]:
        groups: dict[str, list[str]] = {}
        for word in self._words("words"):
            groups.setdefault(max(_SPACE.split(word.lower()), key=len), []).append(word)
        sensitive = not rule.pattern.flags & re.IGNORECASE
        read = [read_pattern(_pattern_of(group), ignore_case=not sensitive) for group in groups.values()]
        return tuple(rule._replace(pattern=pattern, shape=shape) for pattern, shape in read)

    def _text(self, key: str, default: str | None) -> str:
        value = self._table.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise BadPattern(_("{key} is missing, or is not text").format(key=key))
        return value

    def _id(self) -> str:
        id_ = self._text("id", None)
        if not _ID.fullmatch(id_) or id_.startswith(OF_VAULT):
            raise BadPattern(
                _("an id has small letters, digits and hyphens, begins with a letter, and not with vault-")
            )
        return id_

    def _words(self, key: str) -> list[str]:
        words = self._table[key]
        if not isinstance(words, list) or not 0 < len(words) <= MAX_WORDS:
            raise BadPattern(_("{key} is a list of texts, and not empty").format(key=key))
        if any(not isinstance(word, str) or len(word.strip()) < 3 for word in words):
            raise BadPattern(_("{key} has a word of less than three characters").format(key=key))
        return words

    def _expected(self) -> tuple[str, ...]:
        expected = self._table.get("expected", [])
        if not isinstance(expected, list) or not all(isinstance(one, str) and _TAG.fullmatch(one) for one in expected):
            raise BadPattern(_("{key} is a list of labels and tags").format(key="expected"))
        return tuple(expected)

    def _titles(self) -> dict[str, str]:
        titles = self._table.get("titles", {})
        if not isinstance(titles, dict) or not all(
            _LANGUAGE.fullmatch(language) and isinstance(title, str) for language, title in titles.items()
        ):
            raise BadPattern(_("titles has a text for each language, such as de"))
        return titles

    def _within(self) -> int:
        within = self._table.get("within", _WITHIN)
        if type(within) is not int or not 0 < within <= MAX_WITHIN:
            raise BadPattern(_("within is a number of characters, at most {count}").format(count=MAX_WITHIN))
        return within


def _pattern_of(words: list[str] | tuple[str, ...]) -> str:
    """Words as a pattern: whole, and with any space or hyphen between the parts of one."""
    return rf"(?<!\w)(?:{'|'.join(map(_spaced, words))})(?!\w)"


def _spaced(words: str) -> str:
    return r"[\s\-]{1,3}+".join(re.sub(r"([^\w])", r"\\\1", word) for word in _SPACE.split(words.strip()) if word)
