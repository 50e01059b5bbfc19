"""S06–S08, S12–S14, S29, S30, S37: what source, dependencies and samples may hold."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from shop import environment

import pipeline

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(pipeline.__file__).parent
MADE_WITH_YAML = {"compose", "parse", "scan", "dump", "load", "SafeDumper", "SafeLoader", "BaseLoader"}
RESERVED = re.compile(r"(?:^|\.)(?:example|example\.(?:com|org|net)|invalid|test|localhost)$", re.IGNORECASE)
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})")
DEPENDENCIES = {
    "aiohttp", "babel", "charset-normalizer", "click", "httptools", "httpx", "jinja2", "openpyxl",
    "orjson", "pandas", "phonenumberslite", "platformdirs", "pydantic", "python-calamine", "pyyaml",
    "rapidfuzz", "rich",
    "starlette", "tqdm", "tzdata", "uvicorn", "uvloop", "xlrd", "xlsxwriter", "yarl",
}  # fmt: skip


@cache
def trees() -> dict[Path, ast.Module]:
    """Every file of the package, parsed."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Every call in the package, with its place; the simulator is a server of its own and sends nothing."""
    return [
        (f"{path.relative_to(SOURCE)}:{node.lineno}", node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and "simulator" not in path.parts
    ]


def keywords(name: str) -> list[tuple[str, ast.expr]]:
    """Every value that is given under a keyword."""
    return [(at, one.value) for at, call in calls() for one in call.keywords if one.arg == name]


def test_there_is_source_to_look_at() -> None:
    """The searches below found the package and its calls."""
    assert len(trees()) > 300
    assert len(calls()) > 5_000


@pytest.mark.parametrize(
    "name", ["verify", "check_hostname", "trust_env", "follow_redirects", "allow_redirects"]
)
def test_no_switch_of_the_network_is_turned_the_wrong_way(name: str) -> None:
    """Certificates are verified; environment and redirects have no say."""
    wrong_value = name in {"trust_env", "follow_redirects", "allow_redirects"}
    wrong = [
        at
        for at, value in keywords(name)
        if isinstance(value, ast.Constant) and bool(value.value) is wrong_value
    ]
    assert wrong == []
    if name in {"verify", "trust_env", "allow_redirects"}:
        assert keywords(name), "the place where it is set was not found"


def test_no_shell_and_no_unsafe_temporary_name() -> None:
    """Nothing is handed to a shell, and no name is made before its file."""
    assert [
        at for at, value in keywords("shell") if not (isinstance(value, ast.Constant) and not value.value)
    ] == []
    names = {ast.unparse(call.func) for _, call in calls()}
    assert names & {"os.system", "os.popen", "tempfile.mktemp", "ssl._create_unverified_context"} == set()


def test_yaml_makes_texts_lists_and_tables_alone() -> None:
    """No loader that builds objects is ever named."""
    used = {
        node.attr
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "yaml"
    }
    made = {name for name in used if name.islower() or "Load" in name or "Dump" in name}
    assert made - {"reader"} <= MADE_WITH_YAML
    for at, call in calls():
        if ast.unparse(call.func) == "yaml.load":
            assert ast.unparse(call.args[1]) == "yaml.BaseLoader", at


def test_the_program_keeps_no_log_of_its_own() -> None:
    """What it has to say goes to the screen, the journal and the reports, each with its own rule."""
    importing = [
        str(path.relative_to(SOURCE))
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and "logging" in {name.name for name in node.names}
    ]
    assert [path for path in importing if not path.startswith("simulator")] == []


def test_templates_escape_what_they_are_given() -> None:
    """Only what our own code has escaped is taken as markup."""
    environments = [call for _, call in calls() if ast.unparse(call.func).endswith("Environment")]
    assert environments
    for call in environments:
        (escape,) = [one.value for one in call.keywords if one.arg == "autoescape"]
        assert not (isinstance(escape, ast.Constant) and not escape.value)
    texts = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.j2")]
    assert texts
    assert not [text for text in texts if re.search(r"\|\s*safe\b|autoescape\s+false", text)]


def test_a_new_dependency_is_a_decision() -> None:
    """What is installed with the program is this list and nothing else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[<>=!;\[ ]", one, maxsplit=1)[0].lower() for one in project["dependencies"]}
    assert named == DEPENDENCIES
    assert not [one for one in project["dependencies"] if "@" in one or "://" in one]


def test_files_of_the_working_folder_are_never_imported(tmp_path: Path) -> None:
    """Whoever can lay a file beside an export does not get to run it."""
    for name in ("httpx", "netrc", "aiohttp", "json", "click", "yaml", "orjson", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('hijacked')\n")
    start = "from pipeline.cli.app import main; raise SystemExit(main())"
    env = environment(tmp_path) | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    program = tmp_path.parent / "program.py"
    program.write_text(start)
    ran = subprocess.run(
        [sys.executable, program, "mapping", "schema"],
        cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "hijacked" not in ran.stdout + ran.stderr
    assert ran.returncode == 0, ran.stderr


def texts_shipped() -> list[Path]:
    """Samples, mappings and pages, as text."""
    folders = [ROOT / name for name in ("input_samples", "mappings", "docs", "reports")]
    kinds = {".csv", ".json", ".jsonl", ".yaml", ".md", ".py", ".html"}
    return [path for top in folders for path in sorted(top.rglob("*")) if path.suffix in kinds]


def test_nobody_in_the_samples_exists() -> None:
    """Every e-mail address is of a domain that was set aside for examples."""
    assert len(texts_shipped()) > 50
    foreign = {
        f"{path.name}: {found[0]}"
        for path in texts_shipped()
        for found in ADDRESS.finditer(path.read_bytes().decode("utf-8", "replace"))
        if not RESERVED.search(found[1])
    }
    assert foreign == set()
