"""Where passphrases come from, and which are accepted."""

from __future__ import annotations

import os
import pty
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from ipvault.crypto.secret import Secret
from ipvault.errors import NoPassphrase, PassphraseRejected, PassphraseSourceFailed, UsageError, VaultError
from ipvault.keys.passphrase import MAX_BYTES, PassphraseSources, check_new_passphrase, read_passphrase

CANARY = "correct horse canary"


def from_prompt(text: str) -> bytes:
    return read_passphrase(PassphraseSources(), lambda: text).reveal()


def from_pipe(data: bytes) -> bytes:
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    try:
        return read_passphrase(PassphraseSources(fd=reader), None).reveal()
    finally:
        os.close(reader)


def from_file(data: bytes, folder: Path) -> bytes:
    path = folder / "passphrase"
    path.write_bytes(data)
    path.chmod(0o600)
    return read_passphrase(PassphraseSources(file=str(path)), None).reveal()


def from_command(script: str) -> bytes:
    command = f"{sys.executable} -c '{script}'"
    return read_passphrase(PassphraseSources(command=command), None).reveal()


def reason_of(error: pytest.ExceptionInfo[VaultError]) -> str:
    return str(error.value.fields["reason"])


class TestChoiceOfSource:
    def test_every_source_gives_the_same_passphrase(self, tmp_path: Path) -> None:
        """A descriptor, a file, a command and the prompt are interchangeable."""
        expected = CANARY.encode()
        assert from_prompt(CANARY) == expected
        assert from_pipe(expected) == expected
        assert from_file(expected + b"\n", tmp_path) == expected
        assert from_command(f'print("{CANARY}")') == expected

    def test_the_prompt_is_not_shown_when_a_source_is_named(self) -> None:
        """Whoever names a source is not asked."""
        reader, writer = os.pipe()
        os.write(writer, b"from the pipe")
        os.close(writer)
        secret = read_passphrase(PassphraseSources(fd=reader), lambda: pytest.fail("asked"))
        os.close(reader)
        assert secret == Secret(b"from the pipe")

    @pytest.mark.parametrize(
        "sources",
        [
            PassphraseSources(fd=3, file="x"),
            PassphraseSources(fd=0, command="x"),
            PassphraseSources(file="-", command="x"),
            PassphraseSources(fd=3, file="x", command="x"),
        ],
    )
    def test_two_sources_are_a_mistake(self, sources: PassphraseSources) -> None:
        """Nobody has to guess which of two sources was used."""
        with pytest.raises(UsageError):
            read_passphrase(sources, None)

    def test_without_a_source_and_a_prompt_a_person_is_needed(self) -> None:
        """With --no-input nothing waits for somebody who is not there."""
        with pytest.raises(NoPassphrase):
            read_passphrase(PassphraseSources(), None)

    def test_a_dash_is_standard_input(self) -> None:
        """`--passphrase-file -` reads standard input, like every path argument of ipvault."""
        reader, writer = os.pipe()
        os.write(writer, b"typed into a pipe\n")
        os.close(writer)
        before = os.dup(0)
        os.dup2(reader, 0)
        try:
            assert read_passphrase(PassphraseSources(file="-"), None).reveal() == b"typed into a pipe"
        finally:
            os.dup2(before, 0)
            os.close(before)
            os.close(reader)


