"""A fingerprint as text."""

import pytest

from pipeline.model.fingerprint import Fingerprint, fingerprint_from

DIGEST = "0123456789abcdef" * 4


@pytest.mark.parametrize("covers", [(2, 22, 12, 1), (0, 0, 0, 0), (9, 2_000_000, 1, 0, 7, 8)])
def test_a_fingerprint_is_read_back_from_its_text(covers: tuple[int, ...]) -> None:
    """Also with blanks around it and in capitals, as a mail or a form may return it."""
    printed = Fingerprint(covers, DIGEST)
    assert printed.text == "-".join(map(str, covers)) + "-" + DIGEST
    assert fingerprint_from(printed.text) == printed
    assert fingerprint_from(f"  {printed.text.upper()}\n") == printed


@pytest.mark.parametrize(
    "text",
    ["", DIGEST, f"1-2-3-{DIGEST}", f"1-2-3-4-{DIGEST}0", f"1-2-3-4-{DIGEST[1:]}", f"1-2--4-{DIGEST}",
     f"1-2-3-x-{DIGEST}", f"1-2-3-4-{DIGEST} -", f"{'9' * 20}-2-3-4-{DIGEST}", f"\uff11-2-3-4-{DIGEST}"],
)  # fmt: skip
def test_what_is_no_fingerprint_is_none(text: str) -> None:
    """Nothing is guessed: a digit too many, one too few, a number that is none."""
    assert fingerprint_from(text) is None
