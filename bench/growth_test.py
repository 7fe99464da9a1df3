"""The judgement of growth, on costs that grow as told."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import growth  # noqa: E402


def judged(cost, nothing=0.003, least=growth.LEAST_SECONDS):
    return growth.growth_of([cost(1), cost(10), cost(100)], nothing, least)


class Growth(unittest.TestCase):
    def test_what_grows_with_the_count_is_told_as_ten_times(self):
        self.assertAlmostEqual(judged(lambda count: 0.003 + 0.01 * count), 10.0)

    def test_what_grows_with_the_square_is_beyond_the_bound(self):
        self.assertGreater(judged(lambda count: 0.003 + 0.001 * count**2),
                           growth.MOST_FOR_TEN_TIMES)

    def test_a_square_that_shows_only_in_the_first_step_is_told(self):
        self.assertGreater(growth.growth_of([0.01, 1.0, 10.0], 0, growth.LEAST_SECONDS),
                           growth.MOST_FOR_TEN_TIMES)

    def test_what_does_not_grow_is_told_as_once(self):
        self.assertEqual(judged(lambda count: 0.0031), 1.0)

    def test_noise_below_what_can_be_measured_is_no_growth(self):
        costs = iter([0.00300, 0.00305, 0.0031])
        self.assertEqual(judged(lambda count: next(costs)), 1.0)

    def test_memory_is_shared_out_among_the_names_that_came_with_it(self):
        grown = growth.Grown("revisions", (5, 50, 500), (0.1, 0.1, 0.1), (1_000, 1_600, 9_250))
        self.assertAlmostEqual(growth.bytes_each(grown, 100), 8_250 * 1024 / 49_500)


if __name__ == "__main__":
    unittest.main()
