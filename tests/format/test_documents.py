"""The documents say what the program does: contexts, classes, kinds, codes, ids, JSON keys."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ipvault
from ipvault.cli.commands import all_commands
from ipvault.cli.help import DOCUMENTS, TOPICS
from ipvault.crypto import argon2
from ipvault.errors import VaultError
from ipvault.journal.chain import KEPT_UNSIGNED, MOST_HOLES, Chain
from ipvault.journal.head import MAX_LINE, ChainBroken, empty_head
from ipvault.journal.leaf import CLASSES, FACTS_OF_CLASS, FILES_OF_CLASS
from ipvault.journal.payload import FORGETTABLE
from ipvault.keys import card, identity_file, member_file, slot_tables
from ipvault.records.families import all_kinds
from ipvault.records.register import FACTORS
from ipvault.records.vocabulary import ROLES
from ipvault.vault import descriptor
from tests.format.second_reader import RECORDS
from tests.governance.answered import BEST, as_toml
from tests.journal.journals import source
from tests.oversight.own_pack import OWN_PACK
from tests.support.authority import Authority
from tests.support.outsiders import BOB, EVE, package_from_bob, receipt_of_bob
from tests.support.program import ipvault as run

SOURCES = Path(ipvault.__file__).parent
_CODE = re.compile(r"`([^`]+)`")


def _page(name: str) -> str:
    return (DOCUMENTS / f"{name}.md").read_text(encoding="utf-8")


def _table(page: str, first_title: str) -> list[list[str]]:
    """The rows of the table whose first column has that title."""
    start = page.index(f"\n| {first_title} |")
    _titles, _rule, *rows = page[start : page.find("\n\n", start)].strip().splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def _contexts_in_source() -> Iterator[tuple[str, int | None]]:
    """Every kind of context and how many parts it is given; None where that shows at run time only."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "pae":
                kind = node.args[0]
                assert isinstance(kind, ast.Constant), f"{path.name}: a context whose kind is not written out"
                starred = any(isinstance(part, ast.Starred) for part in node.args)
                yield str(kind.value), None if starred else len(node.args) - 1


def test_every_context_is_listed() -> None:
    """The table of contexts has exactly the kinds that the program makes, each with its number of parts."""
    listed = {_CODE.findall(kind)[0]: len(parts.split(", ")) for kind, parts, _use in _table(_page("format"), "Kind")}
    used = dict(_contexts_in_source())
    assert listed.keys() == used.keys()
    assert {kind: parts for kind, parts in used.items() if parts not in (None, listed[kind])} == {}


def test_every_class_is_listed() -> None:
    """The table of classes has exactly those of the program, each with the place of its files."""
    rows = {_CODE.findall(row[0])[0]: row[1] for row in _table(_page("format"), "Class")}
    assert rows.keys() == CLASSES
    examples = {"room": "2" * 32, "epoch": "7", "seq": "12", "generation": "3"}
    forms = {name: _CODE.findall(files)[0] for name, files in rows.items() if files != "none"}
    assert forms.keys() == FILES_OF_CLASS.keys()
    for name, form in forms.items():
        path = re.sub(r"<(\d+) hex>", lambda match: "a" * int(match[1]), form)
        path = re.sub(r"<(\w+)>", lambda match: examples[match[1]], path)
        assert FILES_OF_CLASS[name].fullmatch(path), form
    facts = {_CODE.findall(row[0])[0]: set(_CODE.findall(row[2])) for row in _table(_page("format"), "Class")}
    assert {name: names for name, names in facts.items() if names} == {
        name: set(re.findall("[a-z]{3,}", form.pattern.decode())) for name, form in FACTS_OF_CLASS.items()
    }
    stated = re.search(r"allowed in the classes (.+?)\s+only", _page("format"), re.DOTALL)
    assert stated
    assert set(_CODE.findall(stated[1])) == FORGETTABLE


