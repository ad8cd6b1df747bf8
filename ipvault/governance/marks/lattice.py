"""Finding the lattice of dots in a picture, at whatever scale and with a few degrees of skew, and reading it.

Added up along its rows and its columns a lattice is a wave: the angle at which the waves of both are strongest is that
of the lattice, and their length and phase give its places.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from ipvault.governance.marks.signal import NEUTRAL, signals
from ipvault.governance.marks.tile import Decoded, read
from ipvault.governance.marks.waves import common, component

if TYPE_CHECKING:
    from PIL.Image import Image, Resampling

SKEW: Final = 3.0
"""Degrees to either side by which a picture may be turned, beside right angles."""

PITCHES: Final = (6.0, 36.0)
"""Pixels between two places that are looked for, in the picture as `signals` gives it."""

_COARSE: Final = 0.25
"""Degrees between the angles that are tried first, in a picture of _COARSE_SIDE pixels."""

_COARSE_SIDE: Final = 900
_FINE: Final = _COARSE / 16
_PER_ANGLE: Final = 3
_CANDIDATES: Final = 4
_WEAKEST: Final = 0.3
_ALIKE: Final = 0.01
_CLOSE: Final = 0.7
_SMALLEST: Final = 64


class _Wave(NamedTuple):
    """Waves along both axes: how strong, at which angle (degrees) and pitch (pixels), and the phases of the crests."""

    strength: float
    angle: float
    pitch: float
    phases: tuple[float, float] = (0.0, 0.0)


def find_code(picture: Image) -> Decoded | None:
    """The code in the dots of a picture, if there is one."""
    if min(picture.size) < _SMALLEST:
        return None
    for signal in signals(picture):
        scale = min(1.0, _COARSE_SIDE / max(signal.size))
        small = signal.resize((round(signal.width * scale), round(signal.height * scale)), _box())
        for likely in _likely(small, scale):
            wave = _refined(small, likely)
            if found := read(_sampled(signal, _best_pitch(signal, wave.angle, wave.pitch / scale, _FINE))):
                return found
    return None


def _box() -> Resampling:
    from PIL.Image import Resampling

    return Resampling.BOX


def _likely(small: Image, scale: float) -> list[_Wave]:
    """The strongest waves in a picture that was made smaller by `scale`, each at the angle where it is strongest."""
    steps = round(SKEW / _COARSE)
    found = [wave for step in range(-steps, steps + 1) for wave in _waves(small, step * _COARSE, scale)]
    likely: list[_Wave] = []
    for wave in sorted(found, reverse=True):
        is_strong = not likely or wave.strength > likely[0].strength * _WEAKEST
        if is_strong and not any(_is_same(wave, other) for other in likely):
            likely.append(wave)
    return likely[:_CANDIDATES]


def _is_same(one: _Wave, other: _Wave) -> bool:
    return abs(one.pitch / other.pitch - 1) < _ALIKE and abs(one.angle - other.angle) < _CLOSE


def _waves(small: Image, angle: float, scale: float) -> Iterator[_Wave]:
    """The strongest waves at an angle."""
    across, down = _profiles(small, angle)
    size = 2 << max(len(across), len(down)).bit_length()
    first = math.floor(size / PITCHES[1] / scale)
    last = min(math.ceil(size / PITCHES[0] / scale), size // 2)
    scores = common(across, down, size, first, last)
    for place in sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:_PER_ANGLE]:
        yield _Wave(scores[place], angle, size / (first + place))


def _refined(small: Image, wave: _Wave) -> _Wave:
    """The same waves with angle and pitch as exactly as they can be found."""
    step = _COARSE / 2
    while step >= _FINE:
        wave = max(_best_pitch(small, wave.angle + turn, wave.pitch, step) for turn in (-step, 0.0, step))
        step /= 2
    return wave


def _best_pitch(signal: Image, angle: float, pitch: float, reach: float) -> _Wave:
    """The strongest waves at an angle of about this pitch."""
    profiles = _profiles(signal, angle)
    spread = reach / _COARSE / max(map(len, profiles))
    found: list[_Wave] = []
    for step in range(-4, 5):
        frequency = 1 / pitch + step / 4 * spread
        across, down = (component(profile, frequency) for profile in profiles)
        phases = (cmath.phase(across) / math.tau, cmath.phase(down) / math.tau)
        found.append(_Wave(abs(across) * abs(down), angle, 1 / frequency, phases))
    return max(found)


def _profiles(signal: Image, angle: float) -> tuple[Sequence[float], Sequence[float]]:
    """The picture, turned back by an angle, added up along its columns and along its rows; on average nothing."""
    from PIL.Image import Resampling

    turned = signal.rotate(angle, Resampling.BILINEAR, fillcolor=NEUTRAL) if angle else signal
    exact, (width, height) = turned.convert("F"), turned.size
    return _centred(exact.resize((width, 1), Resampling.BOX)), _centred(exact.resize((1, height), Resampling.BOX))


def _centred(profile: Image) -> Sequence[float]:
    values = _values(profile)
    mean = sum(values) / len(values)
    return [value - mean for value in values]


def _values(picture: Image) -> Sequence[float]:
    return cast("Sequence[float]", picture.get_flattened_data())


def _sampled(signal: Image, wave: _Wave) -> list[Sequence[float]]:
    """What is at each place of the lattice."""
    from PIL.Image import Resampling, Transform
    from PIL.ImageFilter import GaussianBlur

    pitch = wave.pitch
    turned = signal.rotate(wave.angle, Resampling.BILINEAR, fillcolor=NEUTRAL).filter(GaussianBlur(pitch / 8))
    left, top = (phase % 1 * pitch for phase in wave.phases)
    columns, rows = int((turned.width - 1 - left) / pitch) + 1, int((turned.height - 1 - top) / pitch) + 1
    # the centre of pixel i is at i + 0.5, there and here
    matrix = (pitch, 0, left + 0.5 - pitch / 2, 0, pitch, top + 0.5 - pitch / 2)
    values = _values(turned.transform((columns, rows), Transform.AFFINE, matrix, Resampling.BILINEAR))
    return [values[start : start + columns] for start in range(0, rows * columns, columns)]
