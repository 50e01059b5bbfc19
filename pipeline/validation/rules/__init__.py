"""Rules that look across the fields of one order, a rule a file.

A module of this package enrols itself by having ``check(draft, terms)``, which yields findings. Nothing
here needs to be edited for a new rule.
"""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from pipeline.model.draft import Finding, OrderDraft
from pipeline.validation.terms import Terms

Rule = Callable[[OrderDraft, Terms], Iterator[Finding]]


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of this package, by the name of its file."""
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").check for name in names)


def findings(draft: OrderDraft, terms: Terms) -> list[Finding]:
    """What the rules find in a draft whose fields are all typed."""
    return [finding for rule in all_rules() for finding in rule(draft, terms)]