def test_every_kind_is_listed() -> None:
    """The table of records has exactly the kinds of the program: class, who may write them, and fields."""
    page = _page("format")
    listed = {}
    for kind, class_, roles, names in _table(page[page.index("### Records") :], "Kind"):
        listed[_CODE.findall(kind)[0]] = (class_, tuple(roles.split(", ")), tuple(names.split(", ")))
    actual = {
        kind: (cls.CLASS, tuple(role for role in ROLES if role in cls.WRITTEN_BY), cls.NAMES)
        for kind, cls in all_kinds().items()
    }
    assert listed == actual
    assert RECORDS.keys() == actual.keys()


def test_limits_are_those_of_the_program() -> None:
    """The numbers in the format document are the program's."""
    page = _page("format")
    assert f"{argon2.FLOOR.memory_kib:,} to {argon2.CEILING.memory_kib:,}" in page
    assert f"`iterations` {argon2.FLOOR.iterations} to {argon2.CEILING.iterations}" in page
    assert f"`lanes` {argon2.FLOOR.lanes} to {argon2.CEILING.lanes}" in page
    assert MAX_LINE == 4 * 1024 * 1024
    assert "| one line of the journal | 4 MiB |" in page
    assert (descriptor.MAX_SIZE, member_file.MAX_SIZE, slot_tables.MAX_SLOTS) == (4096, 16384, 32)
    assert MOST_HOLES == 64 * 1024 * 1024
    assert "64 MiB of lines with zero bytes" in page
    assert KEPT_UNSIGNED == 8 * 1024 * 1024
    assert "| the first transaction | 8 MiB |" in page
    assert (card.MAX_SIZE, identity_file.MAX_SIZE) == (16384, 65536)
    assert "| VAULT; a card; a member file; an identity file | 4 KiB; 16 KiB; 16 KiB; 64 KiB |" in page
    assert "| unlock slots of an identity | 32 |" in page


def test_a_line_that_is_too_long() -> None:
    """4 MiB without a line feed are tampering, as the document says; less, or a hole of zeros, is a torn write."""
    chain = Chain("0" * 32, empty_head("0" * 32))
    with pytest.raises(ChainBroken, match="longer than any record"):
        list(chain.transactions(source(b"x" * MAX_LINE)))
    assert list(chain.transactions(source(b"x" * (MAX_LINE - 1)))) == []
    assert list(chain.transactions(source(b"{" + bytes(MAX_LINE - 1)))) == []


def test_every_error_is_listed() -> None:
    """The ids of errors in the exit codes document are exactly those that there are, under their codes."""
    listed = {(int(code), id_) for ids, code in _table(_page("exit-codes"), "Ids") for id_ in _CODE.findall(ids)}

    def classes(base: type[VaultError]) -> Iterator[type[VaultError]]:
        for cls in base.__subclasses__():
            if cls.__module__.startswith("ipvault.errors."):
                yield cls
                yield from classes(cls)

    assert listed == {(int(cls.exit_code), cls.id) for cls in classes(VaultError)}


def test_the_promised_sentences_are_there() -> None:
    """The document on threats says what must be said, and grades with the four grades only."""
    page = _page("threats")
    for sentence in (
        "Revoking stops later versions only.",
        "An expiry date cannot be forced on a copy already sent.",
        "A watermark names a copy, not a culprit, and can be removed.",
        "A compliance report is evidence, not a certificate.",
        "Erasing destroys keys here and cannot reach copies",
    ):
        assert sentence in page
    grades = {row[-1] for row in _table(page, "Against")}
    assert grades <= {row[0] for row in _table(page, "Grade")} == {"E", "L", "R", "X"}


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_is_shown(topic: str) -> None:
    """`ipvault help TOPIC` shows the document."""
    outcome = run("help", topic)
    assert outcome.exit == 0
    assert outcome.stdout.startswith("# ")


