"""The wizard's questions: one for each thing that is not certain, with the choices there are."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from pipeline.cli.telling import screen
from pipeline.inference.conclude import answered
from pipeline.mapping.steps.moment import zone
from pipeline.mapping.steps.number import is_locale
from pipeline.model.language import _
from pipeline.reporting.files.suggestion_yaml import flow
from pipeline.reporting.words.suggestion_words import reason_words

if TYPE_CHECKING:
    from pipeline.cli.requests import Talk
    from pipeline.inference.suggestion import FieldSuggestion, Setting, Suggestion

Prompt: TypeAlias = Callable[[str, str], str]
"""From a question and its default to what the person typed."""

_LEAVE: Final = "0"
_TESTS: Final[dict[str, Callable[[str], bool]]] = {
    "locale": is_locale,
    "timezone": lambda name: zone(name) is not None,
}


def ask(found: "Suggestion", prompt: Prompt, say: Callable[[str], None]) -> "Suggestion":
    """Ask about everything that is open, and return the suggestion with the answers."""
    settings = {one.name: _setting(one, prompt, say) for one in found.settings if one.open}
    fields = {one.name: _field(one, prompt, say) for one in found.fields if one.open and _choices(one)}
    for one in found.fields:
        if one.open and not _choices(one):
            told = _("{field}: no column was found; the mapping marks it with TODO.")
            say("\n" + told.format(field=one.name))
    return answered(found, fields, settings)


def tell_questions(talk: "Talk", found: "Suggestion") -> None:
    """What would be asked, and what would be answered if only Return were pressed."""
    err = screen(talk)
    err.line(_("It would ask:"))
    for setting in (one for one in found.settings if one.open):
        err.line(f"  {setting.name}? {setting.value} ({reason_words(setting.reasons)})")
    for one in (one for one in found.fields if one.open):
        err.line(f"  {one.name}? {_suggested(one)}")


def _suggested(one: "FieldSuggestion") -> str:
    if one.choice is None:
        return _("no column was found")
    others = _(", or {count} more").format(count=len(one.others)) if one.others else ""
    return (
        f"{flow(one.choice.rule)} ({one.choice.confidence:.0%}: {reason_words(one.choice.reasons)}){others}"
    )


def _setting(one: "Setting", prompt: Prompt, say: Callable[[str], None]) -> str:
    say(f"\n{one.name}: {reason_words(one.reasons)}")
    while True:
        typed = prompt(one.name, one.value).strip()
        if _TESTS[one.name](typed):
            return typed
        told = _("{typed} is no {setting}; such as {example}.")
        say(told.format(typed=typed, setting=one.name, example=one.value))


def _choices(one: "FieldSuggestion") -> list[str]:
    """The choices as lines, the suggested one first."""
    every = [*([one.choice] if one.choice is not None else []), *one.others]
    return [f"{flow(choice.rule)}  {reason_words(choice.reasons)}".rstrip() for choice in every]


def _field(one: "FieldSuggestion", prompt: Prompt, say: Callable[[str], None]) -> int | None:
    lines = _choices(one)
    say(f"\n{one.name}:")
    for number, line in enumerate(lines, 1):
        say(f"  {number}  {line}")
    leave = _("none of these: mark it with TODO") if one.required else _("leave it out")
    say(f"  {_LEAVE}  {leave}")
    while True:
        asked = _("{field}, 0 to {last}").format(field=one.name, last=len(lines))
        typed = prompt(asked, "1").strip()
        if typed == _LEAVE:
            return None
        if typed.isdecimal() and 1 <= int(typed) <= len(lines):
            return int(typed) - 1
        say(_("Type a number from 0 to {last}.").format(last=len(lines)))
