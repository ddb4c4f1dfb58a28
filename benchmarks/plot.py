"""A plot of time against size as an SVG, both axes logarithmic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 420, 64, 190, 24, 48
_COLOURS = ("#3f51b5", "#7986cb", "#c62828", "#ef6c00", "#2e7d32", "#6d4c41")


def plot(sizes: Sequence[int], lines: Mapping[str, Sequence[float]]) -> str:
    """The SVG of some lines: seconds at each size, in thousands of lines of Python."""
    seconds = [value for line in lines.values() for value in line]
    low, high = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))

    def x(size: float) -> float:
        share = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _TOP + (high - math.log10(value)) / max(1, high - low) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
    ]
    for power in range(low, high + 1):
        parts += [
            _line(_LEFT, y(10**power), _WIDTH - _RIGHT, y(10**power)),
            _text(8, y(10**power) + 4, f"{10**power:g} s"),
        ]
    for size in sizes:
        parts += [_line(x(size), _TOP, x(size), _HEIGHT - _BOTTOM), _text(x(size) - 14, _HEIGHT - 28, f"{size}k")]
    parts.append(_text(_LEFT, _HEIGHT - 8, "lines of Python (thousands)"))
    for number, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(sizes, line, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(_WIDTH - _RIGHT + 8, y(line[-1]) + 4, name, colour))
    return "\n".join((*parts, "</svg>")) + "\n"


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'


def _text(x: float, y: float, text: str, colour: str = "#333333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}">{escape(text)}</text>'
