"""The digest as a mail: a MIME message with the text and the page, which any program for mail opens and sends."""

from __future__ import annotations

from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from ipvault.oversight.insight.digest.markdown import markdown, title_of
from ipvault.oversight.insight.digest.model import Digest
from ipvault.oversight.insight.digest.page import page


def mail(digest: Digest) -> str:
    """The message, to be sent by somebody else: it names no recipient.

    It is from the member who had it made, or where the card has no address for mail from one that nobody has.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = title_of(digest)
    message["From"] = _sender(digest)
    message["Date"] = datetime.fromisoformat(digest.until)
    message["X-Unsent"] = "1"  # opened as a draft
    message.set_content(markdown(digest), cte="quoted-printable")
    message.add_alternative(page(digest), subtype="html", cte="quoted-printable")
    return message.as_bytes().decode("ascii")


def _sender(digest: Digest) -> Address:
    """Names and addresses come from cards, so nothing in them may begin a header of its own."""
    name = " ".join(digest.maker.split())
    try:
        return Address(name, addr_spec=digest.address)
    except (ValueError, IndexError, HeaderParseError):  # what no address for mail is, parts of one too
        return Address(name, "nobody", "ipvault.invalid")
