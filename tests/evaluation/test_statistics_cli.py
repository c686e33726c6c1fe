"""`lms statistics` on any CSV: figures to stdout, words to stderr, one sentence when the file cannot be used."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evaluation.statistics import paired, shift_table
from evaluation.statistics_cli import statistics

SURVEY = Path(__file__).resolve().parents[3] / "shared" / "data" / "survey"


def run(*arguments):
    return CliRunner().invoke(statistics, [str(argument) for argument in arguments])


@pytest.fixture
def answers(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "answers.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_paired_prints_the_same_figures_as_the_reports(answers):
    file = answers("who,before,after\na,1,2\nb,2,\nc,3,3.5\nd,NA,4\ne,2,4\n")
    result = run("paired", file, "--before", "before", "--after", "after", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == paired([1, 2, 3, None, 2], [2, None, 3.5, 4, 4]).to_json()
    assert result.stderr == "3 of 5 rows have both answers.\nFewer than 10 are too few to report a change.\n"


def test_paired_on_a_real_trial_with_drop_out():
    file = SURVEY / "btheb_before_and_followups.csv"
    if not file.exists():
        pytest.skip("The survey data lie beside the repository, in ../shared/data/survey.")
    result = run("paired", file, "--before", "bdi.pre", "--after", "bdi.2m", "--lower-is-better")
    assert "97 of 100 rows have both answers." in result.stderr
    assert "95% interval\t-8.15 to -4.33" in result.stdout
    assert "Improved, same, worse\t70, 7, 20" in result.stdout


def test_where_there_is_no_test_the_words_say_so(answers):
    result = run("paired", answers("a,b\n3,4\n"), "--before", "a", "--after", "b")
    assert result.exit_code == 0
    assert "t test\tno test" in result.stdout
    assert "nan" not in result.stdout.lower()
    same = run("paired", answers("a,b\n3,3\n4,4\n"), "--before", "a", "--after", "b", "--json")
    assert json.loads(same.stdout)["t"] is None


def test_shift_on_a_real_survey_with_worded_levels():
    file = SURVEY / "carpentries_longterm_2017.csv"
    if not file.exists():
        pytest.skip("The survey data lie beside the repository, in ../shared/data/survey.")
    order = (
        "I had not been using tools like these.|I have not been using tools like these.;Less than once per year.;"
        "Several times per year.;Monthly.;Weekly.;Daily."
    )
    columns = ["--before", "Programming-Usage-Before-Workshop", "--after", "Programming-Usage-Since-Workshop"]
    found = json.loads(run("shift", file, *columns, "--order", order, "--json").stdout)
    assert (found["n"], found["improved"], found["same"], found["worse"]) == (433, 202, 209, 22)
    assert found["bowker"]["df"] == 15
    assert "17\t6\t19\t9\t13\t11" in run("shift", file, *columns, "--order", order).stdout


def test_shift_of_numbers_needs_no_order(answers):
    result = run("shift", answers("a;b\n1;2\n10;2\n2;2\n"), "--before", "a", "--after", "b", "--json")
    assert json.loads(result.stdout) == shift_table([1, 10, 2], [2, 2, 2], [1, 2, 10]).to_json()


def test_shift_where_nobody_moved_has_no_test(answers):
    file = answers("a,b\n1,1\n2,2\n")
    assert json.loads(run("shift", file, "--before", "a", "--after", "b", "--json").stdout)["bowker"] is None
    assert "no test: nobody moved" in run("shift", file, "--before", "a", "--after", "b").stdout


def test_proportion_as_the_interface_promises():
    result = run("proportion", 37, 88, "--json")
    found = json.loads(result.stdout)
    assert list(found) == ["k", "n", "share", "interval"]
    assert found["share"] == pytest.approx(0.42045, abs=5e-6)
    assert found["interval"] == pytest.approx([0.323, 0.525], abs=5e-4)
    assert run("proportion", 37, 88).stdout == "37 of 88\t42.0%\t95% interval 32.3 to 52.5\n"


def test_proportion_of_nobody():
    assert json.loads(run("proportion", 0, 0, "--json").stdout) == {"k": 0, "n": 0, "share": None, "interval": None}
    assert "there is no share" in run("proportion", 0, 0).stdout


def test_wrong_usage_is_2_and_a_refusal_is_1():
    assert run("proportion", "many", 3).exit_code == 2
    assert run("paired").exit_code == 2
    refused = run("proportion", 4, 3)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "Error: K must be 0 or more, and no more than N.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column “a”. It has no header row."),
        ("x,y\n1,2\n", "no column “a”. Its columns are: x, y."),
        ("a,b\n", "No row of"),
        ("a,b\n1,\n,2\n", "No row of"),
        ("a,b\n1,2\n1,often\n", "Line 3, column “b”: “often” is not a number."),
        ("a,b\n1,nan\n", "“nan” is not a number."),
        ("a,b\n1,1e999\n", "“1e999” is not a number."),
        ("a,b\n1,1_0\n", "“1_0” is not a number."),
        ("a,b,a\n1,2,3\n", "more than one column “a”."),
        ("a,b\n\0\0,2\n", "is not a CSV file."),
        ("a,b\n" + "9" * 200_000 + ",2\n", "is not a CSV file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(answers, text, said):
    result = run("paired", answers(text), "--before", "a", "--after", "b", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert isinstance(result.exception, SystemExit)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        result = run("paired", path, "--before", "a", "--after", "b")
        assert result.exit_code == 1
        assert "cannot be read" in result.stderr


def test_words_without_an_order_are_refused_with_the_way_out(answers):
    result = run("shift", answers("a,b\nnever,often\n"), "--before", "a", "--after", "b")
    assert result.exit_code == 1
    assert "--order says which level comes after which" in result.stderr


def test_a_level_outside_the_order_is_named(answers):
    file = answers("a,b\nnever,often\n")
    result = run("shift", file, "--before", "a", "--after", "b", "--order", "never; always")
    assert "Line 2, column “b”: “often” is not one of the levels of --order." in result.stderr
    for order in ("never", "never;;often", "never;often|never"):
        assert run("shift", file, "--before", "a", "--after", "b", "--order", order).exit_code == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-8"])
def test_files_of_older_programs_are_read(answers, encoding):
    file = answers("Größe vorher\tnachher \r\n1\t2\r\n3\t4\r\n", encoding)
    result = run("paired", file, "--before", "Größe vorher", "--after", "nachher", "--json")
    assert json.loads(result.stdout)["n_pairs"] == 2
