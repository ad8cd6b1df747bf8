"""The words that records and commands share, and how long texts may be."""

from __future__ import annotations

from typing import Final

OWNER: Final = "owner"
EDITOR: Final = "editor"
READER: Final = "reader"
AUDITOR: Final = "auditor"
ROLES: Final = (OWNER, EDITOR, READER, AUDITOR)

LABELS: Final = ("public", "internal", "confidential", "secret")
TYPES: Final = (
    "trade-secret",
    "invention",
    "patent",
    "trademark",
    "copyright",
    "design",
    "know-how",
    "prior-art",
    "contract",
    "other",
)

RECEIPT_EVENTS: Final = ("received", "opened", "destroyed")
"""What a recipient can sign that he did with a package."""

CAT: Final = "cat"
EXPORT: Final = "export"
PACKAGE: Final = "package"
"""The ways out of the vault."""

HASHES: Final = ("sha256", "sha512")
"""The hashes that are handed out to be stamped."""

STAMP_TARGETS: Final = ("item", "head", "timestamp")
"""What can be stamped: a version of an item, the journal as far as it goes, an earlier timestamp."""

WITNESS: Final = "witness"
TIMESTAMP: Final = "timestamp"
"""The kinds of anchors: that a witness made, and an authority for time."""

ROOT: Final = "root"
"""The name of the room that holds the roster and vault-wide records, and no items."""

MAIN: Final = "main"
"""The room that a vault begins with and that items go to by default."""

MAX_NAME: Final = 1024
"""Bytes of UTF-8 in a name."""

MAX_TEXT: Final = 64 * 1024
"""Bytes of UTF-8 in any other text."""

MAX_DER: Final = 4 * 256 * 1024
"""Characters of base64 in a field that holds a certificate, a revocation list or a token."""
