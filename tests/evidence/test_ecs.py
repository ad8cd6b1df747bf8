"""ECS events use the categories and types that ECS allows together."""

from __future__ import annotations

import json

import pytest

from ipvault.evidence.export.ecs import CATEGORIES
from ipvault.evidence.export.meanings import Nature
from tests.evidence.journals import NAMES, examples, unread, written

ALLOWED = {
    "authentication": {"start", "end", "info"},
    "configuration": {"access", "change", "creation", "deletion", "info"},
    "file": {"access", "change", "creation", "deletion", "info"},
    "iam": {"admin", "change", "creation", "deletion", "group", "info", "user"},
    "intrusion_detection": {"allowed", "denied", "info"},
}
"""The values of `event.type` for those of `event.category`, as ECS 9.0 lists them."""

TOP = {"@timestamp", "ecs", "event", "file", "ipvault", "message", "related", "service", "user"}
"""Field sets of ECS, and the one that is ours."""


@pytest.mark.parametrize("names", [None, NAMES], ids=["redacted", "with names"])
def test_every_event_is_categorised(names: dict[str, str] | None) -> None:
    """Kind, category, type and outcome are among what ECS allows, and nothing stands outside of its field sets."""
    for line in written("ecs", [*examples(), *unread()], names).splitlines():
        document = json.loads(line)
        assert document.keys() <= TOP
        assert document["ecs"]["version"].startswith("9.")
        event = document["event"]
        assert event["kind"] in ("event", "alert")
        ((category,), (type_,)) = event["category"], event["type"]
        assert type_ in ALLOWED[category]
        assert event["outcome"] in ("success", "failure", "unknown")


def test_each_nature_has_a_category() -> None:
    """Of those that ECS knows."""
    assert {CATEGORIES[nature].name for nature in Nature} == set(ALLOWED)


def test_people_and_documents_are_where_ecs_has_them() -> None:
    """Who did it, about whom, and which file; ids without names."""
    by_action = {doc["event"]["action"]: doc for doc in map(json.loads, written("ecs", examples()).splitlines())}
    assert by_action["member.role"]["user"] == {"id": "5" * 64, "target": {"id": "0" * 64}}
    assert by_action["content.released"]["file"] == {"name": "0" * 32, "hash": {"sha256": "0" * 64}}
    assert by_action["auth.failed"]["user"] == {"id": "0" * 64}
    named = {doc["event"]["action"]: doc for doc in map(json.loads, written("ecs", examples(), NAMES).splitlines())}
    assert named["item.added"]["file"]["path"] == "widget/claims.docx"
    assert named["item.added"]["file"]["name"] == "claims.docx"
