"""Dossiers: everything that the records say of one item, for the day of a dispute."""

from typing import Final

EVIDENCE: Final = "evidence"
"""What the folder with the bundle that proves a dossier is called beside it."""

HASHES: Final = "dossier.sha256"
"""The file of the bundle that has the hashes, in the form of sha256sum, of files beside the bundle's folder."""
