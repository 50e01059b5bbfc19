"""What somebody may have meant: told, scored, never used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from list_server import ref

from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.issue import Issue
from pipeline.model.lookup import LookupKind
from pipeline.references.resolution import (
    Ambiguous,
    Candidate,
    Found,
    Ignored,
    Missing,
    Resolution,
    Suggestion,
    Unanswered,
    as_data,
    resolution_from,
    told,
)
from pipeline.references.suggest import suggest, variants

CITIES = [("İstanbul", 1), ("Isparta", 2), ("İzmir", 3), ("Kadıköy", 4), ("Ankara", 5)]


@pytest.mark.parametrize(
    ("value", "near", "score"),
    [
        ("Istambul", "İstanbul", 88),
        ("KADIKOY", "Kadıköy", 99),
        ("izmır", "İzmir", 99),
        ("ISTANBUL ", "İstanbul", 99),
        ("Ankra", "Ankara", 91),
    ],
)
def test_a_place_is_near_whatever_the_keyboard(value: str, near: str, score: int) -> None:
    """Case, accents and the four letters i do not make a name distant."""
    best = suggest(value, CITIES)[0]
    assert (best.text, best.score) == (near, score)


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    """A guess that helps nobody is not told."""
    assert suggest("Reykjavik", CITIES) == ()
    assert suggest("Reykjavik", []) == ()


@pytest.mark.parametrize("held", ["123", "0123", "00-123", "00 123", "000123"])
def test_codes_that_differ_in_what_people_overlook_are_nearest(held: str) -> None:
    """Zeros in front, dashes and blanks."""
    best = suggest("00123", [(held, 1), ("99999", 2)])
    assert best[0] == Suggestion(held, 95, 1)


@pytest.mark.parametrize(
    ("code", "among"), [("00123", "123"), ("123", "00123"), ("ab-1", "AB-1"), ("AB-01", "AB01"), ("Ab", "ab")]
)
def test_variants_are_what_a_target_may_have_instead(code: str, among: str) -> None:
    """They are asked for to be suggested."""
    assert among in variants(code)
    assert code not in variants(code)


@given(st.text(max_size=8), st.lists(st.tuples(st.text(max_size=8), st.integers(1, 9)), max_size=8))
def test_the_order_of_the_choices_never_matters(value: str, choices: list[tuple[str, int]]) -> None:
    """At most three, the best first, never certain; the same whichever way round."""
    found = suggest(value, choices)
    assert found == suggest(value, choices[::-1])
    assert len(found) <= 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(70 <= one.score < 100 for one in found)


RESOLUTIONS: list[Resolution] = [
    Found(1),
    Found(1, created=True),
    Found(1, inactive=True),
    Missing(),
    Missing(
        (Suggestion("a", 80, None), Suggestion("b", 70, 3)),
        (Candidate(2, (("name", "x"),)),),
        frozenset("ab"),
    ),
    Ambiguous((Candidate(1), Candidate(None, (("sku", "a"),)))),
    Ignored(frozenset({"x"})),
    Unanswered("answer 500", 500),
    Unanswered("reset"),
]


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_a_resolution_survives_a_journal(resolution: Resolution) -> None:
    """What is written is what is read."""
    assert resolution_from(as_data(resolution)) == resolution


@pytest.mark.parametrize("data", [[], ["found"], ["found", "1", False, False], ["other", 1]])
def test_what_is_no_resolution_is_refused(data: list[object]) -> None:
    """A journal of another make is not guessed at."""
    with pytest.raises(ValueError, match="no resolution"):
        resolution_from(data)


@pytest.mark.parametrize(
    ("resolution", "code", "message", "remedy"),
    [
        (Found(1), None, "", ""),
        (Found(4, inactive=True), "W344", "the city with name 'X' is switched off on the target: 4", ""),
        (
            Missing((Suggestion("İstanbul", 88, 1),)),
            "E342",
            "the target has no city with name 'X'",
            "Did you mean 'İstanbul' (88)? Correct",
        ),
        (
            Missing(inactive=(Candidate(3, (("name", "X"),)),)),
            "E344",
            "the city with name 'X' is switched off on the target: 3 (name X)",
            "",
        ),
        (
            Ambiguous(tuple(Candidate(n) for n in range(1, 8))),
            "E343",
            "7 records on the target are the city with name 'X': 1; 2; 3; 4; 5; and 2 more",
            "",
        ),
        (
            Unanswered("answer 502", 502),
            "E345",
            "the target did not tell whether it has a city with name 'X': answer 502",
            "",
        ),
        (Ignored(), "E345", "the target did not tell", ""),
    ],
)
def test_a_resolution_is_told_in_words(
    resolution: Resolution, code: str | None, message: str, remedy: str
) -> None:
    """What is wrong, with candidates and suggestions; nothing where all is well."""
    found = told(ref(LookupKind.CITY, "name", "X"), resolution)
    assert (found[0] if found else None) == code
    if found:
        issue = Issue(found[0], value="X", facts=found[1])
        assert message_of(issue).startswith(message)
        assert remedy_of(issue).startswith(remedy)
        assert "<" not in message_of(issue) + remedy_of(issue)
