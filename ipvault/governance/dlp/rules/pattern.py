"""The regular expressions that a rule may use: a part of Python's, in which every pattern has a bound on its time.

Every repetition has an end: `?`, `{m}` and `{m,n}`, each with a `+` behind it where what was taken is never given back;
not `*` or `+`. Groups are `(?:…)`, one `(…)` marks the secret in the match, and there are `(?=…)`, `(?!…)`, `(?<=…)`,
`(?<!…)`, `\\b`, `.`, classes, and `\\d` (0 to 9), `\\w`, `\\s` with their opposites. So the work at one place of a text
can be counted before the pattern is ever used, and one that takes too much is refused.
"""

from __future__ import annotations

import re
from typing import Final

from ipvault.governance.dlp.rules import shape
from ipvault.governance.dlp.rules.shape import Shape
from ipvault.text import _

MAX_PATTERN: Final = 2000
"""Characters of a pattern."""

MAX_WORK: Final = 5000
"""Steps at one place of a text."""

MAX_MATCH: Final = 1000
"""Characters of a match."""

MAX_BESIDE: Final = 64
"""Characters that a pattern may look ahead or back."""

_DEPTH: Final = 10
_TIMES: Final = re.compile(r"\?|\{([0-9]{1,4})(?:(,)([0-9]{1,4}))?\}")
_GROUP: Final = re.compile(r"\((?:\?(:|=|!|<=|<!))?")
_CLASSES: Final = {"d": "[0-9]", "D": "[^0-9]", "w": r"\w", "W": r"\W", "s": r"\s", "S": r"\S"}
_IN_CLASS: Final = {"d": "0-9", "w": r"\w", "s": r"\s"}
_CONTROLS: Final = {"t": "\t", "n": "\n"}


class BadPattern(ValueError):
    """A pattern that is not used; the argument says why."""


def read_pattern(source: str, *, ignore_case: bool) -> tuple[re.Pattern[str], Shape]:
    """The pattern, ready for use, and its bounds. Raises `BadPattern`."""
    if len(source) > MAX_PATTERN:
        raise BadPattern(_("it is longer than {count} characters").format(count=MAX_PATTERN))
    reader = _Reader(source)
    found, written = reader.alternatives(0)
    if reader.place < len(source):
        raise BadPattern(_("it has a bracket too many"))
    if found.work > MAX_WORK or found.longest > MAX_MATCH or not found.shortest:
        raise BadPattern(
            _(
                "it can match nothing, more than {length} characters, or take more than {work} steps at one place"
            ).format(length=MAX_MATCH, work=MAX_WORK)
        )
    try:
        return re.compile(written, re.IGNORECASE if ignore_case else 0), found
    except (re.error, OverflowError) as error:
        raise BadPattern(str(error)) from None


class _Reader:
    """Reads a pattern from left to right; each method gives the bounds of what it read, and how it is written."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.place = 0
        self._marked = False

    def _next(self) -> str:
        return self._source[self.place : self.place + 1]

    def _take(self) -> str:
        taken = self._next()
        if not taken:
            raise BadPattern(_("it ends in the middle"))
        self.place += 1
        return taken

    def alternatives(self, depth: int) -> tuple[Shape, str]:
        if depth > _DEPTH:
            raise BadPattern(_("its groups are nested too deeply"))
        branches = [self._row(depth)]
        while self._next() == "|":
            self.place += 1
            branches.append(self._row(depth))
        return shape.either([bounds for bounds, _written in branches]), "|".join(written for _, written in branches)

    def _row(self, depth: int) -> tuple[Shape, str]:
        parts = []
        while self._next() not in ("", "|", ")"):
            parts.append(self._repeated(*self._atom(depth)))
        return shape.in_order(bounds for bounds, _written in parts), "".join(written for _, written in parts)

    def _repeated(self, body: Shape, written: str) -> tuple[Shape, str]:
        times = _TIMES.match(self._source, self.place)
        if times is None:
            return body, written
        self.place = times.end()
        least = int(times[1] or 0)
        most = int(times[3]) if times[2] else int(times[1] or 1)
        if least > most or most > MAX_MATCH or not body.longest:
            raise BadPattern(_("it repeats something in a way that has no meaning"))
        possessive = self._next() == "+"
        self.place += possessive
        repeated = written + times[0]
        if possessive:  # groups like that match wrongly before Python 3.11.5: github.com/python/cpython/issues/106052
            repeated = f"(?>{repeated})" if written.startswith("(") else f"{repeated}+"
        return shape.repeated(body, least, most, possessive=possessive), repeated

    def _atom(self, depth: int) -> tuple[Shape, str]:
        taken = self._next()
        if taken == "(":
            return self._group(depth)
        self._take()
        if taken == "[":
            return self._class()
        if taken == "\\":
            return self._escape()
        if taken in "*+?{}^$":
            text = _("{sign} cannot stand here; every repetition has an end, as in {{1,20}}")
            raise BadPattern(text.format(sign=taken))
        if taken == ".":
            return shape.one_of(digits_only=False), taken
        return shape.character(taken), re.escape(taken)

    def _group(self, depth: int) -> tuple[Shape, str]:
        opening = _GROUP.match(self._source, self.place)
        kind = opening[1] if opening else None
        self.place += len(opening[0]) if opening else 0
        if kind is None:
            if self._next() == "?" or self._marked:
                raise BadPattern(_("only one group may be marked, and no other kinds of groups are known here"))
            self._marked = True
        inner, written = self.alternatives(depth + 1)
        if self._take() != ")":
            raise BadPattern(_("it ends in the middle"))
        whole = f"{opening[0] if opening else ''}{written})"
        if kind in (None, ":"):
            return inner, whole
        if inner.longest > MAX_BESIDE:
            raise BadPattern(_("it looks further than {count} characters ahead or back").format(count=MAX_BESIDE))
        return shape.beside(inner), whole

    def _escape(self) -> tuple[Shape, str]:
        taken = self._take()
        if taken == "b":
            return shape.NOTHING, r"\b"
        if taken in _CLASSES:
            return shape.one_of(digits_only=taken == "d"), _CLASSES[taken]
        literal = self._literal(taken)
        return shape.character(literal), re.escape(literal)

    def _literal(self, escaped: str) -> str:
        if escaped in _CONTROLS:
            return _CONTROLS[escaped]
        if escaped.isalnum():
            raise BadPattern(_("\\{sign} is not known here").format(sign=escaped))
        return escaped

    def _class(self) -> tuple[Shape, str]:
        negated = self._next() == "^"
        self.place += negated
        pieces, digits_only = [], not negated
        while (taken := self._take()) != "]":
            if taken == "\\" and self._next() in _IN_CLASS:
                name = self._take()
                pieces.append(_IN_CLASS[name])
                digits_only &= name == "d"
                continue
            first = last = self._literal(self._take()) if taken == "\\" else taken
            if self._next() == "-" and self._source[self.place + 1 : self.place + 2] not in ("", "]"):
                self.place += 1
                taken = self._take()
                last = self._literal(self._take()) if taken == "\\" else taken
            pieces.append(re.escape(first) if first == last else f"{re.escape(first)}-{re.escape(last)}")
            digits_only &= "0" <= first <= last <= "9"
        if not pieces:
            raise BadPattern(_("it has an empty class"))
        return shape.one_of(digits_only=digits_only), f"[{'^' * negated}{''.join(pieces)}]"
