"""S29 and S37: what is installed is what was locked, and what is committed was looked through."""

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("program.txt", "development.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SYSTEMS = {"linux": ("Linux", "posix"), "darwin": ("Darwin", "posix"), "win32": ("Windows", "nt")}
EVERYWHERE = [(python, system) for python in ("3.11", "3.12", "3.13", "3.14") for system in SYSTEMS]


def script(name: str) -> ModuleType:
    """Load a script of the continuous integration."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SECRETS, AUDIT = script("secrets"), script("audit")


@cache
def locked(name: str) -> list[tuple[Requirement, list[str]]]:
    """Each package of a lock file with its hashes; anything else in the file is an error."""
    text = (ROOT / "locks" / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    parts = [re.split(r"\s+--hash=", line) for line in lines]
    return [(Requirement(package), hashes) for package, *hashes in parts]


def wanted(name: str) -> list[Requirement]:
    """What the project asks for itself: to run and to be built, and for everything else."""
    project = PROJECT["project"]
    texts = [*project["dependencies"], *PROJECT["build-system"]["requires"]]
    if name == "development.txt":
        texts += [one for extra in project["optional-dependencies"].values() for one in extra]
        texts += PROJECT["dependency-groups"]["dev"]
    return [Requirement(text) for text in texts]


def place(python: str, system: str) -> dict[str, str]:
    """CPython on an ordinary machine, as markers ask for it."""
    platform, os_name = SYSTEMS[system]
    return {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": system,
        "platform_system": platform,
        "os_name": os_name,
        "platform_machine": "x86_64",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def applies(requirement: Requirement, python: str, system: str) -> bool:
    """Whether a requirement counts there."""
    return requirement.marker is None or requirement.marker.evaluate(place(python, system))


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_locked_by_its_hashes(name: str) -> None:
    """One version, at least one SHA-256, no address, no option that would lead pip elsewhere."""
    packages = locked(name)
    assert len(packages) > 40
    for package, hashes in packages:
        assert package.url is None
        assert [clause.operator for clause in package.specifier] == ["=="], package
        assert hashes, package
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), package


@pytest.mark.parametrize(("python", "system"), EVERYWHERE)
@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_is_what_the_project_asks_for_everywhere(name: str, python: str, system: str) -> None:
    """On every supported Python and system exactly one version of each, and one that pyproject.toml takes.

    Made again by .ci/lock.
    """
    here: dict[str, list[Version]] = {}
    for package, _ in locked(name):
        if applies(package, python, system):
            (clause,) = package.specifier
            here.setdefault(canonicalize_name(package.name), []).append(Version(clause.version))
    assert [one for one, versions in here.items() if len(versions) > 1] == []
    asked = [one for one in wanted(name) if applies(one, python, system)]
    assert len(asked) > 20
    lacking = [
        str(one)
        for one in asked
        if not any(one.specifier.contains(version) for version in here.get(canonicalize_name(one.name), ()))
    ]
    assert lacking == []


def test_both_locks_agree() -> None:
    """What is tested is what is installed."""
    program, development = ({str(package): hashes for package, hashes in locked(name)} for name in LOCKS)
    assert {name: hashes for name, hashes in program.items() if development.get(name) != hashes} == {}


def test_the_floor_of_python_is_that_of_the_lock() -> None:
    """Whoever moves one of them moves both."""
    floor = EVERYWHERE[0][0]
    assert PROJECT["project"]["requires-python"] == f">={floor}"
    assert f"--python-version {floor} " in (ROOT / ".ci" / "lock").read_text("utf-8")


def _package(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "version": "1.0", **more}


def _told(*packages: dict[str, Any], must: bool = False) -> tuple[int, list[str]]:
    told: tuple[int, list[str]] = AUDIT.verdict(json.dumps({"dependencies": packages}), "", must=must)
    return told


def test_a_known_weakness_is_a_failure() -> None:
    """Named with its package and the version that mends it, whatever else could not be asked about."""
    weak = _package("one", vulns=[{"id": "PYSEC-1", "fix_versions": ["1.1"]}])
    code, lines = _told(weak, _package("two", skip_reason="not there"))
    assert (code, lines) == (1, ["one 1.0: PYSEC-1, mended in 1.1"])
    assert _told(_package("one", vulns=[{"id": "X", "fix_versions": []}]))[0] == 1


def test_silence_of_the_advisories_is_no_all_clear() -> None:
    """Where nothing could be asked, that is what is said; a machine that must ask fails."""
    silent = [_package("one", skip_reason="x"), _package("two", skip_reason="x")]
    assert _told(*silent) == (0, ["NOT ASKED: the advisories know none of the 2 packages from here"])
    assert _told(*silent, must=True)[0] == 1
    gone = "requests.exceptions.ConnectionError: no such host"
    assert AUDIT.verdict("", gone) == (0, ["NOT ASKED: the advisories cannot be reached from here"])
    assert AUDIT.verdict("", gone, must=True)[0] == 1
    code, lines = _told(_package("one", vulns=[]), silent[1])
    assert (code, lines) == (0, ["1 packages asked about, no weakness known", "not asked about 1: two"])
    assert _told(_package("one", vulns=[]), must=True)[0] == 0


@pytest.mark.parametrize("out", ["", "{}", "[]", "null", '{"dependencies": null'])
def test_an_audit_that_did_not_work_is_a_failure(out: str) -> None:
    """It is not taken for a missing network."""
    assert AUDIT.verdict(out, "ERROR: invalid requirements input")[0] == 2


def committed() -> Iterator[Path]:
    """Every file that is, or would be, in the repository: what is not made is looked through."""
    made = {".git", ".venv", "dist", "build", "data", "__pycache__"}
    for top in sorted(ROOT.iterdir()):
        if top.name in made or (top.name.startswith(".") and top.is_dir() and top.name != ".ci"):
            continue
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            inside = path.relative_to(ROOT)
            local = inside.parts[0] == "reports" and inside.parts[1:2] not in {("example",), ("README.md",)}
            if path.is_file() and not local and not made & set(inside.parts) and path.suffix != ".pyc":
                yield path


def test_no_secret_lies_in_the_repository() -> None:
    """Keys and tokens have shapes of their own; neither they nor a large file is anywhere in it."""
    paths = list(committed())
    assert len(paths) > 1_000
    assert {".ci/run", "locks/program.txt", "README.md", "docs/security.md"} <= {
        path.relative_to(ROOT).as_posix() for path in paths
    }
    told = [f"{path.name}: {what}" for path in paths for what in SECRETS.found_in(path.read_bytes())]
    assert told == []


CANARIES = {
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a token of the target": "Authorization: Token " + "0a1b2c3d4e" * 4,
    "a token of GitHub": "ghp_" + "A1" * 18,
    "a token of GitLab": "glpat-" + "a1" * 10,
    "a token of a package index": "pypi-" + "Ag" * 20,
    "a key of Amazon": "AKIA" + "A1B2" * 4,
    "a key of Google": "AIza" + "a1B2c" * 7,
    "a token of Slack": "xoxb-" + "123456789012",
    "a key of Stripe": "sk_live_" + "a1" * 10,
    "a signed web token": "eyJ" + "a1" * 12 + "." + "b2" * 12 + ".",
}


def test_every_shape_has_its_canary() -> None:
    """No shape is there that nobody has seen find something."""
    assert CANARIES.keys() == SECRETS.SHAPES.keys()


@pytest.mark.parametrize("what", CANARIES)
def test_a_secret_is_found_before_it_is_committed(what: str, tmp_path: Path) -> None:
    """The hook names file, line and kind, does not repeat it, and ends with 1; so does a large file."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    (entry,) = (hook["entry"] for hook in config["repos"][0]["hooks"] if hook["id"] == "secrets")
    python, command = entry.split(" ")
    assert python == "python"
    file = tmp_path / "notes.txt"
    file.write_text(f"one\n{CANARIES[what]}\n")
    ran = subprocess.run(
        [sys.executable, ROOT / command, file], capture_output=True, text=True, timeout=30, check=False
    )
    assert (ran.returncode, ran.stdout) == (1, f"{file}: line 2: {what}\n")


def test_a_large_file_is_found(tmp_path: Path) -> None:
    """A megabyte and a byte is somebody's export."""
    file = tmp_path / "orders.csv"
    file.write_bytes(b"x" * (SECRETS.LARGEST + 1))
    assert SECRETS.main([str(file)]) == 1
    file.write_bytes(b"x" * SECRETS.LARGEST)
    assert SECRETS.main([str(file)]) == 0


def test_the_hooks_are_our_own_and_their_ruff_is_the_locked_one() -> None:
    """No hook of somebody else's repository, which a tag could be moved in."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    needed = {one for hook in config["repos"][0]["hooks"] for one in hook.get("additional_dependencies", ())}
    assert needed == {str(package) for package, _ in locked("development.txt") if package.name == "ruff"}
