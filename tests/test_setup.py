"""What a machine that has nothing but make and Python relies on."""

import re
import subprocess
import tomllib

import pytest

from tests.databases import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNS = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["postgres"],
    *PROJECT["dependency-groups"]["build"],
]
TESTS = PROJECT["dependency-groups"]["dev"]
LOCKS = {"requirements.lock": RUNS, "requirements-dev.lock": RUNS + TESTS}


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9-]+", requirement)
    assert found
    return found[0].lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_every_dependency_with_hashes_and_without_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.split(r"\n(?=\S)", text.strip())
    assert all("==" in entry.split("\n")[0] and "--hash=sha256:" in entry for entry in pinned)
    assert {name_of(requirement) for requirement in LOCKS[lock]} <= {name_of(entry) for entry in pinned}
    assert "://" not in text
    assert "--index" not in text


def test_what_runs_has_one_version_in_both_locks() -> None:
    runs, tests = ({line for line in (ROOT / lock).read_text().splitlines() if "==" in line} for lock in LOCKS)
    assert runs <= tests


def test_each_dependency_has_its_reason() -> None:
    said = (ROOT / "docs" / "dependencies.md").read_text().lower()
    silent = {name_of(entry) for entry in RUNS + TESTS if not name_of(entry).startswith("types-")}
    assert {name for name in silent if not re.search(rf"\b{name}\b", said)} == set()


def test_make_alone_lists_what_people_rely_on() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"setup", "demo", "test", "check", "bench"} <= set(re.findall(r"make (\w+)", listed))


def test_each_partnership_of_the_demonstration_has_its_own_file() -> None:
    for partnership in ("wakefield", "kirklees"):
        steps = subprocess.run(
            ["make", "-n", "demo", f"PARTNERSHIP={partnership}", "PORT=5099"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert f"instance/{partnership}.db" in steps
        assert f"lms demo {partnership}" in steps
        assert "--port 5099" in steps


def test_what_this_machine_keeps_is_never_committed() -> None:
    kept = ["instance/secret-key", "instance/wakefield.db", ".venv/bin/lms"]
    ignored = subprocess.run(["git", "check-ignore", *kept], cwd=ROOT, capture_output=True, text=True)
    assert ignored.stdout.split() == kept


def test_the_change_gate_runs_check_and_test() -> None:
    gate = ROOT / ".ci" / "run"
    assert gate.stat().st_mode & 0o111
    assert [line for line in gate.read_text().splitlines() if line.startswith("make")] == ["make check", "make test"]
