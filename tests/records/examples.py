"""Examples of every kind of record."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from ipvault.records import domains
from ipvault.records.base import Record
from ipvault.records.families import all_kinds
from ipvault.records.vocabulary import HASHES, LABELS, RECEIPT_EVENTS, ROLES, STAMP_TARGETS, TYPES

KINDS_OF_RECORD: list[type[Record]] = [cls for _kind, cls in sorted(all_kinds().items())]
"""Every class of record that can be written."""

_EXAMPLES: dict[Any, Any] = {
    domains.Id: "0" * 32,
    domains.Sha256: "0" * 64,
    domains.IdOrEmpty: "",
    domains.Sha256OrEmpty: "",
    domains.Imprint: "0" * 64,
    domains.Nonce: "0" * 16,
    domains.Der: "AAAA",
    domains.HashName: "sha256",
    domains.StampTarget: "head",
    domains.AttemptId: "0" * 16,
    domains.CopyId: "0" * 16,
    domains.SlotName: "0" * 16,
    domains.UnlockSlotId: "0" * 8,
    domains.KemKey: "0" * 2432,
    domains.Ed25519Key: "0" * 64,
    domains.MlDsa44Key: "0" * 2624,
    domains.Word: "ocsf",
    domains.SignaturePair: "0" * 4968,
    domains.TornName: "7-0123456789abcdef",
    domains.Time: "2030-01-02T03:04:05.678Z",
    domains.TimeOrEmpty: "",
    domains.Day: "2030-01-02",
    domains.DayOrEmpty: "",
    domains.DayCount: 365,
    domains.Rating: 3,
    domains.WordOrEmpty: "",
    domains.Name: "Ada",
    domains.Generation: 2,
    domains.ItemName: "widget/claims.docx",
    domains.Detail: "detail",
    domains.Text: "text",
    domains.Tag: "tag",
    domains.Label: "secret",
    domains.ItemType: "patent",
    domains.Role: "editor",
    domains.ReceiptEvent: "opened",
    domains.Count: 1,
    domains.ShareCount: 2,
    domains.Epoch: 1,
    domains.Incarnation: 2,
    domains.VersionNumber: 1,
}
"""One value of every domain."""


def _hex(digits: int) -> st.SearchStrategy[str]:
    return st.binary(min_size=digits // 2, max_size=digits // 2).map(bytes.hex)


_TEXT = st.text(max_size=20)
_TIMES = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")
_NAMES = _TEXT.filter(domains.is_item_name)
_VALUES: dict[Any, st.SearchStrategy[Any]] = {
    domains.Id: _hex(32),
    domains.Sha256: _hex(64),
    domains.IdOrEmpty: st.just("") | _hex(32),
    domains.Sha256OrEmpty: st.just("") | _hex(64),
    domains.Imprint: _hex(64) | _hex(128),
    domains.Nonce: _hex(16),
    domains.Der: st.binary(min_size=1, max_size=20).map(b64encode).map(bytes.decode),
    domains.HashName: st.sampled_from(HASHES),
    domains.StampTarget: st.sampled_from(STAMP_TARGETS),
    domains.AttemptId: _hex(16),
    domains.CopyId: _hex(16),
    domains.SlotName: _hex(16),
    domains.UnlockSlotId: _hex(8),
    domains.KemKey: _hex(2432),
    domains.Ed25519Key: _hex(64),
    domains.MlDsa44Key: _hex(2624),
    domains.Word: st.from_regex("[a-z][a-z0-9-]{0,31}", fullmatch=True),
    domains.SignaturePair: _hex(4968),
    domains.TornName: st.builds("{}-{}".format, st.integers(0, 10**15 - 1), _hex(16)),
    domains.Time: _TIMES,
    domains.TimeOrEmpty: st.just("") | _TIMES,
    domains.Day: st.dates().map(str),
    domains.DayOrEmpty: st.just("") | st.dates().map(str),
    domains.DayCount: st.integers(0, domains.MAX_DAYS),
    domains.Rating: st.integers(1, 5),
    domains.WordOrEmpty: st.just("") | st.just("exclusive"),
    domains.Name: _NAMES,
    domains.Generation: st.integers(1, domains.MAX_GENERATION),
    domains.ItemName: _NAMES,
    domains.Detail: _TEXT.filter(domains.is_detail),
    domains.Text: _TEXT,
    domains.Tag: _TEXT.map(lambda text: text.replace("\n", " ")),
    domains.Label: st.sampled_from(LABELS),
    domains.ItemType: st.sampled_from(TYPES),
    domains.Role: st.sampled_from(ROLES),
    domains.ReceiptEvent: st.sampled_from(RECEIPT_EVENTS),
    domains.Count: st.integers(0, domains.MAX_NUMBER),
    domains.ShareCount: st.integers(1, 16),
    domains.Incarnation: st.integers(2, domains.MAX_GENERATION),
    domains.Epoch: st.integers(1, domains.MAX_NUMBER),
    domains.VersionNumber: st.integers(1, domains.MAX_VERSION),
}


def types_of(cls: type[Record]) -> dict[str, Any]:
    """The names of a record's fields and their domains."""
    hints = get_type_hints(cls, include_extras=True)
    return {name: hints[name] for name in cls.NAMES}


def values_of(domain: Any) -> st.SearchStrategy[Any]:
    """Values of a domain, or tuples of them."""
    if get_origin(domain) is tuple:
        return st.lists(_VALUES[get_args(domain)[0]], max_size=3).map(tuple)
    return _VALUES[domain]


def records(*classes: type[Record]) -> st.SearchStrategy[Record]:
    """Records of these kinds, or of all."""
    return st.sampled_from(classes or KINDS_OF_RECORD).flatmap(
        lambda cls: st.builds(cls, **{name: values_of(domain) for name, domain in types_of(cls).items()})
    )


def example(cls: type[Record]) -> Record:
    """One record of a kind, always the same."""
    return cls(**{name: _example(domain) for name, domain in types_of(cls).items()})


def _example(domain: Any) -> Any:
    return (_EXAMPLES[get_args(domain)[0]],) * 2 if get_origin(domain) is tuple else _EXAMPLES[domain]
