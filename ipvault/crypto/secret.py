"""A wrapper that keeps key material out of logs, tracebacks and pickles."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """Bytes that never show themselves: `repr` is redacted, pickling and hashing are refused.

    CPython cannot promise to wipe memory; `ipvault help threats` says so. Comparison takes constant time.
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """The bytes themselves, for the call that needs them."""
        return self._value

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value, other._value)

    __hash__ = None  # type: ignore[assignment]  # a secret in a set or a dict would leak through its order

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")
