"""The language of a run, chosen before commands are imported: the help of an option is translated when it is made."""

from __future__ import annotations

from collections.abc import Mapping

from ipvault.errors import CommandLineWrong
from ipvault.settings import CONFIG_FILE, config_dir, load_config
from ipvault.text import _, activate, available, preferred


def choose_language(flag: str | None, environ: Mapping[str, str]) -> None:
    """Use `--lang`, `IPVAULT_LANG`, the configuration, or what the system says.

    The first three are wishes for ipvault: one that it does not have is a usage error. The system's language falls
    back to English.
    """
    activate(preferred())
    path = config_dir(environ) / CONFIG_FILE
    wishes = (("--lang", flag), ("IPVAULT_LANG", environ.get("IPVAULT_LANG")), (str(path), load_config(path).lang))
    for source, code in wishes:
        if code:
            activate([_known(code, source)])
            return


def _known(code: str, source: str) -> str:
    codes = available()
    if code in codes or code.partition("_")[0] in codes:
        return code
    raise CommandLineWrong(
        problem=_("{source}: there is no translation for {code}").format(source=source, code=code),
        advice=_("choose one of: {choices}").format(choices=", ".join(codes)),
        usage="",
    )