def test_decisions_are_numbered() -> None:
    """Each decision record has a number of its own, a title, and says context, decision and consequences."""
    pages = sorted((DOCUMENTS / "decisions").iterdir())
    assert [page.name[:5] for page in pages] == [f"{number:04}-" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert re.match(r"# .+\n\n\*\*Context\.\*\* (.|\n)+\n\*\*Decision\.\*\* (.|\n)+\n\*\*Consequences\.\*\* ", text)


class _Keys:
    """The keys that the JSON document gives for each command."""

    def __init__(self) -> None:
        page = _page("json")
        self._forms = {form: set(_CODE.findall(keys)) for form, keys in _table(page, "Form")}
        self.commands = {command: keys for names, keys in _table(page, "Command") for command in _CODE.findall(names)}

    def expected(self, command: str) -> dict[str, set[str] | None]:
        """The keys of `data`, each with the keys of what is in it, or None where it is no list of objects."""
        found: dict[str, set[str] | None] = {}
        for clause in re.split(r"; (?=`)|; (?=those)", self.commands[command]):
            outer, colon, inner = clause.partition(": ")
            if form := re.match(r"those of an? (\w+)$", clause):
                found |= dict.fromkeys(self._forms[form[1]])
                continue
            *plain, last = _CODE.findall(outer)
            found |= dict.fromkeys(plain)
            form = re.match(r"(?:each )?an? (\w+)$", inner)
            found[last] = self._forms[form[1]] if form else set(_CODE.findall(inner)) if colon else None
        return found

    def check(self, command: str, data: dict[str, Any]) -> None:
        """Compare what a command printed."""
        expected = self.expected(command)
        assert data.keys() == expected.keys(), command
        for key, inner in expected.items():
            values = data[key] if isinstance(data[key], list) else [data[key]] if data[key] else []
            for value in values if inner is not None else ():
                assert value.keys() == inner, f"{command}: {key}"


FEES = """
format = 1
type = "licence"
title = "Licence"
parties = ["Bob"]
exclusivity = "exclusive"
[[fees]]
what = "royalty"
due = 2020-01-01
"""
"""Terms with something to pay."""

INSIGHT = """
format = 1
[[rule]]
id = "a-document-more"
title = "A document more"
level = "low"
type = "event"
selection.action = "item.added"
[[rule.test]]
name = "none"
finds = 0
events = [{ at = 2020-01-01T00:00:00Z, action = "item.added" }]
"""
"""A rule that finds something in every vault, and a test that it does not pass."""


def test_json_keys(tmp_path: Path) -> None:
    """Every command is in the JSON document, and prints the keys that stand there."""
    keys = _Keys()
    (tmp_path / "passphrase").write_text("not a good passphrase")
    (tmp_path / "passphrase").chmod(0o600)
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "link").symlink_to("a.txt")
    rule = ("id = 'own'", "title = 'Own'", "severity = 'low'", "words = ['quartz']")
    (tmp_path / "rules.toml").write_text("\n".join(("format = 1", "[[rule]]", *rule)))
    secret = ("--passphrase-file", "passphrase")
    checked = set()

    def play(command: str, *arguments: str, stdin: bytes = b"", exit_code: int = 0) -> Any:
        outcome = run(*command.split(), *arguments, "--json", stdin=stdin, cwd=tmp_path)
        assert outcome.exit == exit_code, f"{command}: {outcome.stderr}"
        answer = json.loads(outcome.stdout)
        assert answer["schema"] == f"ipvault.{command.replace(' ', '-')}/1"
        keys.check(command, answer["data"])
        checked.add(command)
        return answer["data"]

    play("init", "vault", "--name", "Anna", *secret)
    play("unlock", "--store", "session", *secret)
    play("add", "a.txt", "link", exit_code=3)
    play("add", "a.txt", "--name", "again")
    play("update", "a.txt", "-", stdin=b"b")
    play("label", "a.txt", "--label", "secret")
    play("move", "a.txt", "b.txt")
    play("remove", "b.txt", "--reason", "old")
    play("restore", "b.txt")
    play("list")
    play("search", "b")
    play("show", "b.txt")
    play("history", "b.txt")
    play("export", "b.txt", "-o", "out.txt", "--reason", "asked by the court")
    play("recipient add", "-", "--name", "Bob", stdin=BOB.card.to_toml())
    play("recipient verify", "Bob", "--fingerprint", BOB.fingerprint)
    terms = ("--type", "licence", "--party", "Bob", "--from", "2020-01-01", "--exclusivity", "exclusive")
    agreed = play("agreement add", "-", "--name", "nda", *terms, stdin=b"signed")["agreement"]
    play("agreement list")
    play("agreement update", "nda", "--until", "2090-01-01")
    play("agreement show", "nda")
    (tmp_path / "fees.toml").write_text(FEES)
    play("agreement update", "nda", "--terms", "fees.toml")
    play("agreement due")
    play("agreement add", "--item", "nda", "--type", "licence", "--party-name", "Eve")
    play("agreement check", exit_code=17)
    play("agreement check", "--item", "b.txt", "--to", "Bob")
    play("risk questions")
    assessed = play("risk assess", "--item", "b.txt", "--to", "Bob", "--answers", "-", stdin=as_toml(BEST))[
        "assessments"
    ]
    play("risk list")
    play("risk show", assessed[0]["id"])
    play("training assign", "Anna", "--name", "secrecy", "--text", "-", stdin=b"Keep secrets.")
    play("training list")
    play("training show", "secrecy")
    play("training report")
    play("training acknowledge", "secrecy")
    who = ("--owner", "Anna", "--custodian", "Ben")
    added = play("register add", "--title", "B", "--description", "-", "--item", "b.txt", *who, stdin=b"It is b.")
    entry = added["secret"]["id"]
    play("register score", entry, *(f"--factor={name}=3:so" for name in FACTORS))
    play("register list")
    play("register show", entry)
    play("register gaps", exit_code=17)
    play("register due", "--within", "400d")
    play("register reveal", entry, "-o", "revealed", "--reason", "asked by the court")
    reviewed = play("review start")["review"]["id"]
    play("review list")
    grants = play("review show", reviewed)["grants"]
    bobs = next(one["grant"] for one in grants if one["type"] == "recipient")
    play("review decide", bobs, "keep", "--reason", "needed")
    play("review export", reviewed, "-o", "review.csv")
    play("offboard", "Bob", "--dry-run")
    play("register retire", entry, "--reason", "published")
    play("request create", "b.txt", "--to", "Bob")
    asked = play("request list")["requests"][0]["id"]
    play("request show", asked)
    play("policy show")
    play("policy export", "-o", "policy.toml")
    play("policy set", "secret", "approvals=0")
    shared = play("share", "b.txt", "--to", "Bob", "-o", "to-bob")
    play("agreement terminate", agreed["id"])
    play("policy check", "policy.toml")
    play("policy import", "policy.toml")
    play("receipt import", "-", stdin=receipt_of_bob(shared))
    play("receipt list")
    play("package list")
    play("access", "b.txt")
    play("exposure", "Bob")
    anna = next(r["fields"] for r in play("journal list")["records"] if r["action"] == "member.enrolled")
    play("receive", "-", stdin=package_from_bob(anna, {"c.txt": b"c"}))
    play("recipient update", "Bob", "-", stdin=EVE.card.to_toml())
    play("recipient show", "Bob")
    play("recipient list")
    play("revoke", "Bob")
    play("recipient remove", "Bob")
    play("journal list")
    play("journal show", "0")
    play("journal export", "-o", "journal.jsonl")
    play("journal checkpoint", "-o", "checkpoint")
    play("journal proof", "--since", "checkpoint", "-o", "proof")
    play("journal proof", "--verify", "proof")
    seq = next(r["seq"] for r in play("journal list")["records"] if r["class"] == "auth")
    play("journal forget", str(seq), "--reason", "privacy", "--confirm", "1")
    play("erase", "b.txt", "--version", "1", "--reason", "asked", "--confirm", "b.txt")
    play("verify", "--content")
    play("timestamp request", "b.txt", "-o", "request.tsq")
    authority = Authority.make(tmp_path / "authority")
    (tmp_path / "answer.tsr").write_bytes(authority.stamp((tmp_path / "request.tsq").read_bytes()))
    play("timestamp import", "answer.tsr", "--ca", str(authority.root))
    (stamp,) = play("timestamp list")["timestamps"]
    play("timestamp verify")
    play("timestamp export", stamp["id"], "-o", "stamp")
    play("backup create", "copy")
    play("backup verify", "copy")
    play("backup drill", "copy")
    play("backup restore", "copy", "restored")
    next((tmp_path / "vault/objects").glob("*/*")).unlink()
    play("repair", "--from", "copy")
    play("status")
    play("compliance frameworks")
    play("compliance report", "gdpr")
    play("compliance gaps", "gdpr")
    play("compliance import", "-", stdin=OWN_PACK)
    play("identity card", "-o", "sender")
    play("identity create", *secret)
    play("identity show")
    play("identity card", "-o", "card")
    told = play("identity show")["fingerprint"]
    play("witness trust", "card", "--fingerprint", told)
    play("witness list")
    play("evidence bundle", "-o", "evidence", "--record", "1")
    play("evidence verify", "evidence")
    play("evidence certify", "evidence", "-o", "draft")
    custody = play("evidence custody start", "evidence", "--holder", "Anna")["custody"]
    play("evidence custody transfer", custody, "evidence", "--to", "Bob", "--received", "evidence")
    wrong = play("evidence custody list")["custody"][0]["steps"][1]["seq"]
    play("evidence custody correct", custody, str(wrong), "--to", "Bert", "--reason", "misspelt")
    play("report dossier", "b.txt", "-o", "dossier.json", "--no-bundle")
    (tmp_path / "card.txt").write_text("4111 1111 1111 1111")
    found = play("dlp scan", "card.txt", exit_code=17)["documents"][0]["findings"][0]["finding"]
    play("insight rules")
    play("insight run", exit_code=17)
    play("insight digest", "-o", "digest.html")
    (tmp_path / "insight.toml").write_text(INSIGHT)
    play("insight test", "insight.toml", exit_code=17)
    odd = play("insight run", "--rules", "insight.toml", exit_code=17)["findings"][0]["finding"]
    play("insight acknowledge", odd, "--reason", "a sample", "--rules", "insight.toml")
    play("dlp waive", found, "--reason", "a sample")
    play("dlp waivers")
    play("dlp rules list")
    play("dlp rules show", "iban")
    play("dlp rules check", "rules.toml")
    play("dlp test", "rules.toml", "card.txt")
    play("mark apply", "card.txt", "--for", "Bob", "-o", "marked.txt")
    play("mark identify", "marked.txt")
    play("mark survey")
    held = play("hold place", "Acme", "--reason", "a suit", "--label", "secret", "--custodian", "Anna")["hold"]["id"]
    play("hold notice", held, "-o", "letters")
    play("hold acknowledge", "Acme")
    play("hold list")
    play("hold release", held, "--reason", "settled")
    play("retention set", "all", "--keep", "0d", "--all", "--then", "erase")
    play("retention event", "nda", "--on", "2020-01-01")
    play("retention list")
    play("retention due")
    play("retention run", "--dry-run")
    play("retention certificate", "--item", "b.txt")
    play("retention withdraw", "all")
    asked = play("privacy request create", "Bob", "--right", "access")["id"]
    play("privacy request list")
    play("privacy request show", asked)
    play("privacy request extend", asked, "--reason", "much to read")
    play("privacy request decide", asked, "--grant", "--reason", "right", "-o", "access.txt")
    play("privacy request close", asked, "--told", "by letter")
    play("add", "-", "--name", "letter", stdin=b"about Bob")
    asked = play("privacy request create", "Bob", "--right", "erasure")["id"]
    play("privacy request decide", asked, "--grant", "--reason", "right", "--item", "letter", "--confirm", "1")
    given = play("privacy consent add", "Bob", "--purpose", "filing", "--evidence", "nda")["consent"]["id"]
    play("privacy consent withdraw", given)
    play("privacy consent list")
    play("privacy disclosures", "--item", "b.txt")
    noticed = play("incident open", "Lost", "--aware", "1h")["incident"]["id"]
    play("incident list")
    play("incident assign", noticed, "lead", "Anna")
    play("incident assess", noticed, "--item", "nda")
    play("incident contain", noticed, "--item", "nda", "--reason", "lost")
    play("incident evidence", noticed, "--item", "nda", "--reason", "it shows")
    play("incident clock", noticed, "--start", "gdpr")
    play("incident notify", noticed, "--to", "authority", "-o", "draft.txt")
    sent = ("--sent", "1m", "--file", "draft.txt", "--name", "ICO", "--clock", "gdpr")
    play("incident notify", noticed, "--to", "authority", *sent)
    play("incident remediate", noticed, "Change locks", "--due", "7d")
    play("incident lessons", noticed, "Lock the door")
    play("incident contain", noticed, "--lift", "--reason", "found")
    play("incident export", noticed, "-o", "report.html")
    short = Path("playbook.toml")
    (tmp_path / short).write_text('format = 1\nname = "short"\n')
    noticed = play("incident open", "Found", "--aware", "1h", "--playbook", str(short))["incident"]["id"]
    play("incident close", noticed, "--reason", "it was nothing", "--not-notified", "it was nothing")
    play("incident show", noticed)
    play("journal witness-request", "--witness", told, "-o", "request")
    signing = ("--from", "sender", "--fingerprint", play("status")["member"], "-o", "cosigned")
    play("witness cosign", "request", *signing, *secret)
    play("witness history")
    play("journal witness-import", "cosigned")
    play("witness distrust", told)
    play("member add", "card", "--room", "main", "--role", "reader", "--fingerprint", told, *secret)
    play("member role", told, "--role", "auditor", *secret)
    play("member list", *secret)
    play("room create", "patents", *secret)
    play("room list", *secret)
    play("room show", "patents", *secret)
    play("room rotate", "patents", "--reencrypt", *secret)
    play("member remove", told, "--reason", "left", *secret)
    play("lock")
    (tmp_path / "new").write_text("another long passphrase")
    (tmp_path / "new").chmod(0o600)
    new = ("--new-passphrase-file", "new")
    play("identity passphrase", *secret, *new)
    secret = ("--passphrase-file", "new")
    added = play("identity slot add", "--new-key-file", "stick", *secret, *new)["slot"]["id"]
    play("identity slot list")
    play("identity slot remove", added, *secret)
    play("identity recovery split", "-o", "sheets", "--threshold", "1", "--shares", "1", *secret)
    play("identity recovery combine", *map(str, (tmp_path / "sheets").iterdir()), *new)
    play("seal", "a.txt", "--to", "card", "-o", "package", *secret)
    play("open", "package", "-o", "opened", *secret)
    play("open", "package", "--list", *secret)
    play("package inspect", "package")
    play("receipt create", "package", "--event", "opened", "-o", "receipt", *secret)
    play("limits")
    play("completion", "bash")
    every = {" ".join(words) for words, _command in all_commands()}
    assert keys.commands.keys() == every - {"cat"}
    of_two = {
        "request approve",
        "request deny",
        "risk accept",
        "register approve",
        "review close",
    }  # tests/cli/test_requests.py, test_risk.py
    assert checked == every - {"cat", "help", "doctor", "journal accept-rollback"} - of_two
