"""Where a passphrase comes from, and what counts as one.

A passphrase is UTF-8 in Unicode normal form C, so that it opens the vault whichever way a keyboard composes its
accents. Nothing is trimmed: spaces count. Only one line ending is taken off what a descriptor, a file or a command
gives, because `echo` and editors add one.

Control characters (NUL, line breaks, tabs, escapes) are refused: no prompt can take them, and where they appear a file
of several lines was named by mistake.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import NamedTuple

from ipvault.crypto.secret import Secret
from ipvault.errors import NoPassphrase, PassphraseRejected, PassphraseSourceFailed, UsageError
from ipvault.text import _, reason_of

MAX_BYTES = 1024
MIN_NEW_CHARACTERS = 8
COMMAND_VARIABLE = "IPVAULT_PASSPHRASE_COMMAND"

_READ_LIMIT = 4 * MAX_BYTES  # in form D a passphrase can take three times the bytes that it has in form C
_STDIN = 0


class PassphraseSources(NamedTuple):
    """What the user named: `--passphrase-fd`, `--passphrase-file` (`-` is stdin), IPVAULT_PASSPHRASE_COMMAND."""

    fd: int | None = None
    file: str | None = None
    command: str | None = None


def read_passphrase(sources: PassphraseSources, prompt: Callable[[], str] | None) -> Secret:
    """The passphrase from the one source that was named, else from `prompt`, which gives the line without its end.

    Raises `UsageError` if two sources are named, `NoPassphrase` if there is none and nobody to ask,
    `PassphraseSourceFailed` if the source cannot be read, `PassphraseRejected` if what it gives is no passphrase.
    """
    named = [source for source in (sources.fd, sources.file, sources.command) if source is not None]
    if len(named) > 1:
        raise UsageError(problem=_("the passphrase was given in two ways; name one source only"))
    if sources.fd is not None:
        return _passphrase(_without_line_end(_from_descriptor(sources.fd)))
    if sources.file == "-":
        return _passphrase(_without_line_end(_from_descriptor(_STDIN)))
    if sources.file is not None:
        return _passphrase(_without_line_end(_from_file(sources.file)))
    if sources.command is not None:
        return _passphrase(_without_line_end(_from_command(sources.command)))
    if prompt is None:
        raise NoPassphrase
    return typed_passphrase(prompt())


def typed_passphrase(line: str) -> Secret:
    """What was typed, as a passphrase; bytes that are not UTF-8 are surrogates in it. Raises `PassphraseRejected`."""
    return _passphrase(line.encode("utf-8", "surrogateescape"))


def check_new_passphrase(passphrase: Secret) -> None:
    """Refuse a new passphrase of fewer than 8 characters, or of one character repeated: `PassphraseRejected`.

    More is not asked for: rules about digits and capitals make passphrases worse (NIST SP 800-63B, 5.1.1.2).
    """
    characters = passphrase.reveal().decode()
    if len(characters) < MIN_NEW_CHARACTERS:
        raise PassphraseRejected(reason=_("it has fewer than {count} characters").format(count=MIN_NEW_CHARACTERS))
    if len(set(characters)) == 1:
        raise PassphraseRejected(reason=_("it is one character over and over"))


def _passphrase(raw: bytes) -> Secret:
    from unicodedata import category, normalize

    try:
        characters = normalize("NFC", raw.decode())
    except UnicodeDecodeError:
        raise PassphraseRejected(reason=_("it is not valid UTF-8 text")) from None
    if not characters:
        raise PassphraseRejected(reason=_("it is empty"))
    if any(category(character) == "Cc" for character in characters):
        raise PassphraseRejected(reason=_("it contains a line break or another control character"))
    value = characters.encode()
    if len(value) > MAX_BYTES:
        raise _too_long()
    return Secret(value)


def _too_long() -> PassphraseRejected:
    return PassphraseRejected(reason=_("it is longer than {count} bytes").format(count=MAX_BYTES))


def _without_line_end(data: bytes) -> bytes:
    if data.endswith(b"\n"):
        data = data[:-1].removesuffix(b"\r")
    return data


def _read_all(fd: int) -> bytes:
    data = b""
    while chunk := os.read(fd, _READ_LIMIT):
        data += chunk
        if len(data) > _READ_LIMIT:
            raise _too_long()
    return data


def _from_descriptor(fd: int) -> bytes:
    source = _("file descriptor {number}").format(number=fd)
    try:
        if os.isatty(fd):
            raise PassphraseSourceFailed(source=source, reason=_("it is a terminal, which would show what is typed"))
        return _read_all(fd)
    except OSError as error:
        raise PassphraseSourceFailed(source=source, reason=reason_of(error)) from error


def _from_file(path: str) -> bytes:
    """Links are followed, because `/dev/fd/N` of a process substitution is one; what counts is the file opened."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
        try:
            status = os.fstat(fd)
            if not (stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode)):
                raise PassphraseSourceFailed(source=path, reason=_("it is neither a file nor a pipe"))
            if status.st_uid != os.geteuid():
                raise PassphraseSourceFailed(source=path, reason=_("it belongs to another user"))
            if status.st_mode & 0o077:
                raise PassphraseSourceFailed(
                    source=path, reason=_("others on this computer may read it; make it yours alone with chmod 600")
                )
            return _read_all(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise PassphraseSourceFailed(source=path, reason=reason_of(error)) from error


def _from_command(command: str) -> bytes:
    """Run it without a shell; what it prints on standard error is dropped, since it might quote the passphrase."""
    import shlex
    import subprocess

    def failed(reason: str) -> PassphraseSourceFailed:
        return PassphraseSourceFailed(source=COMMAND_VARIABLE, reason=reason)

    try:
        words = shlex.split(command)
    except ValueError:
        raise failed(_("its quotation marks do not match")) from None
    if not words:
        raise failed(_("it is empty"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("IPVAULT_")}
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, by design
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
    except ValueError:
        raise failed(_("it cannot be run")) from None
    except OSError as error:
        raise failed(reason_of(error)) from None
    with process:
        assert process.stdout is not None  # noqa: S101 - because of PIPE
        try:
            data = _read_all(process.stdout.fileno())
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise failed(_("the command ended with exit code {code}").format(code=process.returncode))
    return data
