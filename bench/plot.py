"""Draws how costs grow as an SVG, on logarithmic scales, where what is linear is a slope of one.

A panel a dimension, and in each of them two lines. Colours follow the reader's light or dark scheme;
shapes and words tell the lines apart without them.
"""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

PANEL_WIDTH, PANEL_HEIGHT = 300, 230
LEFT, RIGHT, TOP, BOTTOM = 44, 46, 34, 44
COLUMNS = 2
FLOOR = 0.1  # what costs less is drawn here: below it is the clock and the allocator

STYLE = """
text{font:11px system-ui,sans-serif;fill:#57606a}
.paper{fill:#ffffff}.head{font-weight:600;font-size:12px;fill:#1f2328}
.grid{stroke:#d8dee4}.even{stroke:#8c959f;stroke-dasharray:2 4}
.time{stroke:#0757c8}.memory{stroke:#b3440c}
.time.mark,text.time,tspan.time{fill:#0757c8;stroke:none}
.memory.mark,text.memory,tspan.memory{fill:#b3440c;stroke:none}
polyline,line{fill:none;stroke-width:1}polyline{stroke-width:2}.memory{stroke-dasharray:7 3}
@media (prefers-color-scheme:dark){
text{fill:#9198a1}.paper{fill:#0d1117}.head{fill:#f0f6fc}.grid{stroke:#2a313c}.even{stroke:#656c76}
.time{stroke:#6cb6ff}.memory{stroke:#f0a35e}
.time.mark,text.time,tspan.time{fill:#6cb6ff}
.memory.mark,text.memory,tspan.memory{fill:#f0a35e}}
"""


@dataclass(frozen=True)
class Panel:
    """What one dimension costs: as many milliseconds and MiB as there are counts."""

    title: str
    counts: tuple
    milliseconds: tuple
    mebibytes: tuple


def decades(values):
    """The powers of ten around the values, at least one apart."""
    low = math.floor(math.log10(max(min(values), FLOOR)))
    high = math.ceil(math.log10(max(max(values), FLOOR)))
    return low, max(high, low + 1)


def spelt(number):
    """Few digits, as a label has room for."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 1 else f"{number:.2f}"


class Drawing:
    """One panel at its place, in a scale that all panels share upwards."""

    def __init__(self, panel, left, top, upwards):
        self.panel = panel
        self.left, self.right = left + LEFT, left + PANEL_WIDTH - RIGHT
        self.top, self.bottom = top + TOP, top + PANEL_HEIGHT - BOTTOM
        self.low, self.high = upwards
        self.first, self.last = math.log10(panel.counts[0]), math.log10(panel.counts[-1])

    def x(self, count):
        return self.left + (math.log10(count) - self.first) / (self.last - self.first) * (self.right - self.left)

    def y(self, cost):
        share = (math.log10(max(cost, FLOOR)) - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - self.top)

    def parts(self):
        yield f'<text class="head" x="{self.left}" y="{self.top - 16}">{escape(self.panel.title)}</text>'
        yield from self.scales()
        yield from self.even()
        yield from self.line("time", self.panel.milliseconds, "ms")
        yield from self.line("memory", self.panel.mebibytes, "MiB")

    def scales(self):
        for power in range(self.low, self.high + 1):
            y = self.y(10.0**power)
            yield f'<line class="grid" x1="{self.left}" x2="{self.right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield (f'<text x="{self.left - 5}" y="{y + 4:.1f}" text-anchor="end">'
                   f'{10**power if power >= 0 else 10.0**power:,}</text>')
        for count in self.panel.counts:
            yield f'<text x="{self.x(count):.1f}" y="{self.bottom + 16}" text-anchor="middle">{count:,}</text>'

    def even(self):
        """What ten times as much would cost if it cost just ten times as much, from the last point back."""
        counts, costs = self.panel.counts, self.panel.milliseconds
        least = max(costs[-1] * counts[0] / counts[-1], 10.0**self.low)
        start = counts[-1] * least / max(costs[-1], FLOOR)
        yield (f'<line class="even" x1="{self.x(start):.1f}" y1="{self.y(least):.1f}" '
               f'x2="{self.x(counts[-1]):.1f}" y2="{self.y(costs[-1]):.1f}"/>')

    def line(self, kind, costs, unit):
        points = [(self.x(count), self.y(cost)) for count, cost in zip(self.panel.counts, costs, strict=True)]
        told = " / ".join(f"{spelt(cost)} {unit}" for cost in costs)
        yield f'<g><title>{kind}: {told}</title>'
        yield f'<polyline class="{kind}" points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y in points) + '"/>'
        for x, y in points:
            if kind == "time":
                yield f'<circle class="{kind} mark" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
            else:
                yield f'<rect class="{kind} mark" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"/>'
        x, y = points[-1]
        yield f'<text class="{kind}" x="{x + 7:.1f}" y="{y + 4:.1f}">{unit}</text></g>'


def growth_svg(panels, told):
    """The text of an SVG file. `told`: where and how this was measured."""
    costs = [cost for panel in panels for cost in (*panel.milliseconds, *panel.mebibytes)]
    upwards = decades(costs)
    rows = math.ceil(len(panels) / COLUMNS)
    width, height = COLUMNS * PANEL_WIDTH, rows * PANEL_HEIGHT + 40
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
             f'height="{height}" role="img">',
             "<title>Time and memory beyond those of an empty cache</title>", f"<style>{STYLE}</style>",
             f'<rect class="paper" width="{width}" height="{height}"/>']
    for number, panel in enumerate(panels):
        row, column = divmod(number, COLUMNS)
        parts += Drawing(panel, column * PANEL_WIDTH, row * PANEL_HEIGHT, upwards).parts()
    foot = rows * PANEL_HEIGHT
    parts.append(f'<text x="{LEFT}" y="{foot + 8}"><tspan class="time">● time, ms</tspan>'
                 '<tspan dx="14" class="memory">■ memory, MiB</tspan>'
                 '<tspan dx="14">beyond an empty cache; dotted: ten times for ten times</tspan></text>')
    parts.append(f'<text x="{LEFT}" y="{foot + 26}">{escape(told)}</text></svg>')
    return "\n".join(parts) + "\n"
