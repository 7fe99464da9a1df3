"""What the plot draws, read back from the SVG."""

import math
import os
import sys
import unittest
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import plot  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
LINEAR = plot.Panel("files", (10, 100, 1000), (2.0, 20.0, 200.0), (1.0, 1.0, 1.0))


def drawn(*panels):
    return ElementTree.fromstring(plot.growth_svg(list(panels), "two cores"))


def lines_of(svg, kind):
    """The points of each line of that kind."""
    return [[tuple(map(float, point.split(","))) for point in line.get("points").split()]
            for line in svg.iter(SVG + "polyline") if line.get("class") == kind]


class Plot(unittest.TestCase):
    def test_each_panel_has_its_lines_and_a_point_for_each_count(self):
        svg = drawn(LINEAR, LINEAR, LINEAR)
        for kind in ("time", "memory"):
            self.assertEqual([len(line) for line in lines_of(svg, kind)], [3, 3, 3])
        self.assertEqual(len(list(svg.iter(SVG + "circle"))), 9)

    def test_what_is_linear_rises_evenly_and_what_is_constant_not_at_all(self):
        svg = drawn(LINEAR)
        (_, first), (_, second), (_, third) = lines_of(svg, "time")[0]
        self.assertGreater(first, second)
        self.assertAlmostEqual(first - second, second - third, delta=0.2)
        self.assertEqual(len({y for _, y in lines_of(svg, "memory")[0]}), 1)

    def test_a_square_rises_twice_as_steeply(self):
        svg = drawn(plot.Panel("squares", (10, 100, 1000), (1.0, 100.0, 10_000.0), (1.0, 10.0, 100.0)))
        rise = {kind: lines_of(svg, kind)[0][0][1] - lines_of(svg, kind)[0][2][1] for kind in ("time", "memory")}
        self.assertAlmostEqual(rise["time"], 2 * rise["memory"], delta=0.3)

    def test_the_dotted_line_is_one_of_ten_times_for_ten_times(self):
        svg = drawn(LINEAR)
        even = next(line for line in svg.iter(SVG + "line") if line.get("class") == "even")
        ends = [(float(even.get("x" + end)), float(even.get("y" + end))) for end in "12"]
        for (x, y), (x_drawn, y_drawn) in zip(ends, [lines_of(svg, "time")[0][at] for at in (0, 2)]):
            self.assertAlmostEqual(x, x_drawn, delta=0.2)
            self.assertAlmostEqual(y, y_drawn, delta=0.2)

    def test_all_that_is_drawn_lies_on_the_paper(self):
        svg = drawn(LINEAR, plot.Panel("wide", (1, 10, 100), (0.001, 5.0, 123_456.0), (0.0, -1.0, 9.0)))
        _, _, width, height = map(float, svg.get("viewBox").split())
        for kind in ("time", "memory"):
            for x, y in (point for line in lines_of(svg, kind) for point in line):
                self.assertTrue(math.isfinite(x) and 0 <= x <= width, x)
                self.assertTrue(math.isfinite(y) and 0 <= y <= height, y)

    def test_the_figures_are_told_in_words(self):
        titles = [title.text for title in drawn(LINEAR).iter(SVG + "title")]
        self.assertIn("time: 2.0 ms / 20.0 ms / 200 ms", titles)
        self.assertIn("memory: 1.0 MiB / 1.0 MiB / 1.0 MiB", titles)

    def test_words_are_kept_from_being_markup(self):
        svg = drawn(plot.Panel("a < b & c", (1, 10, 100), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)))
        self.assertIn("a < b & c", [text.text for text in svg.iter(SVG + "text")])

    def test_both_schemes_have_colours_and_the_file_is_small(self):
        text = plot.growth_svg([LINEAR] * 4, "two cores")
        self.assertIn("prefers-color-scheme:dark", text)
        self.assertLess(len(text.encode()), 30_000)


if __name__ == "__main__":
    unittest.main()