class TestWhatIsAPassphrase:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (b"word\n", b"word"),
            (b"word\r\n", b"word"),
            (b"  word  \n", b"  word  "),
            (b"word", b"word"),
        ],
    )
    def test_only_one_line_end_is_taken_off(self, given: bytes, expected: bytes, tmp_path: Path) -> None:
        """P15: leading and trailing spaces are part of a passphrase."""
        assert from_pipe(given) == expected
        assert from_file(given, tmp_path) == expected

    def test_the_prompt_is_not_trimmed(self) -> None:
        """P15: what is typed counts, spaces included."""
        assert from_prompt(" word ") == b" word "

    @given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=80))
    @example("caf\N{LATIN SMALL LETTER E WITH ACUTE}")
    def test_both_normal_forms_are_one_passphrase(self, text: str) -> None:
        """P15: a keyboard that composes accents and one that does not open the same vault."""
        composed = from_prompt(unicodedata.normalize("NFC", text))
        assert from_prompt(unicodedata.normalize("NFD", text)) == composed
        assert from_pipe(text.encode() + b"\n") == composed

    @pytest.mark.parametrize("read", [from_prompt, lambda text: from_pipe(text.encode())])
    def test_an_empty_passphrase_is_refused(self, read: Callable[[str], bytes]) -> None:
        """P17: an empty line is a slip, not a passphrase."""
        with pytest.raises(PassphraseRejected):
            read("")

    @pytest.mark.parametrize("given", [b"\n", b"\r\n"])
    def test_a_file_of_one_empty_line_is_empty(self, given: bytes, tmp_path: Path) -> None:
        """P17: nor is one that a tool wrote."""
        with pytest.raises(PassphraseRejected, match="empty"):
            from_file(given, tmp_path)

    @pytest.mark.parametrize("given", [b"two\nlines\n", b"word\n\n", b"a\0b", b"tab\tbed", b"\x1b[31m", b"\xc2\x9b"])
    def test_control_characters_are_refused(self, given: bytes) -> None:
        """A file of several lines was named by mistake, and no prompt could take the rest."""
        with pytest.raises(PassphraseRejected) as error:
            from_pipe(given)
        assert "control character" in reason_of(error)

    @pytest.mark.parametrize("given", [b"\xff\xfe", b"caf\xe9", b"\xed\xa0\x80"])
    def test_other_encodings_are_refused(self, given: bytes) -> None:
        """A Latin-1 file would open nothing on another machine."""
        with pytest.raises(PassphraseRejected) as error:
            from_pipe(given)
        assert "UTF-8" in reason_of(error)

    def test_undecodable_keys_at_the_prompt_are_refused(self) -> None:
        """What a terminal could not decode arrives as surrogates."""
        with pytest.raises(PassphraseRejected) as error:
            from_prompt("caf\udce9")
        assert "UTF-8" in reason_of(error)

    def test_1024_bytes_are_the_limit(self) -> None:
        """The limit counts the bytes of the normal form, whichever form was given."""
        accents = "\N{LATIN SMALL LETTER E WITH ACUTE}" * (MAX_BYTES // 2)
        assert len(from_pipe(unicodedata.normalize("NFD", accents).encode())) == MAX_BYTES
        assert len(from_prompt("x" * MAX_BYTES)) == MAX_BYTES
        for longer in ("x" * (MAX_BYTES + 1), accents + "x", "x" * 60_000):
            with pytest.raises(PassphraseRejected):
                from_pipe(longer.encode())
            with pytest.raises(PassphraseRejected):
                from_prompt(longer)

    def test_an_endless_source_is_not_read_to_its_end(self) -> None:
        """A command that prints for ever is stopped."""
        with pytest.raises(PassphraseRejected):
            from_command("while True: print(1)")


class TestDescriptors:
    def test_a_closed_descriptor_is_reported(self) -> None:
        """A forgotten redirection is named, with the descriptor."""
        reader, writer = os.pipe()
        os.close(reader)
        os.close(writer)
        with pytest.raises(PassphraseSourceFailed) as error:
            read_passphrase(PassphraseSources(fd=reader), None)
        assert str(reader) in str(error.value)

    def test_a_terminal_is_refused(self) -> None:
        """A passphrase typed there would be shown on the screen."""
        main, terminal = pty.openpty()
        try:
            with pytest.raises(PassphraseSourceFailed) as error:
                read_passphrase(PassphraseSources(fd=terminal), None)
        finally:
            os.close(main)
            os.close(terminal)
        assert "terminal" in reason_of(error)


class TestFiles:
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
    def test_a_file_that_others_can_reach_is_refused(self, mode: int, tmp_path: Path) -> None:
        """P44: a passphrase that others can read is not one."""
        path = tmp_path / "passphrase"
        path.write_text(CANARY)
        path.chmod(mode)
        with pytest.raises(PassphraseSourceFailed) as error:
            read_passphrase(PassphraseSources(file=str(path)), None)
        assert "chmod 600" in reason_of(error)

    def test_a_read_only_file_is_accepted(self, tmp_path: Path) -> None:
        """Mode 0400 is private too."""
        path = tmp_path / "passphrase"
        path.write_text(CANARY)
        path.chmod(0o400)
        assert read_passphrase(PassphraseSources(file=str(path)), None) == Secret(CANARY.encode())

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
    def test_a_file_of_somebody_else_is_refused(self, tmp_path: Path) -> None:
        """P44: whoever owns the file chooses the passphrase."""
        path = tmp_path / "passphrase"
        path.write_text(CANARY)
        path.chmod(0o600)
        os.chown(path, 65534, 65534)
        with pytest.raises(PassphraseSourceFailed) as error:
            read_passphrase(PassphraseSources(file=str(path)), None)
        assert "another user" in reason_of(error)

    @pytest.mark.parametrize("path", [".", "/dev/zero", "/dev/null"])
    def test_folders_and_devices_are_refused(self, path: str) -> None:
        """Only a file or a pipe can hold a passphrase."""
        with pytest.raises(PassphraseSourceFailed) as error:
            read_passphrase(PassphraseSources(file=path), None)
        assert "neither a file nor a pipe" in reason_of(error)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        """The message says which file, and what the system says of it."""
        with pytest.raises(PassphraseSourceFailed, match="No such file") as error:
            read_passphrase(PassphraseSources(file=str(tmp_path / "no-such-file")), None)
        assert "no-such-file" in str(error.value)

    def test_process_substitution_works(self) -> None:
        """`--passphrase-file <(command)` names a pipe as /dev/fd/N."""
        reader, writer = os.pipe()
        os.write(writer, CANARY.encode() + b"\n")
        os.close(writer)
        try:
            secret = read_passphrase(PassphraseSources(file=f"/dev/fd/{reader}"), None)
        finally:
            os.close(reader)
        assert secret == Secret(CANARY.encode())


class TestCommand:
    def test_words_are_split_without_a_shell(self) -> None:
        """Nothing in the variable is expanded or redirected."""
        sources = PassphraseSources(command="printf %s '$HOME; true > x'")
        assert read_passphrase(sources, None) == Secret(b"$HOME; true > x")

    def test_standard_input_is_empty(self) -> None:
        """The command cannot eat the data that is piped into `ipvault add -`."""
        assert from_command('import sys; print("read", len(sys.stdin.read()))') == b"read 0"

    def test_the_settings_of_ipvault_are_not_passed_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The command does not learn which vault it opens, and cannot start itself again."""
        monkeypatch.setenv("IPVAULT_PASSPHRASE_COMMAND", "x")
        monkeypatch.setenv("IPVAULT_VAULT", "/secret/place")
        script = 'import os; print([n for n in os.environ if n.startswith("IPVAULT")], "PATH" in os.environ)'
        assert from_command(script) == b"[] True"

    def test_a_failure_does_not_repeat_what_was_printed(self, capfd: pytest.CaptureFixture[str]) -> None:
        """P39: what a failing command printed, on either stream, may be half a passphrase."""
        script = f'import sys; print("{CANARY}"); print("{CANARY}", file=sys.stderr); sys.exit(7)'
        with pytest.raises(PassphraseSourceFailed) as error:
            from_command(script)
        assert "7" in reason_of(error)
        assert CANARY not in str(error.value) + repr(error.value) + repr(error.value.fields)
        assert CANARY not in "".join(capfd.readouterr())

    @pytest.mark.parametrize("command", ["", "  ", "no-such-program-anywhere", "'unfinished", "/", "a\0b"])
    def test_what_cannot_run_is_reported(self, command: str) -> None:
        """The message names the variable, not the command, whose arguments may be confidential."""
        with pytest.raises(PassphraseSourceFailed) as error:
            read_passphrase(PassphraseSources(command=command), None)
        assert error.value.fields["source"] == "IPVAULT_PASSPHRASE_COMMAND"
        assert "no-such-program" not in str(error.value)


class TestNewPassphrase:
    @pytest.mark.parametrize("good", ["eight ch", "four unrelated words", "\N{GREEK SMALL LETTER ALPHA}bcdefgh"])
    def test_eight_characters_are_enough(self, good: str) -> None:
        """No rules about digits and capitals."""
        check_new_passphrase(Secret(good.encode()))

    @pytest.mark.parametrize("poor", ["", "seven c", "\N{GREEK SMALL LETTER ALPHA}" * 7, "aaaaaaaaaaaa", " " * 20])
    def test_short_or_repeated_ones_are_refused(self, poor: str) -> None:
        """Characters count, not bytes."""
        with pytest.raises(PassphraseRejected):
            check_new_passphrase(Secret(poor.encode()))

    def test_an_old_short_passphrase_still_opens(self) -> None:
        """The rule is for new passphrases only."""
        assert from_prompt("short") == b"short"
