"""Identity numbers, accounts and cards, told by their check digits and by how they begin."""

import pytest

from pipeline.reporting.masking.id_numbers import is_card_number, is_iban, is_identity_number, masked_numbers

PERSON = "10000000146"


@pytest.mark.parametrize(
    ("digits", "told"),
    [
        (PERSON, True),
        (PERSON[:-1], False),
        (f"{PERSON}0", False),
        ("", False),
        ("00000000000", False),
        ("1000000014a", False),
        ("abcdefghijk", False),
        ("١٠٠٠٠٠٠٠١٤٦", False),
        ("²0000000146", False),
        ("10000000156", False),
        ("10000000145", False),
    ],
)
def test_an_identity_number_has_eleven_figures_and_two_check_digits(digits: str, *, told: bool) -> None:
    """The first is no nought, and figures are those of ASCII."""
    assert is_identity_number(digits) is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("TR330006100519786457841326", True),
        ("tr33 0006 1005 1978 6457 8413 26", True),
        ("DE89370400440532013000", True),
        ("NO9386011117947", True),
        ("NO938601111794", False),
        ("TR330006100519786457841327", False),
        ("33TR0006100519786457841326", False),
        ("TR33-0006100519786457841326", False),
        ("", False),
    ],
)
def test_an_account_has_a_country_and_check_digits(text: str, *, told: bool) -> None:
    """Blanks and capitals do not count; other signs do."""
    assert is_iban(text) is told


@pytest.mark.parametrize(
    ("digits", "told"),
    [
        ("4111111111111111", True),
        ("4539578763621486", True),
        ("4999999999999996", True),
        ("5555555555554444", True),
        ("6011111111111117", True),
        ("2223003122003222", True),
        ("9792030394440796", True),
        ("374245455400126", True),
        ("4111111111111112", False),
        ("4539578763621487", False),
        ("1000000000000008", False),
        ("8000000000000002", False),
        ("6111111111111116", False),
        ("2111111111111114", False),
        ("", False),
    ],
)
def test_a_card_begins_as_cards_do_and_has_a_check_digit(digits: str, *, told: bool) -> None:
    """Whatever else passes the check is a number of something."""
    assert is_card_number(digits) is told


@pytest.mark.parametrize(
    ("text", "keep", "shown"),
    [
        (PERSON, (), "•••46"),
        (PERSON, (PERSON,), PERSON),
        ("tr330006100519786457841326", (), "TR•••26"),
        ("4111-1111-1111-1111", (), "•••11"),
        ("4111-1111-1111-1111", ("4111-1111-1111-1111",), "4111-1111-1111-1111"),
        ("4111-1111 1111-1111", (), "4111-1111 1111-1111"),
        ("1000-0000-0000-0008", (), "1000-0000-0000-0008"),
    ],
)
def test_two_digits_are_left_and_what_is_to_be_kept_stays(
    text: str, keep: tuple[str, ...], shown: str
) -> None:
    """An account keeps its country, too."""
    assert masked_numbers(text, frozenset(keep)) == shown
