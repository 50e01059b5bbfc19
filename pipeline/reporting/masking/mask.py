"""Hides personal data in what a report shows, and leaves order numbers, amounts, dates and ids readable.

Two ways. By pattern, in any text: e-mail addresses, runs of digits in the shape of a phone number, identity
and card numbers and IBANs by their check digits. By name, where the mapping's field or the column's header
says what a value is: names, phones, addresses and the like lose all but a hint, with their length kept, so
that "too short" can still be understood. Names in running text are not found.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from pipeline.model.issue import Issue
from pipeline.reporting.masking.id_numbers import masked_numbers
from pipeline.reporting.masking.personal_headers import is_personal_header

_WORD: Final = r"""[^\s@＠<>"'(),;:]"""  # noqa: RUF001
_EMAIL: Final = re.compile(rf"({_WORD}){_WORD}{{0,254}}[@＠]{_WORD}{{1,255}}")  # noqa: RUF001
_NUMBERS: Final = re.compile(
    r"""(?<![\w\-#])(?<!\d[.,/])(?:
    (?P<date> (?:\d{4}-\d{1,2}-\d{1,2} | \d{1,2}(?P<dot>[./-])\d{1,2}(?P=dot)\d{4}) (?!\d|[./-]\d) )
    | (?P<amount> (?:\d{1,3}(?P<point>[.,])\d{3}(?:(?P=point)\d{3})*(?:[.,]\d{1,4})?
                 | \d{1,3}(?:[ \u00a0\u202f]\d{3})+[.,]\d{1,4}
                 | \d+[.,]\d{1,4}) (?!\w|[.,/-]\d|[ ]\d) )
    | (?P<phone> [+(]{0,2}\d(?:[ \u00a0\u202f().\-/]{0,3}\d){6,16}) (?!\w)
    )""",
    re.VERBOSE,
)
_SEPARATED: Final = re.compile(r"[^\d+]")
_PERSONAL: Final = re.compile(
    r"(?:phone|gsm|e_?mail|(?:first|last|middle|full)_?name|surname|address(?:es)?(?:\.\d+)?\.(?:line|name|post)"
    r"|postcode|identity_number|passport|tax_no|company_name|remote_addr|iban|card_number|birth|note$|notes$)",
)
_PERSON: Final = re.compile(r"(?:^|\.)(?:customer|shipping_address|billing_address)$")
_READABLE: Final = re.compile(
    r"(?:^|[._])(?:order|number|id|ids|pk|key|sku|code|barcode|amount|price|total|sum|rate|date\w*|currency|status|quantity"
    r"|row|cell|column|sha256)$"
)
_QUOTED: Final = re.compile(
    r"""(?P<name>\w+) (?P<mark>['"])(?P<text>(?:[^'"\\]|\\.|(?!(?P=mark))['"])*)(?P=mark)"""
)
_DIALLED: Final = re.compile(r"(?<![\w+])\+\d(?:[ ().\-/]{0,3}\d){8,16}(?!\w)")
"""What is a telephone number wherever it stands, also where an amount or an id should."""
_LINES: Final = frozenset({"line", "name", "address"})
"""What of an address is personal, as a record in words names it."""
_WHOLE_EMAIL: Final = re.compile(r"\s*\S+[@＠]\S+\s*")  # noqa: RUF001


def mask(text: str, keep: Collection[str] = ()) -> str:
    """Return the text with e-mail addresses and phone-like numbers hidden, except the numbers in ``keep``."""
    without = masked_numbers(mask_emails(text), frozenset(keep))
    return _NUMBERS.sub(lambda found: _number(found, keep), without)


def mask_emails(text: str) -> str:
    """Return the text with each e-mail address as its first letter and its top domain: ``a•••@•••.org``."""
    return _EMAIL.sub(_email, text)


def mask_personal(text: str) -> str:
    """Hide a value known to be personal: first letters, the last two digits and the length stay."""
    if _WHOLE_EMAIL.fullmatch(text):
        return mask_emails(text)
    digits = sum(c.isdigit() for c in text)
    shown, previous = [], " "
    for character in text:
        if character.isdigit():
            digits -= 1
            shown.append(character if digits < 2 else "•")  # noqa: PLR2004
        elif character.isalpha() and previous.isalpha():
            shown.append("•")
        else:
            shown.append(character)
        previous = character
    return "".join(shown)


def mask_value(text: str, field: str, header: str = "") -> str:
    """Hide what a payload field or a column holds, as far as its name or the value itself says whose it is.

    A record in words (``customer by email 'a@b.example'; created if missing, of first_name 'Ann'``) loses
    what stands in quotation marks behind the names of personal fields.
    """
    if _names_somebody(field, header):
        return mask_personal(text)
    return _by_name(field, _QUOTED.sub(_quoted, text), ())


def is_personal_field(field: str) -> bool:
    """Whether a payload field (``order.customer``) holds personal data, or names whom an order is for."""
    return bool(_PERSONAL.search(field) or _PERSON.search(field))


def mask_issue(issue: Issue) -> Issue:
    """Give the issue with its value and facts masked, so that its wording is too."""
    keep = {issue.order} if issue.order else set()
    value = issue.value
    if value is not None:
        value = mask_personal(value) if _is_personal(issue) else _by_name(issue.field or "", value, keep)
    return replace(issue, value=value, facts=_facts(issue.facts, issue.value, value, keep))


def _is_personal(issue: Issue) -> bool:
    """Whether an issue's value is somebody's, by the field or by the header of the column.

    A mistake of the mapping (E4xx), or of the header itself, has a name of a column for its value: that is
    nobody's, and hiding it would hide the mistake.
    """
    field, header = issue.field or "", (issue.at.header if issue.at else None) or ""
    if issue.code[1:2] == "4" or (issue.at is not None and issue.value == header):
        return False
    return _names_somebody(field, header)


def _names_somebody(field: str, header: str) -> bool:
    return bool(_PERSONAL.search(field)) or (is_personal_header(header) and not _READABLE.search(field))


def _quoted(found: re.Match[str]) -> str:
    """Return a named value of a record in words as it may be shown."""
    name, mark, text = found["name"], found["mark"], found["text"]
    return (
        f"{name} {mark}{mask_personal(text)}{mark}" if name in _LINES or _PERSONAL.search(name) else found[0]
    )


def _facts(
    facts: Mapping[str, str | int], value: str | None, masked: str | None, keep: Collection[str]
) -> dict[str, str | int]:
    """Mask facts by their names; a fact that repeats the value is masked as the value is."""
    return {
        name: fact
        if not isinstance(fact, str)
        else masked
        if masked is not None and fact == value
        else mask_personal(fact)
        if _PERSONAL.search(name)
        else _by_name(name, fact, keep)
        for name, fact in facts.items()
    }


def _by_name(name: str, text: str, keep: Collection[str]) -> str:
    """Mask a value that is not personal: numbers stay where its field or fact says what they are."""
    return _DIALLED.sub(_dialled, mask_emails(text)) if _READABLE.search(name) else mask(text, keep)


def _email(found: re.Match[str]) -> str:
    """Return what is left of an address."""
    first, text = found.group(1), found.group(0)
    _, dot, top = re.split("[@＠]", text)[-1].rpartition(".")  # noqa: RUF001
    return f"{first}•••@•••{dot}{top if dot else ''}"


def _dialled(found: re.Match[str]) -> str:
    return f"•••{re.sub(r'[^0-9]', '', found[0])[-2:]}"


def _number(found: re.Match[str], keep: Collection[str]) -> str:
    """Return a run of digits as it may be shown."""
    text = found.group("phone")
    if text is None or text in keep or not _is_phone(text):
        return found.group(0)
    return f"•••{re.sub(r'[^0-9]', '', text)[-2:]}"


def _is_phone(text: str) -> bool:
    """Whether digits with or without separators are most likely a phone number.

    Without separators only the shapes that say so are taken (``+…``, ``00…``, Turkish ``05…``, ``5…`` and
    ``905…``): other runs are order numbers more often than phones.
    """
    digits = re.sub(r"\D", "", text)
    groups = re.findall(r"\d+", text)
    if text.startswith("+") or "(" in text:
        return len(digits) >= 8  # noqa: PLR2004
    if not _SEPARATED.search(text):
        return bool(re.fullmatch(r"0[2-5]\d{9}|5\d{9}|90[2-5]\d{9}|00[1-9]\d{9,14}", digits))
    if not 9 <= len(digits) <= 15:  # noqa: PLR2004
        return False
    if digits.startswith("0"):
        return all(len(group) <= 10 for group in groups)  # noqa: PLR2004
    return len(groups) >= 3 and all(len(group) <= 4 for group in groups) and len(groups[0]) <= 3  # noqa: PLR2004
