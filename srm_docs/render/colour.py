"""A hex colour -> its contrast on white and its hue."""

from __future__ import annotations

import colorsys


def contrast_on_white(colour: str) -> float:
    """Return the WCAG contrast ratio of `#RRGGBB` on white, 1 to 21."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def hue(colour: str) -> float | None:
    """Return the hue of `#RRGGBB` in degrees, None for a grey."""
    angle, _, saturation = colorsys.rgb_to_hls(*_parts(colour))
    return angle * 360 if saturation > 0.15 else None  # noqa: PLR2004


def _parts(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
