"""How fast documents are searched, and how good the rules are that they are searched by."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Final

from tests.bench.measuring import Series
from tests.bench.row import Row
from tests.bench.sizes import MIB, Sizes
from tests.bench.table import Line
from tests.bench.workbench import ROOT, Workbench

_TARGET: Final = 10 * MIB
"""Bytes a second of one processor, whatever else the machine does."""

_KNOWN: Final = 4 * MIB
"""Bytes of text of the vault that is recognised."""

_CORPUS: Final = ROOT / "tests" / "governance" / "corpus"


def _size(sizes: Sizes) -> int:
    return min(100 * MIB, sizes.large_file)


def _prose(size: int, seed: int) -> str:
    """Lines of English words, those of our licence, with a date and an amount in every tenth."""
    words = sorted(set(re.findall(r"[A-Za-z]+[,.;]?", (ROOT / "LICENSE").read_text(encoding="utf-8"))))
    chance = random.Random(seed)  # noqa: S311  # nothing is kept secret with it
    lines, length = [], 0
    while length < size:
        line = " ".join(chance.choices(words, k=12))
        if chance.random() < 0.1:
            line += (
                f" on 2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}, {chance.randrange(10**6):,} EUR"
            )
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines)


def _scan(bench: Workbench) -> list[Line]:
    vault, text, known = bench.new_vault(), bench.new_path("text.txt"), bench.new_path("known.txt")
    piece = _prose(MIB, 1)
    with text.open("w", encoding="utf-8") as file:
        for _copy in range(_size(bench.sizes) // MIB):
            file.write(piece)
    known.write_text(_prose(_KNOWN, 2), encoding="utf-8")
    bench.do(bench.ipvault(vault, "add", known, "--label", "secret"))
    alone = bench.ipvault(None, "dlp", "scan", text, "--no-vault")
    compared = bench.ipvault(vault, "dlp", "scan", text)
    rounds = range(bench.sizes.slow_rounds)
    bench.do(compared)  # which reads the vault's document
    return [
        _rate("dlp scan of text, all rules", text, Series("ipvault", [bench.time(alone) for _round in rounds])),
        _rate(
            f"the same, compared with {_KNOWN // MIB} MiB of the vault",
            text,
            Series("ipvault", [bench.time(compared) for _round in rounds]),
        ),
    ]


def _rate(work: str, text: Path, series: Series) -> Line:
    rate = text.stat().st_size / series.cpu
    return Line(work, f"{rate / MIB:.1f} MiB/s", target=f">= {_TARGET // MIB} MiB/s", met=rate >= _TARGET)


def _quality(_bench: Workbench) -> list[Line]:
    from ipvault.governance.dlp.quality import judge, read_samples
    from ipvault.governance.dlp.rules.reading import shipped

    samples = [
        sample for path in sorted(_CORPUS.glob("*.toml")) for sample in read_samples(path.read_bytes(), path.name)
    ]
    qualities, _mistakes = judge(shipped(), samples)
    return [
        Line(
            f"{one.rule}: recall, precision",
            f"{one.recall or 0:.0%}, {one.precision or 0:.0%} ({one.hits + one.misses} samples)",
            target=">= 90%",
            met=min(one.recall or 0, one.precision or 0) >= 0.9,
        )
        for one in qualities
    ]


ROWS = (
    Row(
        "dlp-scan",
        "search of plain text for what should not go out",
        "English words with dates and amounts, in the page cache; with all rules; bytes by the time of one processor, "
        "the start of the program included.",
        _scan,
        lambda sizes: 2 * _size(sizes) + 4 * _KNOWN,
    ),
    Row(
        "dlp-quality",
        "recall and precision of each rule",
        f"samples written for it, {_CORPUS.relative_to(ROOT)}; not timed.",
        _quality,
        lambda _sizes: 0,
    ),
)
