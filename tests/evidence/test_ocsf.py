"""OCSF events are those of the schema that is published, version 1.8."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from ipvault.evidence.export.ocsf import CLASSES, SCHEMA_VERSION
from ipvault.vault.journal_query import JournalRow
from tests.evidence.journals import NAMES, examples, revealing, unread, written

Event = dict[str, Any]
EXPECTED = {6006, 3002, 3004, 1008, 2004}


@cache
def published() -> OcsfJsonSchemaEmbedded:
    return OcsfJsonSchemaEmbedded(get_ocsf_schema(version=SCHEMA_VERSION))


@cache
def validator(uid: int) -> Draft202012Validator:
    name = published().lookup_class_name_from_uid(uid)
    return Draft202012Validator(published().get_class_schema(name, []))


def events(rows: list[JournalRow], names: dict[str, str] | None) -> list[Event]:
    return [json.loads(line) for line in written("ocsf", rows, names).splitlines()]


def is_valid(event: Event) -> bool:
    return event["class_uid"] in EXPECTED and validator(event["class_uid"]).is_valid(event)


@pytest.mark.parametrize("names", [None, NAMES], ids=["redacted", "with names"])
def test_every_event_validates(names: dict[str, str] | None) -> None:
    """Each kind of record, each that cannot be read and each of the future is valid in its class; all five occur."""
    made = events([*examples(), *revealing(), *unread()], names)
    for event in made:
        assert event["class_uid"] in EXPECTED
        validator(event["class_uid"]).validate(event)
        assert event["metadata"]["version"] == "1.8.0"
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
    assert {event["class_uid"] for event in made} == EXPECTED


SPOILT: list[Callable[[Event], object]] = [
    lambda event: event.pop("metadata"),
    lambda event: event.pop("time"),
    lambda event: event.update(time="today"),
    lambda event: event.update(activity_id=98),
    lambda event: event.update(type_uid=1),
    lambda event: event.update(severity_id=7),
    lambda event: event.update(canary=1),
    lambda event: event["metadata"].update(canary=1),
    lambda event: event["metadata"].update(product={"vendor_name": "ipvault"}),
    lambda event: event.update(class_uid=1001),
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_the_validator_finds_mistakes(spoil: Callable[[Event], object]) -> None:
    """What is missing, of another type, out of an enumeration or not of the schema does not validate in any class."""
    for event in events(examples(), None):
        spoil(event)
        assert not is_valid(event)


def test_classes_and_activities_are_called_what_the_schema_calls_them() -> None:
    """Numbers and captions of classes, categories and activities go together."""
    schema = get_ocsf_schema(version=SCHEMA_VERSION)
    for ours in CLASSES.values():
        theirs = schema["classes"][published().lookup_class_name_from_uid(ours.uid)]
        assert ours.name == theirs["caption"]
        category = schema["categories"]["attributes"][theirs["category"]]
        assert (ours.category, ours.category_name) == (category["uid"], category["caption"])
        for number, caption in ours.activities.values():
            assert theirs["attributes"]["activity_id"]["enum"][str(number)]["caption"] == caption
