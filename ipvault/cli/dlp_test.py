"""`ipvault dlp test`: what rules find, before they are used."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipvault.cli.dlp_rendering import scan_json, show_scans
from ipvault.cli.dlp_scan import scan_files
from ipvault.cli.files import read_small
from ipvault.cli.invocation import current
from ipvault.errors import CorpusRefused, ExitCode, UsageError
from ipvault.governance.dlp import quality
from ipvault.governance.dlp.rules.reading import MAX_FILE, read_rules, shipped
from ipvault.governance.dlp.rules.rule import Rules
from ipvault.text import _, ngettext

_SHIPPED = "shipped"


def try_rules(
    rules: Annotated[str, typer.Argument(metavar="RULES", help=_("A file of rules; `shipped` for those of ipvault."))],
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help=_("Files to search, or - for a pipe."))
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", metavar="DIR", help=_("Samples that say which rules should find them."))
    ] = None,
) -> int:
    """Searches files with these rules alone, without a vault. With --corpus the rules are judged by samples: how much
    each finds of what it should (recall), and how much of what it finds it should (precision). The exit code is 17
    where something is found in files, or where a rule makes a mistake in a sample.
    """
    if (corpus is None) == (not files):
        raise UsageError(problem=_("name files to search, or --corpus DIR, and not both"))
    searched = shipped() if rules == _SHIPPED else read_rules(read_small(rules, MAX_FILE), rules)
    if corpus is not None:
        return _judged(searched, corpus)
    scans = [one for name in files or () for one in scan_files(name, searched)]
    current().output.result("dlp-test", {"documents": [scan_json(one, {}) for one in scans]})
    return show_scans(scans, {})


def _judged(rules: Rules, folder: Path) -> int:
    output = current().output
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise CorpusRefused(place=str(folder), reason=_("there is no file of samples (*.toml) in it"))
    samples = [
        (path.name, number, sample)
        for path in paths
        for number, sample in enumerate(quality.read_samples(read_small(str(path), quality.MAX_FILE), str(path)), 1)
    ]
    judged, mistakes = quality.judge(rules, [sample for _name, _number, sample in samples])
    rows = [{**one._asdict(), "recall": one.recall, "precision": one.precision} for one in judged]
    wrong = [
        {
            "file": samples[one.sample - 1][0],
            "sample": samples[one.sample - 1][1],
            "rule": one.rule,
            "missed": one.is_missed,
        }
        for one in mistakes
    ]
    output.result("dlp-test", {"rules": rows, "mistakes": wrong, "samples": len(samples)})
    titles = (_("Rule"), _("Found"), _("Missed"), _("False alarms"), _("Recall"), _("Precision"))
    output.table(titles, [(*one[:4], _percent(one.recall), _percent(one.precision)) for one in judged])
    for one in wrong:
        text = (
            _("{file}, sample {sample}: {rule} missed it")
            if one["missed"]
            else _("{file}, sample {sample}: {rule} raised a false alarm")
        )
        output.say(text.format(**one), even_quietly=True)
    text = ngettext("{count} sample, {wrong} mistakes.", "{count} samples, {wrong} mistakes.", len(samples))
    output.say(text.format(count=len(samples), wrong=len(mistakes)))
    return ExitCode.FINDINGS if mistakes else ExitCode.DONE


def _percent(part: float | None) -> str:
    return "-" if part is None else f"{part:.0%}"
