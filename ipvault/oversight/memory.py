"""Whether what is in memory can reach a disk in clear. `system` is the folder that has `proc` and `sys`."""

from __future__ import annotations

from pathlib import Path

from ipvault.keys import hardening
from ipvault.oversight.block_devices import device_is_encrypted, path_is_encrypted, unescape
from ipvault.oversight.finding import Finding
from ipvault.text import _, program


def swap(system: Path) -> Finding:
    """Whether memory can be written to a disk in clear."""
    areas = _swap_areas(system)
    if areas is None:
        return Finding("swap", "unknown", _("this system does not show whether memory is swapped to a disk"))
    if not areas:
        return Finding("swap", "ok", _("no memory is swapped to a disk"))
    open_areas = [name for name, encrypted in areas.items() if not encrypted]
    if not open_areas:
        return Finding("swap", "ok", _("memory is swapped to encrypted disks only"))
    return Finding(
        "swap",
        "warning",
        _("memory can be swapped to {places}, where no encryption is seen").format(places=", ".join(open_areas)),
        _("turn swap off, or encrypt it: documents and keys in memory could end up there"),
    )


def hibernation(system: Path) -> Finding:
    """Whether the whole memory can be written to a disk in clear."""
    areas = _swap_areas(system)
    try:
        states = (system / "sys/power/state").read_text().split()
    except OSError:
        return Finding("hibernation", "unknown", _("this system does not show whether it can hibernate"))
    if "disk" not in states:
        return Finding("hibernation", "ok", _("this computer cannot hibernate"))
    if areas is None:
        return Finding("hibernation", "unknown", _("this computer can hibernate; it does not show where to"))
    if all(areas.values()):
        return Finding("hibernation", "ok", _("there is no unencrypted place to hibernate to"))
    return Finding(
        "hibernation",
        "warning",
        _("hibernating would write all memory to a place where no encryption is seen"),
        _("run `{ipvault} lock` before you hibernate, or encrypt the swap area").format(ipvault=program()),
    )


def _swap_areas(system: Path) -> dict[str, bool] | None:
    """The swap areas on disks and whether each is seen to be encrypted; swap in compressed memory is left out."""
    try:
        lines = (system / "proc/swaps").read_text(errors="surrogateescape").splitlines()[1:]
    except OSError:
        return None
    areas = {}
    for line in lines:
        name, kind = (*line.split(), "", "")[:2]
        path = unescape(name)
        if kind and not path.startswith("/dev/zram"):
            in_file = kind == "file"
            areas[path] = bool(path_is_encrypted(path, system) if in_file else device_is_encrypted(path, system))
    return areas


def core_dumps(system: Path) -> Finding:
    """Whether a crash of ipvault could write its memory to a file."""
    import resource

    if hardening.is_dumpable() is False:
        return Finding("core-dumps", "ok", _("a crash of ipvault leaves no copy of its memory"))
    try:
        handler = (system / "proc/sys/kernel/core_pattern").read_text().strip()
    except OSError:
        handler = ""
    limited = resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    advice = _("turn core dumps off for this user: `ulimit -c 0`, and Storage=none in coredump.conf")
    if handler.startswith("|"):
        program = handler[1:].split(" ")[0]
        what = _("a crash hands the memory of the program to {program}").format(program=program)
        return Finding("core-dumps", "warning", what, advice)
    if not limited:
        return Finding("core-dumps", "warning", _("a crash writes the memory of the program to a file"), advice)
    if handler:
        return Finding("core-dumps", "ok", _("core dumps are turned off"))
    return Finding("core-dumps", "unknown", _("core dumps are limited; where else a crash goes cannot be seen"))
