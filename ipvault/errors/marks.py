"""Marks in copies: what cannot be marked, and what is in a file that should be."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class CannotMark(VaultError):
    id = "cannot-mark"
    exit_code = ExitCode.DENIED
    message = N_("{name} cannot be marked, so no copy of it was made: {reason}")
    hint = N_("PDF, PNG, JPEG, TIFF, DOCX and plain text can be marked: give out one of those")


class MarkerMissing(CannotMark):
    hint = N_("install the extra `documents`: pip install pypdf pillow, or pipx inject ipvault pypdf pillow")


class CannotReadMarks(VaultError):
    id = "cannot-read-marks"
    exit_code = ExitCode.DAMAGED
    message = N_("{name} cannot be searched for a mark: {reason}")
    hint = N_("a picture of a page, such as a screenshot or a scan, can be searched as well")
