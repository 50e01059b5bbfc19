"""The floors of the house: imports go down, never sideways, and each edge of the world has one owner."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import pipeline

SOURCE = Path(__file__).resolve().parents[2] / "pipeline"
FLOORS = (
    {"__main__"},
    {"cli"},
    {"__init__"},
    {"library"},
    {"runs"},
    {"loaders", "target", "journal", "reporting"},
    {"inference"},
    {
        "mapping",
        "assembly",
        "validation",
        "upload",
        "inspection",
        "references",
        "bookkeeping",
        "decisions",
        "corrections",
        "redaction",
    },
    {"model"},
)
LEVEL = {room: level for level, rooms in enumerate(reversed(FLOORS)) for room in rooms}
FREE = {"simulator"}
"""A program of its own: it knows nothing of the house, and only the command line may start it."""

OWNERS = {
    "aiohttp": {"target"},
    "httpx": {"target"},
    "yarl": {"target"},
    "sqlite3": {"journal"},
    "python_calamine": {"loaders"},
    "xlrd": {"loaders"},
    "subprocess": {"loaders"},
    "xlsxwriter": {"loaders", "reporting"},
    "pandas": {"runs", "library"},
    "tqdm": {"cli"},
    "rich": {"reporting"},
    "jinja2": {"reporting"},
    "click": {"cli"},
    "pydantic": {"mapping", "validation"},
    "pydantic_core": {"mapping", "validation"},
    "yaml": {"mapping"},
    "babel": {"mapping"},
    "phonenumbers": {"mapping"},
    "re2": {"mapping"},
    "rapidfuzz": {"mapping", "references", "decisions", "inference"},
    "platformdirs": {"runs"},
    "multiprocessing": {"runs"},
    "time": {"runs", "cli"},
    "random": {"runs"},
    "secrets": {"runs"},
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve"}


def room_of(path: Path) -> str:
    """The room a file of the package lies in."""
    inside = path.relative_to(SOURCE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def modules() -> list[Path]:
    """Every file of the package."""
    return sorted(path for path in SOURCE.rglob("*.py") if "shipped" not in path.parts)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, wherever it does: (line, dotted name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


@cache
def imports() -> list[tuple[str, str, str]]:
    """Every import of the package: (place, room, dotted name)."""
    return [
        (f"{path.relative_to(SOURCE.parent)}:{line}", room_of(path), name)
        for path in modules()
        for line, name in imported(ast.parse(path.read_text(encoding="utf-8")))
    ]


@cache
def inside() -> list[tuple[str, str, str]]:
    """Imports of one room by another: (place, room, other room)."""
    return [
        (where, room, name.split(".")[1])
        for where, room, name in imports()
        if name.startswith("pipeline.") and room not in FREE
    ]


def test_there_is_a_house_to_look_at() -> None:
    """The searches below found the package, its rooms and its imports."""
    assert pipeline.__doc__
    assert len(modules()) > 100
    assert len(inside()) > 300
    assert {room_of(path) for path in modules()} == set(LEVEL) | FREE


@pytest.mark.parametrize("level", sorted(set(LEVEL.values())))
def test_imports_go_down_and_never_sideways(level: int) -> None:
    """A room may use itself and the rooms on lower floors."""
    wrong = [
        f"{where}: {room} must not know {other}"
        for where, room, other in inside()
        if LEVEL[room] == level and other not in FREE and room != other and LEVEL[other] >= level
    ]
    assert wrong == []


def inner_room(dotted: str, outer: str) -> str | None:
    """The room inside ``outer`` that a module lies in, or the module itself where it lies beside them."""
    parts = dotted.split(".")
    return parts[2] if parts[:2] == ["pipeline", outer] and len(parts) > 2 else None


@pytest.mark.parametrize(("outer", "least"), [("runs", 20), ("reporting", 6)])
def test_the_rooms_inside_a_room_know_each_other_one_way_only(outer: str, least: int) -> None:
    """Between the rooms inside ``runs`` and ``reporting``, too, imports make no circle."""
    graph: dict[str, set[str]] = {}
    for path in modules():
        own = inner_room(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts), outer)
        if own is None or own == "__init__":
            continue
        names = [inner_room(name, outer) for _, name in imported(ast.parse(path.read_text(encoding="utf-8")))]
        graph.setdefault(own, set()).update(name for name in names if name is not None and name != own)
    assert len(graph) >= least
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_the_simulator_knows_nothing_of_the_house_and_only_the_command_line_knows_it() -> None:
    """It must be able to disagree with the pipeline."""
    outward = [
        where
        for where, room, name in imports()
        if room in FREE and name.startswith("pipeline") and not name.startswith("pipeline.simulator")
    ]
    inward = [where for where, room, other in inside() if other in FREE and room != "cli"]
    assert outward == []
    assert inward == []


def test_each_part_of_the_world_has_its_owner() -> None:
    """HTTP lives in target, SQLite in journal, the clock in runs, and so on."""
    used = {name.split(".")[0] for _, _, name in imports()}
    assert set(OWNERS) <= used, "an owner of something that nobody uses"
    wrong = [
        f"{where}: {name} belongs to {sorted(OWNERS[name.split('.')[0]])}"
        for where, room, name in imports()
        if room not in FREE and room not in OWNERS.get(name.split(".")[0], {room})
    ]
    assert wrong == []


def test_model_imports_nothing_of_a_third_party() -> None:
    """The values every room speaks in need the standard library alone."""
    third_party = {
        name for name in OWNERS if name not in {"sqlite3", "time", "random", "secrets", "multiprocessing"}
    }
    third_party |= {"orjson", "rapidfuzz", "charset_normalizer", "uvloop", "starlette", "uvicorn"}
    wrong = [
        where for where, room, name in imports() if room == "model" and name.split(".")[0] in third_party
    ]
    assert wrong == []


def test_nothing_of_a_user_is_ever_executed_and_nothing_is_unpickled() -> None:
    """No eval, exec or compile of text, no pickle, marshal or shelve, anywhere."""
    wrong = [
        f"{path.name}:{node.lineno}: {node.func.id}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS
    ]
    wrong += [where for where, _, name in imports() if name.split(".")[0] in FORBIDDEN_MODULES]
    assert wrong == []


def test_every_room_has_a_sign_on_its_door() -> None:
    """A package says what belongs in it."""
    signs = {
        str(path.parent.relative_to(SOURCE)): ast.get_docstring(ast.parse(path.read_text()))
        for path in SOURCE.rglob("__init__.py")
    }
    assert len(signs) > 10
    assert [name for name, sign in signs.items() if not sign] == []


def test_files_stay_small() -> None:
    """A file is named for what it holds, and holds little enough to be read at one sitting."""
    long = {path.name: count for path in modules() if (count := len(path.read_text().splitlines())) > 450}
    assert long == {}
