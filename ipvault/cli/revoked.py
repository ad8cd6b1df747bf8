"""What is said of packages that were revoked, and of those that could not be."""

from __future__ import annotations

from collections.abc import Sequence

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.packages import Package
from ipvault.cli.invocation import current
from ipvault.cli.rendering import shortened
from ipvault.text import _, ngettext, program


def tell_packages(revoked: Sequence[Package], left: Sequence[Package]) -> None:
    """Of those to one recipient alone: how many are revoked, and which are left, because others own their rooms."""
    output, count = current().output, len(revoked)
    if count:
        text = ngettext(
            "{count} package that nobody else was sent is revoked.",
            "{count} packages that nobody else was sent are revoked.",
            count,
        )
        output.say(text.format(count=count))
    if left:
        warning = _(
            "what came from rooms in which you may not revoke is not revoked: of the packages {ids}; an owner or "
            "editor there does that, with {ipvault} revoke PACKAGE"
        )
        output.warn(warning.format(ids=shortened([one.id[:SHORT_ID] for one in left]), ipvault=program()))
