"""The JSON that programs read; `ipvault help json` describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ipvault.errors import VaultError

if TYPE_CHECKING:
    from ipvault.journal.head import Head


class Result(NamedTuple):
    """What a command has to say, and where its change was recorded."""

    command: str
    data: Mapping[str, Any]
    journal: Head | None


def success(result: Result, *, ok: bool, warnings: Sequence[str]) -> dict[str, object]:
    """What a command prints on standard output with `--json`; `ok` says whether its exit code is 0."""
    journal = result.journal
    return {
        "schema": f"ipvault.{result.command}/1",
        "ok": ok,
        "data": result.data,
        "warnings": warnings,
        "journal": None if journal is None else {"seq": journal.seq, "hash": journal.hash},
    }


def failure(error: VaultError, trace: Sequence[str]) -> dict[str, object]:
    """What it prints on standard error when it failed."""
    return {
        "schema": "ipvault.error/1",
        "ok": False,
        "error": {
            "id": error.id,
            "exit_code": int(error.exit_code),
            "message": str(error),
            "hint": error.advice(),
            "fields": {**error.fields, "traceback": trace} if trace else error.fields,
        },
    }
