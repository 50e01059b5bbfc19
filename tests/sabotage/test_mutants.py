"""The changer of modules: it changes what does something, and nothing else."""

from guards import GUARDS
from mutants import HOUSE, mutants

SOURCE = '''
"""A text."""
LIMIT: int = 3

def judge(a: str | None, b: int) -> bool:
    """Another text."""
    if a == "x" and not b:
        return b < LIMIT
    send(a)
    raise ValueError(b)
'''


def test_each_change_is_one_change_of_what_is_done() -> None:
    """Comparisons, conditions, constants, calls, returns; no annotations and no texts for people."""
    found = dict(mutants(SOURCE))
    assert sorted(what.partition(": ")[2][:40] for what in found) == sorted(
        what[:40]
        for what in [
            "3 → 4",
            "if a == 'x' and (not b): return b < LIMIT → if not (a == 'x' and (not b)): return b < LIMIT",
            "a == 'x' and (not b) → a == 'x' or not b",
            "a == 'x' and (not b) → a == 'x'",
            "a == 'x' and (not b) → not b",
            "a == 'x' → a != 'x'",
            "'x' → 'xX'",
            "not b → b",
            "return b < LIMIT → return None",
            "b < LIMIT → b <= LIMIT",
            "send(a) → pass",
            "raise ValueError(b) → pass",
        ]
    )
    assert len(set(found.values())) == len(found)


def test_every_module_and_its_tests_are_there() -> None:
    """A name that leads nowhere would count as noticed."""
    for module, tests in GUARDS.items():
        assert (HOUSE / "pipeline" / f"{module}.py").is_file()
        assert all((HOUSE / test).exists() for test in tests)
