"""How good the shipped rules are, by samples that say what has to be found."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ipvault.errors import CorpusRefused
from ipvault.governance.dlp.quality import Sample, judge, read_samples
from ipvault.governance.dlp.rules.reading import read_rules, shipped

CORPUS = Path(__file__).parent / "corpus"
SAMPLES = [sample for path in sorted(CORPUS.glob("*.toml")) for sample in read_samples(path.read_bytes(), path.name)]


def test_every_rule_is_judged() -> None:
    """Every shipped rule has samples that it has to find, and there are as many in which there is nothing."""
    wanted = Counter(rule for sample in SAMPLES for rule in sample.finds)
    assert {rule.id for rule in shipped().rules if wanted[rule.id] < 2} == set()
    assert len(SAMPLES) >= 250
    assert sum(not sample.finds for sample in SAMPLES) >= 100


def test_recall_and_precision() -> None:
    """No rule finds less than nine of ten, nor is wrong more than once in ten; all together 98 of a hundred."""
    qualities, mistakes = judge(shipped(), SAMPLES)
    assert [one for one in qualities if (one.recall or 0) < 0.9 or (one.precision or 0) < 0.9] == []
    assert len(mistakes) <= len(SAMPLES) * 0.02, mistakes


def test_worse_rules_are_told() -> None:
    """A rule without its check raises false alarms, and one that is too narrow misses: both are counted."""
    rules = read_rules(
        b"format = 1\n[[rule]]\nid = 'wide'\ntitle = 'x'\nseverity = 'low'\npattern = '[0-9]{8}'\n"
        b"[[rule]]\nid = 'narrow'\ntitle = 'x'\nseverity = 'low'\nwords = ['quartz']",
        "x",
    )
    samples = [Sample("12345678", frozenset(("wide", "narrow"))), Sample("87654321 quartz", frozenset(("narrow",)))]
    (wide, narrow), mistakes = judge(rules, samples)
    assert (wide.recall, wide.precision) == (1.0, 0.5)
    assert (narrow.recall, narrow.precision) == (0.5, 1.0)
    assert [(one.sample, one.rule, one.is_missed) for one in mistakes] == [(1, "narrow", True), (2, "wide", False)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"format = 1",
        b"format = 1\nsample = 1",
        b"format = 1\n[[sample]]\ntext = 'x'",
        b"format = 1\n[[sample]]\ntext = 'x'\nfinds = 'iban'",
        b"format = 1\n[[sample]]\ntext = 'x'\nfinds = []\nmore = 1",
        b"format = 1\n[more]\n[[sample]]\ntext = 'x'\nfinds = []",
    ],
)
def test_samples_that_are_refused(data: bytes) -> None:
    """A file of samples with anything missing or anything else in it is refused."""
    with pytest.raises(CorpusRefused):
        read_samples(data, "x.toml")


def test_a_sample_of_no_rule() -> None:
    """A sample that names a rule that there is not is refused, not passed over."""
    with pytest.raises(CorpusRefused, match="no rule called nothing"):
        judge(shipped(), [Sample("x", frozenset(("nothing",)))])
