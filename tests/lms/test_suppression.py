"""No hidden number can be worked out: an attacker with a solver tries."""

import random
from itertools import pairwise

import numpy
import pytest
from scipy.optimize import linprog

from lms.suppression import hide, suppress


def possible(values, equations):
    """For each hidden number (None) the least and the most it can be, given what is shown and what adds up."""
    width = len(values)
    matrix = numpy.zeros((len(equations), width))
    for row, (whole, parts) in enumerate(equations):
        matrix[row, whole] = -1
        for part in parts:
            matrix[row, part] += 1
    bounds = [(0, None) if value is None else (value, value) for value in values]
    found = {}
    for place, value in enumerate(values):
        if value is None:
            aim = numpy.zeros(width)
            aim[place] = 1
            least = linprog(aim, A_eq=matrix, b_eq=numpy.zeros(len(equations)), bounds=bounds)
            most = linprog(-aim, A_eq=matrix, b_eq=numpy.zeros(len(equations)), bounds=bounds)
            found[place] = (least.fun, numpy.inf if most.status == 3 else -most.fun)
    return found


def laid_out(table):
    """A shown table and its totals as one list, and the equations anybody knows to hold in it."""
    high, wide = len(table.cells), len(table.cells[0])
    values = [n for row, total in zip(table.cells, table.row_totals, strict=True) for n in (*row, total)]
    values += [*table.column_totals, table.total]
    at = lambda i, j: i * (wide + 1) + j  # noqa: E731
    equations = [(at(i, wide), [at(i, j) for j in range(wide)]) for i in range(high + 1)]
    equations += [(at(high, j), [at(i, j) for i in range(high)]) for j in range(wide + 1)]
    return values, equations


def worked_out(table):
    """How many hidden numbers an attacker knows to within 2 either way."""
    return sum(most - least < 5 - 1e-6 for least, most in possible(*laid_out(table)).values())


def made_up_tables(how_many, seed):
    rng = random.Random(seed)
    for _ in range(how_many):
        high, wide, most = rng.choice([1, 2, 3, 4]), rng.choice([2, 3, 4, 5]), rng.choice([3, 8, 15, 40])
        yield [[rng.randint(0, most) for _ in range(wide)] for _ in range(high)]


def test_a_solver_works_out_no_hidden_number_of_300_tables():
    for rows in made_up_tables(300, seed=5):
        table = suppress(rows)
        shown = [n for n in laid_out(table)[0] if n is not None]
        assert all(n >= 5 for n in shown), rows
        assert worked_out(table) == 0, rows


def test_without_secondary_suppression_the_same_solver_does():
    """The control: if the attack found nothing here, it would be no attack."""
    broken = sum(worked_out(suppress(rows, secondary=False)) > 0 for rows in made_up_tables(100, seed=5))
    assert broken > 30


def test_one_small_cell_takes_a_second_with_it():
    table = suppress([[2, 8, 14]])
    assert table.cells == ((None, None, 14),)
    assert table.total == 24


def test_two_small_cells_that_add_up_to_little_take_a_third():
    assert suppress([[1, 2, 30, 50]]).cells == ((None, None, None, 50),)


def test_a_table_without_small_numbers_is_shown_whole():
    table = suppress([[5, 6], [7, 8]])
    assert table.hidden == 0
    assert (table.row_totals, table.column_totals, table.total) == ((11, 15), (12, 14), 26)


def test_zero_is_hidden_since_it_tells_of_everybody():
    assert suppress([[0, 20, 30]]).cells == ((None, None, 30),)


def test_where_few_answered_nothing_is_shown():
    table = suppress([[0, 1], [1, 2]])
    assert table.hidden == 4
    assert table.total is None


def test_the_threshold_is_a_setting():
    assert suppress([[8, 20, 30]], threshold=10).cells == ((None, None, 30),)


def test_a_single_number_and_an_empty_table():
    assert suppress([[4]]).cells == ((None,),)
    assert suppress([[9]]).total == 9
    assert suppress([]).cells == ()


def test_rows_of_different_length_are_refused():
    with pytest.raises(ValueError, match="same number of cells"):
        suppress([[1, 2], [3]])


def test_overlapping_periods_do_not_give_a_hidden_number_away():
    """Autumn is printed, and the year: the difference is the spring, where two people were worse."""
    counts = {}
    sums = []
    for period, better, worse in (("autumn", 30, 9), ("spring", 20, 2)):
        counts |= {(period, "better"): better, (period, "worse"): worse, (period, "all"): better + worse}
        sums.append(((period, "all"), [(period, "better"), (period, "worse")]))
    for word in ("better", "worse", "all"):
        parts = [("autumn", word), ("spring", word)]
        counts["year", word] = sum(counts[part] for part in parts)
        sums.append((("year", word), parts))
    sums.append((("year", "all"), [("year", "better"), ("year", "worse")]))
    spring = frozenset(key for key in counts if key[0] == "spring")

    hidden = hide(counts, sums, unpublished=spring)

    assert hidden
    assert not hidden & spring
    keys = list(counts)
    shown = [None if key in hidden | spring else counts[key] for key in keys]
    equations = [(keys.index(whole), [keys.index(part) for part in parts]) for whole, parts in sums]
    least, most = possible(shown, equations)[keys.index(("spring", "worse"))]
    assert most - least >= 5
    assert hide(counts, sums, unpublished=spring, secondary=False) == frozenset()


def test_a_number_printed_nowhere_is_cover_enough():
    counts, sums = {"all": 39, "worse": 3, "same": 6, "better": 30}, [("all", ["worse", "same", "better"])]
    assert hide(counts, sums, unpublished={"better"}) == {"worse"}
    assert hide(counts, sums) == {"worse", "same"}


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="do not add up"):
        hide({"all": 9, "a": 3, "b": 5}, [("all", ["a", "b"])])


def test_the_same_table_is_always_hidden_the_same_way():
    rows = [[0, 7, 9], [12, 3, 8], [9, 9, 9]]
    results = [suppress(rows) for _ in range(3)]
    assert all(one == other for one, other in pairwise(results))
