"""`ipvault evidence verify`: the checks of a bundle, by this program and not by the scripts that came with it."""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from ipvault.cli.evidence_reach import Certificates, Trusted, reach_of
from ipvault.cli.heads import witnesses
from ipvault.cli.invocation import current
from ipvault.crypto.signing import verifies_post_quantum
from ipvault.errors import EvidenceRefused, ExitCode, SourceNotFound
from ipvault.evidence.bundle.folder import MAX_FILE, MAX_FILES, SUMS
from ipvault.evidence.bundle.scripts import scripts
from ipvault.evidence.bundle.verify import FAIL, SKIP, Bundle
from ipvault.evidence.certification import incarnation_of
from ipvault.evidence.dossier import EVIDENCE
from ipvault.evidence.dossier.beside import Given, check_beside
from ipvault.keys.card import in_groups
from ipvault.storage.safe_names import safe_path
from ipvault.text import _, ngettext

_MOST: Final = 4 * 1024**3
"""Bytes of an archive that is unpacked: a hundred thousand records take a tenth of it."""

_SMALL: Final = 16 * 1024**2
_RATIO: Final = 50
"""How many times its own size an archive may become beyond that: bundles become three times as large."""

_IN_THE_WAY: Final = (FileExistsError, NotADirectoryError, IsADirectoryError)
"""What two members say of which one is a folder and the other a file."""


def evidence_verify(
    path: Annotated[Path, typer.Argument(metavar="DIR|ZIP", help=_("The folder or archive that somebody gave you."))],
    every: Annotated[bool, typer.Option("--all", help=_("Print the checks that passed too."))] = False,
    certificates: Certificates = None,
) -> int:
    """It makes the checks that the scripts in the bundle make, and needs no vault. Confirm over a channel that you
    trust whose the fingerprints are that it prints.

    The files of a dossier are compared with the hashes that were signed, in the same archive or folder, or beside the
    folder of the evidence. Where they are not there, that is said.

    It says which witness or authority for time vouches for what, and whether that is one of the witnesses on your own
    list, or an authority whose certificate you bring. All else is the word of whoever made the bundle.
    """
    output = current().output
    trusted = Trusted.of(witnesses().cards(), certificates)
    with unpacked(path) as given:
        bundle = Bundle(str(given.bundle), verifies_post_quantum)
        outcomes = list(bundle.outcomes())
        outcomes += list(check_beside(bundle, outcomes, given.beside))
        failed = sum(outcome == FAIL for outcome, _name, _reason in outcomes)
        signers = [] if failed else bundle.names("signers")
        reach = [] if failed else reach_of(bundle, trusted)
        others = [] if failed else [name for name, text in scripts().items() if bundle.read(name) != text]
        lives = 0 if failed else incarnation_of(bundle)
        records, root = (0, "") if failed else (int(bundle.largest), bundle.root)
    checks = [{"outcome": outcome, "check": name, "reason": reason} for outcome, name, reason in outcomes]
    skipped = sum(outcome == SKIP for outcome, _name, _reason in outcomes)
    data = {"checks": checks, "failed": failed, "skipped": skipped, "signers": signers}
    told = {"records": records, "root": root, "incarnation": lives or None}
    told["reach"] = [one._asdict() for one in reach]
    output.result("evidence-verify", {**data, **told})
    for outcome, name, reason in outcomes:
        if every or reason:
            output.text(f"{outcome} {name}: {reason}" if reason else f"{outcome} {name}")
    if failed:
        text = ngettext("{count} check failed: do not rely on it.", "{count} checks failed: do not rely on it.", failed)
        output.text(text.format(count=failed))
        return ExitCode.DAMAGED
    passed = len(outcomes) - skipped
    text = ngettext("{count} check passed, none failed.", "{count} checks passed, none failed.", passed)
    output.text(text.format(count=passed))
    for one in reach:
        output.text(one.sentence)
    text = _("Up to record {seq}: the word of whoever made it, with the root {root}")
    output.text(text.format(seq=records - 1, root=root))
    if lives > 1:
        text = ngettext(
            "An older copy of this vault, or another one, was accepted {count} time in place of the one that was "
            "known: what only that one had is not in this journal.",
            "An older copy of this vault, or another one, was accepted {count} times in place of the one that was "
            "known: what only those had is not in this journal.",
            lives - 1,
        )
        output.text(text.format(count=lives - 1))
    for signer in signers:
        output.text(_("Signed by {fingerprint}").format(fingerprint=in_groups(signer)))
    for name in others:
        text = _(
            "{name} in it is not that of this version of ipvault: do not rely on what it prints without reading it"
        )
        output.warn(text.format(name=name))
    return ExitCode.DONE


@contextmanager
def unpacked(path: Path) -> Iterator[Given]:
    """The folder of a bundle, or the one beside a dossier; an archive is unpacked for as long as the block lasts."""
    if path.is_dir():
        yield _found_in(path, path.resolve().parent)
        return
    if not path.is_file():
        raise SourceNotFound(path=path)
    with tempfile.TemporaryDirectory(prefix="ipvault-evidence-") as folder:
        _unpack(path, folder)
        yield _found_in(_unwrapped(Path(folder)), path.resolve().parent)


def _unwrapped(folder: Path) -> Path:
    """The only folder in an archive, where somebody packed a folder and not what is in it; else the archive itself."""
    names = os.listdir(folder)
    return folder / names[0] if len(names) == 1 and (folder / names[0]).is_dir() else folder


def _found_in(folder: Path, beside: Path) -> Given:
    """Where the bundle is in what `report dossier` wrote as an archive; else the folder itself, which lies `beside`."""
    inside = folder / EVIDENCE
    is_dossier = not os.path.lexists(folder / SUMS) and (inside / SUMS).is_file()
    return Given(inside, folder) if is_dossier else Given(folder, beside)


def _unpack(path: Path, folder: str) -> None:
    """Unpack an archive with nothing in it that a bundle does not have. Raises `EvidenceRefused`."""
    refused = EvidenceRefused(place=str(path), reason=_("it is not an archive of evidence"))
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            sizes = [member.file_size for member in members]
            most = min(_MOST, _SMALL + _RATIO * path.stat().st_size)
            if len(sizes) > MAX_FILES or sum(sizes) > most or max(sizes, default=0) > MAX_FILE:
                raise refused
            for member in members:
                name = member.filename.removesuffix("/")
                if safe_path(name) != name:
                    raise refused
                target = os.path.join(folder, name)
                if member.is_dir():
                    os.makedirs(target, exist_ok=True)
                    continue
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with archive.open(member) as source, open(target, "xb") as out:
                    out.write(source.read(member.file_size))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, *_IN_THE_WAY):
        raise refused from None
