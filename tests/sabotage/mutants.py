"""Change one thing of a module at a time, and count the changes that the tests do not notice.

``python tests/sabotage/mutants.py`` takes the modules on which it depends whether an order is lost or created
twice; ``… upload/settle`` takes one. A change lives where its tests stay green. Each is tried in a fork of a
process that has imported everything but the package, so a try costs little more than its tests.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

from guards import GUARDS, SAME

HOUSE = Path(__file__).resolve().parents[2]
LONGEST = 90
LATE = -signal.SIGALRM
WANTED = 0.95
WARM = (
    "pytest",
    "_pytest.assertion.rewrite",
    "hypothesis.stateful",
    "httpx",
    "aiohttp",
    "orjson",
    "uvicorn",
    "starlette",
)
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATIONS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
SHORT = 24


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """Give what a node could be instead."""
    yield from _expressions(node)
    yield from _statements(node)
    if isinstance(node, ast.Constant):
        yield from _constants(node)


def _expressions(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield _with(node, ops=[COMPARISONS[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        yield _with(node, op=OPERATIONS[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from node.values
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Dict):
        for at in range(len(node.keys)):
            yield _with(node, keys=_without(node.keys, at), values=_without(node.values, at))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield _with(node, func=ast.Name(CALLS[node.func.id], ast.Load()))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Return | ast.Assign | ast.AugAssign) and _is_given(node):
        yield _with(node, value=ast.Constant(None))
    elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await)) or (
        isinstance(node, ast.Raise) and node.exc is not None
    ):
        yield ast.Pass()


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and 0 < len(value) < SHORT and " " not in value:
        yield ast.Constant(f"{value}X")


def _with(node: ast.AST, **changes: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def _without(nodes: Sequence[ast.AST | None], at: int) -> list[ast.AST | None]:
    return [*nodes[:at], *nodes[at + 1 :]]


def _is_given(node: ast.Return | ast.Assign | ast.AugAssign) -> bool:
    """Whether a value is given back or kept that could be nothing instead."""
    if isinstance(node, ast.Return):
        return node.value is not None and not (
            isinstance(node.value, ast.Constant) and node.value.value is None
        )
    return isinstance(node.value, ast.Name)


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node that does something, with where it hangs: no annotations, decorators, docstrings."""
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "type_ignores", "slice"}:
            continue
        for at, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_text(child, tree):
                yield tree, name, at, child
                yield from places(child)


def _is_text(node: ast.AST, parent: ast.AST) -> bool:
    if isinstance(parent, ast.AnnAssign | ast.arg | ast.JoinedStr | ast.FormattedValue | ast.ImportFrom):
        return not isinstance(parent, ast.AnnAssign) or node is not parent.value
    return isinstance(parent, ast.Expr) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Give each change of a module: what it is, and the whole text with it."""
    tree = ast.parse(source)
    seen: Counter[str] = Counter()
    for parent, name, at, child in list(places(tree)):
        for other in variants(child):
            line = getattr(child, "lineno", 0)
            what = f"{line}: {_short(child)} → {_short(other)}"
            seen[what] += 1
            _put(parent, name, at, ast.copy_location(other, child))
            try:
                text = ast.unparse(ast.fix_missing_locations(tree))
            finally:
                _put(parent, name, at, child)
            yield what if seen[what] == 1 else f"{what} ({seen[what]})", text


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())[:70]


def _put(parent: ast.AST, name: str, at: int | None, child: ast.AST) -> None:
    if at is None:
        setattr(parent, name, child)
    else:
        getattr(parent, name)[at] = child


class Finder:
    """Finds one module as a text that was changed; all others are found as always."""

    def __init__(self, module: str, text: str) -> None:
        self.module, self.text = module, text

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Be asked by the import system."""
        return spec_from_loader(name, self) if name == self.module else None  # type: ignore[arg-type]

    def create_module(self, _: ModuleSpec) -> None:
        """Have the usual kind of module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed text in it."""
        exec(compile(self.text, f"<{self.module}, changed>", "exec"), module.__dict__)


def tried(module: str, text: str, tests: tuple[str, ...]) -> int:
    """Give the exit code of the tests with the change: 0 where it lives, :data:`LATE` where they never ended.

    That counts as noticed, but a busy machine makes tests late, too; so it is told.
    """
    child = os.fork()
    if child == 0:
        _try(module, text, tests)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _try(module: str, text: str, tests: tuple[str, ...]) -> None:
    import pytest

    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST)
        quiet = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(quiet, descriptor)
        sys.meta_path.insert(0, Finder(module, text))
        code = int(pytest.main(["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--assert=plain", *tests]))
    finally:
        os._exit(code)


def main() -> int:
    """Try every change of the modules that are named, tell which live, and what share was noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("modules", nargs="*", default=list(GUARDS))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    os.chdir(HOUSE)
    for name in WARM:
        importlib.import_module(name)
    worst = 1.0
    for name in given.modules:
        worst = min(worst, _score(name, given.jobs))
    return 0 if worst >= WANTED else 1


def _score(name: str, jobs: int) -> float:
    began = time.monotonic()
    module, tests = f"pipeline.{name.replace('/', '.')}", GUARDS[name]
    source = (HOUSE / "pipeline" / f"{name}.py").read_text(encoding="utf-8")
    assert tried(module, source, tests) == 0, "the tests have to be green without a change"
    found = list(mutants(source))
    known = SAME.get(name, ())
    wanted = [(what, text) for what, text in found if not any(part in f"{what}." for part in known)]

    def told_at_once(one: tuple[str, str]) -> int:
        code = tried(module, one[1], tests)
        if code in {0, LATE}:
            print(f"  {name}.py:{one[0]}{' (late)' if code else ''}", flush=True)  # noqa: T201
        return code

    with ThreadPoolExecutor(jobs) as pool:
        codes = list(pool.map(told_at_once, wanted))
    alive, late = codes.count(0), codes.count(LATE)
    share = 1 - alive / len(wanted)
    told = f"{len(wanted)} changes, {alive} not noticed, {share:.1%}, {len(found) - len(wanted)} the same"
    seconds = time.monotonic() - began
    print(f"{name}: {told}, {late} late, {seconds:.0f} s", flush=True)  # noqa: T201
    return share


if __name__ == "__main__":
    sys.exit(main())
