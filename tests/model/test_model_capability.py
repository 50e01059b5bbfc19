"""What a target can be relied on for: modes, promises, and whose word counts."""

from dataclasses import replace

import pytest

from pipeline.model.capability import (
    ASSUMED,
    DECLARED,
    PROBED,
    Capability,
    ContradictedError,
    Evidence,
    agreed,
    as_header,
    from_header,
)

SEEN = Evidence(PROBED, "2024-05-01T10:00:00+00:00", "ayse", ("it was refused",))
FOLDED = replace(SEEN, same=("in case only",))
SAID = Evidence(DECLARED, "2024-05-02T10:00:00+00:00", "can")


@pytest.mark.parametrize(
    ("unique", "lookup", "mode"),
    [(True, True, "A"), (True, False, "A"), (False, True, "B"), (False, False, "C")],
)
def test_the_mode_follows_from_what_the_target_does(unique: bool, lookup: bool, mode: str) -> None:
    """Refusing a taken number is A, showing orders is B, neither is C."""
    assert Capability(unique, lookup=lookup).mode == mode


@pytest.mark.parametrize(
    ("capability", "said", "not_said"),
    [
        (Capability(unique=True), "(assumed, not probed)", "compared"),
        (Capability(unique=True, evidence=SAID), "(declared, not probed)", "(probed)"),
        (Capability(unique=True, evidence=SEEN), "(probed)", "not probed"),
        (Capability(unique=True, lookup=False), "counts as created without being compared", "seconds"),
        (Capability(settle_window=90), "more than 90 seconds after receiving it", "refuses"),
        (Capability(lookup=False), "No order is ever sent twice", "at most once"),
    ],
)
def test_a_promise_says_its_condition_and_no_more(capability: Capability, said: str, not_said: str) -> None:
    """Each mode has its own sentence, and none promises exactly once."""
    assert said in capability.promise
    assert not_said not in capability.promise
    assert "exactly once" not in capability.promise.lower()


def test_evidence_says_who_saw_what_and_when() -> None:
    """A probe names what it saw; a declaration says that nothing was tried."""
    assert SEEN.words == "probed 2024-05-01T10:00:00+00:00 by ayse: it was refused"
    assert SAID.words == "declared 2024-05-02T10:00:00+00:00 by can; not probed"
    assert Evidence().words.startswith("assumed")


@pytest.mark.parametrize(
    ("declared", "probed", "wanted"),
    [
        (Capability(), None, (False, True, ASSUMED)),
        (Capability(unique=True), None, (True, True, DECLARED)),
        (Capability(lookup=False, evidence=SAID), None, (False, False, DECLARED)),
        (Capability(), Capability(unique=True, evidence=SEEN), (True, True, PROBED)),
        (Capability(unique=True), Capability(unique=True, evidence=SEEN), (True, True, PROBED)),
        (Capability(lookup=False), Capability(unique=True, evidence=SEEN), (True, False, PROBED)),
        (Capability(), Capability(lookup=False, evidence=SEEN), (False, False, PROBED)),
        (Capability(), Capability(evidence=SEEN), (False, True, PROBED)),
        (Capability(), Capability(unique=True, evidence=FOLDED), (True, True, PROBED)),
        (Capability(lookup=False), Capability(unique=True, evidence=FOLDED), (False, False, PROBED)),
        (Capability(), Capability(unique=True, lookup=False, evidence=FOLDED), (False, False, PROBED)),
    ],
)
def test_a_probe_counts_more_than_a_word_and_a_word_more_than_the_documentation(
    declared: Capability, probed: Capability | None, wanted: tuple[bool, bool, str]
) -> None:
    """Less than what was probed may be declared; the settle window is always the declared one."""
    found = agreed(replace(declared, settle_window=7.0), probed)
    assert (found.unique, found.lookup, found.evidence.source) == wanted
    assert found.settle_window == 7.0


def test_a_word_against_the_evidence_is_refused() -> None:
    """A target that was seen to take a number twice is not believed to refuse it."""
    with pytest.raises(ContradictedError, match="--assume-unique"):
        agreed(Capability(unique=True), Capability(evidence=SEEN))


@pytest.mark.parametrize("capability", [Capability(), Capability(True, 3.0, False, FOLDED)])
def test_a_header_keeps_it_all(capability: Capability) -> None:
    """What is sealed with a run reads back as it was."""
    assert from_header(as_header(capability)) == capability


def test_a_header_without_evidence_is_taken_as_assumed() -> None:
    """The least that a header may say."""
    assert from_header({"unique": True, "settle_window": 5}) == Capability(unique=True, settle_window=5.0)
