#!/usr/bin/env python3
"""Which files .ci/units.py lets a compiler have at once, and which it keeps apart."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.ci"))
from units import units_of  # noqa: E402


def own(declaration):
    return "namespace hubward {\nnamespace {\n\n%s\n\n}  // namespace\n}  // namespace hubward\n" % declaration


class Units(unittest.TestCase):
    def units(self, *texts, most=9, for_gcc=True):
        """The numbers of the texts that stand together."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, f"{number}.cpp") for number in range(len(texts))]
            for path, text in zip(paths, texts):
                with open(path, "w", encoding="utf-8") as stream:
                    stream.write(text)
            return sorted(sorted(map(paths.index, unit)) for unit in units_of(paths, most, for_gcc))

    def test_what_shares_no_name_stands_together(self):
        self.assertEqual([[0, 1]], self.units(own("int half(int x) { return x / 2; }"), own("const int kTwo = 2;")))

    def test_no_more_than_the_most_stand_together(self):
        self.assertEqual([[0, 1], [2]], self.units("", "", "", most=2))

    def test_two_that_declare_the_same_name_stand_apart(self):
        for declaration in (
            "const int kTwo = 2;",
            "std::vector<int> twice(int x) { return {x, x}; }",
            "template <typename T>\nT twice(T x) { return x; }",
            "struct Two {};",
            "enum class Two { one };",
            "using Two = int;",
            'MATCHER_P(IsTwo, two, "") { return arg == two; }',
        ):
            with self.subTest(declaration):
                self.assertEqual([[0], [1]], self.units(own(declaration), own(declaration)))

    def test_a_name_that_the_other_calls_keeps_apart(self):
        self.assertEqual([[0], [1]], self.units(own("int half(int x) { return x / 2; }"), "int f() { return half(4); }\n"))

    def test_a_member_a_variable_a_comment_and_a_text_of_that_name_do_not(self):
        for text in ("x.half(4)", "x->half(4)", "int half = 4", "// half(4)\n", '"half(4)"', "std::half(4)"):
            with self.subTest(text):
                self.assertEqual(
                    [[0, 1]], self.units(own("int half(int x) { return x / 2; }"), "void f() { %s; }\n" % text))

    def test_all_of_an_anonymous_namespace_counts(self):
        second = own("int one() {\n  return 1;\n}\n\nint two() {\n  return 2;\n}")
        self.assertEqual([[0], [1]], self.units(second, own("int two() {\n  return 4;\n}")))

    def test_what_sets_something_for_all_behind_it_is_alone(self):
        for line in ("#define TWO 2", "#pragma GCC diagnostic ignored", "using enum Two;"):
            with self.subTest(line):
                self.assertEqual([[0], [1]], self.units(line + "\n", ""))

    def test_a_part_of_a_class_is_alone_for_gcc_only(self):
        part = "struct Hasher::State {\n};\n"
        self.assertEqual([[0], [1]], self.units(part, ""))
        self.assertEqual([[0, 1]], self.units(part, "", for_gcc=False))


if __name__ == "__main__":
    unittest.main()
