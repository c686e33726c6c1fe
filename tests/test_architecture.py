"""The shape of the house, read from its source: who imports whom, where things may stand, where the one commit is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("lms", "evaluation", "demo")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
NAMES = [path.relative_to(ROOT).as_posix() for path in SOURCES]
USUAL = {"__init__", "models", "rules", "queries", "operations", "emails", "forms", "views", "imports", "checks"}
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(path: Path, method: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("lms/") and name != "lms/app.py"])
def test_lms_never_looks_at_evaluation_or_the_demonstration(name: str) -> None:
    assert not [module for module in imports(ROOT / name) if module.split(".")[0] in {"evaluation", "demo"}]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("evaluation/")])
def test_evaluation_never_looks_at_the_demonstration(name: str) -> None:
    assert not [module for module in imports(ROOT / name) if module.split(".")[0] == "demo"]


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("/rules.py")])
def test_rules_decide_from_what_they_are_given(name: str) -> None:
    forbidden = {"flask", "flask_login", "sqlalchemy"}
    found = [
        module
        for module in imports(ROOT / name)
        if module.split(".")[0] in forbidden or module in {"lms.db", "lms.dates.now"} or module.endswith(".queries")
    ]
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_one_place_commits(name: str) -> None:
    # Side records (visits on the server, throttles) have short transactions of their own: settled question 2.
    assert name == "lms/db.py" or not calls(ROOT / name, "commit")


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.endswith(("/operations.py", "/queries.py", "/emails.py"))]
)
def test_below_the_view_nobody_asks_who_is_signed_in(name: str) -> None:
    found = [
        module
        for module in imports(ROOT / name)
        if module in {"flask_login.current_user", "flask.request", "lms.permissions.me"}
    ]
    assert found == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("/operations.py")])
def test_the_clock_is_an_argument(name: str) -> None:
    assert "lms.dates.now" not in list(imports(ROOT / name))
    assert "dates.now()" not in (ROOT / name).read_text(encoding="utf-8")


FEATURES = sorted(
    folder
    for package in ("lms", "evaluation")
    for folder in (ROOT / package).iterdir()
    if (folder / "__init__.py").is_file()
)


@pytest.mark.parametrize("folder", FEATURES, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_a_file_of_an_unusual_name_has_its_reason_in_the_plan(folder: Path) -> None:
    unusual = [path for path in folder.glob("*.py") if path.stem not in USUAL]
    assert [path.name for path in unusual if f"{folder.name}/{path.name}" not in ARCHITECTURE] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_room_without_a_name_and_no_file_too_long_to_hold_in_mind(name: str) -> None:
    assert Path(name).stem not in {"utils", "util", "helpers", "common", "misc"}
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 400


def test_the_one_diagram_is_there() -> None:
    assert ARCHITECTURE.count("```mermaid") == 1
