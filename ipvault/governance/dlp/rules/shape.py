"""What can be told of a pattern without running it: how long it takes at most, and what every match has in it.

The first bounds the time that a hostile text can cost; the second tells where a match can be at all, so that most of a
text is never looked at closely.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import accumulate
from typing import Final, NamedTuple

DIGIT_GAP: Final = 6
"""Characters that may stand between two digits of one group of digits."""

MIN_LITERAL: Final = 3
"""Characters of a fixed text that is worth looking for."""


class Shape(NamedTuple):
    """Bounds of a pattern.

    `exits` is in how many ways it can match at one place, `work` how many steps it takes to try them all; `shortest`
    and `longest` are characters of a match. `digits` are those that every match has, `lead`, `trail` and `gap` the most
    other characters before, after and between them (where there are digits), `group` the digits that no more than
    DIGIT_GAP separate. `literals` are texts without spaces of which every match has one, in lower case; `fixed` is the
    only text that matches, if there is only one.
    """

    exits: int = 1
    work: int = 1
    shortest: int = 0
    longest: int = 0
    digits: int = 0
    lead: int = 0
    trail: int = 0
    gap: int = 0
    group: int = 0
    literals: frozenset[str] = frozenset()
    fixed: str | None = None


NOTHING: Final = Shape(work=0, fixed="")


def character(text: str) -> Shape:
    """One character, and no other."""
    return one_of(digits_only=text.isdecimal() and text.isascii())._replace(fixed=text.lower())


def one_of(*, digits_only: bool) -> Shape:
    """One character out of several."""
    return Shape(shortest=1, longest=1, digits=int(digits_only), group=int(digits_only))


def beside(inner: Shape) -> Shape:
    """What has to stand, or not to stand, before or behind."""
    return Shape(work=inner.work, fixed="")


def either(branches: Sequence[Shape]) -> Shape:
    """One of several patterns."""
    if len(branches) == 1:
        return branches[0]
    digits = min(branch.digits for branch in branches)
    literals = [branch.literals or _worth(branch.fixed) for branch in branches]
    return Shape(
        exits=sum(branch.exits for branch in branches),
        work=sum(branch.work for branch in branches),
        shortest=min(branch.shortest for branch in branches),
        longest=max(branch.longest for branch in branches),
        digits=digits,
        lead=max(branch.lead for branch in branches),
        trail=max(branch.trail for branch in branches),
        gap=max(branch.gap for branch in branches),
        group=min(branch.group for branch in branches) if digits else 0,
        literals=frozenset().union(*literals) if all(literals) else frozenset(),
    )


def repeated(body: Shape, least: int, most: int, *, possessive: bool) -> Shape:
    """A pattern several times; `possessive` takes what it gets and never gives any of it back."""
    ways = list(accumulate(range(most), lambda count, _: count * body.exits, initial=1))
    exits = 1 if possessive else sum(ways[least:])
    work = sum(ways[:-1]) * body.work
    bounds = Shape(exits, max(work, 1), body.shortest * least, body.longest * most)
    if not least:
        return bounds
    gap = max(body.gap, body.trail + body.lead if most > 1 else 0)
    group = body.group * (least if gap <= DIGIT_GAP else 1)
    fixed = body.fixed * least if body.fixed is not None and least == most else None
    return bounds._replace(
        digits=body.digits * least,
        lead=body.lead,
        trail=body.trail,
        gap=gap,
        group=group,
        literals=body.literals,
        fixed=fixed,
    )


def in_order(parts: Iterable[Shape]) -> Shape:
    """One pattern after the other."""
    known = list(parts)
    bounds = reduce(_then, known, NOTHING)
    return bounds._replace(group=_group(known), literals=_literals(known))


def _then(first: Shape, second: Shape) -> Shape:
    lead, trail, gap = _spread(first, second)
    return Shape(
        exits=first.exits * second.exits,
        work=first.work + first.exits * second.work,
        shortest=first.shortest + second.shortest,
        longest=first.longest + second.longest,
        digits=first.digits + second.digits,
        lead=lead,
        trail=trail,
        gap=gap,
        fixed=None if first.fixed is None or second.fixed is None else first.fixed + second.fixed,
    )


def _spread(first: Shape, second: Shape) -> tuple[int, int, int]:
    """The most that stands before, after and between the digits of two patterns."""
    if first.digits and second.digits:
        return first.lead, second.trail, max(first.gap, second.gap, first.trail + second.lead)
    if first.digits:
        return first.lead, first.trail + second.longest, first.gap
    if second.digits:
        return first.longest + second.lead, second.trail, second.gap
    return 0, 0, 0


def _group(parts: Sequence[Shape]) -> int:
    """The most digits in a row of patterns that stand close together."""
    best, current = 0, NOTHING
    for part in parts:
        joined = _then(current, part)
        fits = joined.digits == 0 or joined.gap <= DIGIT_GAP
        current = joined if fits and (current.digits or part.digits) else part if part.gap <= DIGIT_GAP else NOTHING
        if not current.digits:
            current = NOTHING
        best = max(best, current.digits, part.group)
    return best


def _literals(parts: Sequence[Shape]) -> frozenset[str]:
    """What to look for: the longest fixed text of a row of patterns, or what one of them asks for."""
    found = [part.literals for part in parts if part.literals]
    run = ""
    for part in (*parts, Shape()):
        if part.fixed is None:
            found.append(_worth(run))
            run = ""
        else:
            run += part.fixed
    return max((one for one in found if one), key=_rarity, default=frozenset())


def _worth(text: str | None) -> frozenset[str]:
    longest = max((text or "").split(), key=len, default="")
    return frozenset((longest,)) if len(longest) >= MIN_LITERAL else frozenset()


def _rarity(literals: frozenset[str]) -> tuple[int, int]:
    return min(map(len, literals)), -len(literals)
