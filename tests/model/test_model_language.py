"""The language people are spoken to in."""

import contextlib

import pytest

from pipeline.model.language import LANGUAGES, _, ngettext, speaking, spoken


def test_english_is_spoken_unless_asked() -> None:
    """A sentence nobody translated is told as it was written, in every language."""
    assert spoken() == "en"
    for language in LANGUAGES:
        with speaking(language):
            assert _("Nothing of the sort is in any catalogue.") == "Nothing of the sort is in any catalogue."
            assert ngettext("{n} such thing", "{n} such things", 2) == "{n} such things"


def test_a_language_is_spoken_for_a_while() -> None:
    """And what was spoken before comes back, whatever happened in between."""
    heard = []
    with contextlib.suppress(ZeroDivisionError), speaking("tr"):
        heard.append(spoken())
        raise ZeroDivisionError
    assert [*heard, spoken()] == ["tr", "en"]


def test_a_language_nobody_wrote_is_refused() -> None:
    """Rather than answered in another one."""
    with pytest.raises(KeyError), speaking("xx"):
        pass
