"""The one table that comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from statistics import median

from tests.bench.measuring import Series
from tests.bench.sizes import MIB

_TITLES = ("work", "ipvault median", "peer", "peer median", "ratio", "target", "met")
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table; `met` is None where nothing was promised or measured."""

    work: str
    ours: str
    peer: str = _NONE
    theirs: str = _NONE
    ratio: str = _NONE
    target: str = _NONE
    met: bool | None = None


def compared(work: str, ours: Series, theirs: Series, at_most: float | None = None) -> Line:
    """How much longer we take than a peer: the median of the ratios of each round."""
    target = _NONE if at_most is None else f"<= {at_most:g}"
    if not theirs.runs:
        return Line(work, _time(ours), theirs.name, "not installed", target=target)
    ratio = median(a.seconds / b.seconds for a, b in zip(ours.runs, theirs.runs, strict=True))
    met = None if at_most is None else ratio <= at_most
    return Line(work, _time(ours), theirs.name, _time(theirs), f"{ratio:.2f}", target, met)


def later(work: str, ours: Series, theirs: Series, at_most: float) -> Line:
    """How many seconds more we take than in another case: the median of the differences of each round."""
    difference = median(a.seconds - b.seconds for a, b in zip(ours.runs, theirs.runs, strict=True))
    target = f"<= +{at_most:g} s"
    return Line(work, _time(ours), theirs.name, _time(theirs), f"{difference:+.3f} s", target, difference <= at_most)


def timed(work: str, ours: Series, at_most: float | None = None) -> Line:
    """How many seconds it takes."""
    if at_most is None:
        return Line(work, _time(ours))
    return Line(work, _time(ours), target=f"<= {at_most:g} s", met=ours.seconds <= at_most)


def memory(work: str, ours: Series, at_most: int) -> Line:
    """The peak memory of the largest process, in any round."""
    return Line(work, _mib(ours.peak), target=f"<= {at_most // MIB} MiB", met=ours.peak <= at_most)


def memory_compared(work: str, ours: Series, theirs: Series, at_most: float) -> Line:
    """The same, beside that of another case."""
    ratio = ours.peak / theirs.peak
    target = f"<= {at_most:g}"
    return Line(work, _mib(ours.peak), theirs.name, _mib(theirs.peak), f"{ratio:.2f}", target, ratio <= at_most)


def not_measured(work: str, reason: str) -> Line:
    """A row that failed."""
    return Line(work, f"failed: {reason}")


def rendered(lines: Sequence[Line], *, markdown: bool, judged: bool) -> list[str]:
    """The table as text. Unless `judged`, it says of no target whether it was met."""
    rows = [_TITLES]
    for line in lines:
        *cells, met = astuple(line)
        rows.append((*cells, _NONE if met is None or not judged else ("yes" if met else "NO")))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES))]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    rule = ["-" * width for width in widths]
    if markdown:
        return [f"| {' | '.join(row)} |" for row in (padded[0], rule, *padded[1:])]
    return ["  ".join(row).rstrip() for row in (padded[0], rule, *padded[1:])]


def _time(series: Series) -> str:
    """Median seconds on the wall and, where it was taken, of all processors together."""
    digits = 3 if series.seconds < 1 else 2
    cpu = f" ({series.cpu:.{digits}f} cpu)" if series.cpu else ""
    return f"{series.seconds:.{digits}f} s{cpu}"


def _mib(size: int) -> str:
    return f"{size / MIB:.0f} MiB"
