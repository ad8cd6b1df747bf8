"""One alteration of a journal's lines, whichever: what hypothesis tries on all that reads them."""

from __future__ import annotations

from hypothesis import strategies as st

from ipvault.journal.payload import FORGOTTEN


@st.composite
def mutated(draw: st.DrawFn, lines: list[bytes]) -> list[bytes]:
    """The lines with a bit flipped, bytes removed or put in, a payload emptied, a line lost, doubled or in another
    place. Now and then they are the same.
    """
    altered = list(lines)
    at = draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    byte = draw(st.integers(0, len(line) - 1))
    match draw(st.sampled_from(["flip", "cut", "insert", "lose", "double", "move", "empty"])):
        case "flip":
            altered[at] = line[:byte] + bytes([line[byte] ^ 1 << draw(st.integers(0, 7))]) + line[byte + 1 :]
        case "cut":
            altered[at] = line[:byte] + line[byte + draw(st.integers(1, 40)) :]
        case "insert":
            altered[at] = line[:byte] + draw(st.binary(min_size=1, max_size=4)) + line[byte:]
        case "lose":
            del altered[at]
        case "double":
            altered.insert(draw(st.integers(0, len(lines) - 1)), line)
        case "move":
            altered.insert(draw(st.integers(0, len(lines) - 1)), altered.pop(at))
        case "empty":
            altered[at] = line.partition(b"\t")[0] + b"\t" + FORGOTTEN + b"\n"
    return altered
