"""Hides personal data in what a report shows, and leaves order numbers, amounts, dates and ids readable.

Two ways. By pattern, in any text: e-mail addresses, and runs of digits in the shape of a phone number. By
field, where the mapping says what a value is: names, phones, addresses and the like lose all but a hint,
with their length kept, so that "too short" can still be understood. Names in running text are not found.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from pipeline.model.issue import Issue

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
    r"|postcode|identity_number|passport|tax_no|company_name|remote_addr)",
)
_PERSON: Final = re.compile(r"(?:^|\.)(?:customer|shipping_address|billing_address|notes)$")
_PERSONAL_HEADER: Final = re.compile(
    r"phone|telefon|gsm|mail|posta\b|address|adres|surname|soyad|(?:first|last).?name|tckn|kimlik|passport",
    re.IGNORECASE,
)
_READABLE: Final = re.compile(
    r"(?:^|[._])(?:order|number|id|ids|pk|key|sku|code|barcode|amount|price|total|sum|rate|date\w*|currency|status|quantity"
    r"|row|cell|column|sha256)$"
)
_WHOLE_EMAIL: Final = re.compile(r"\s*\S+[@＠]\S+\s*")  # noqa: RUF001


def mask(text: str, keep: Collection[str] = ()) -> str:
    """Return the text with e-mail addresses and phone-like numbers hidden, except the numbers in ``keep``."""
    without = mask_emails(text)
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


def is_personal_header(header: str) -> bool:
    """Whether a column's name says that it holds personal data."""
    return bool(_PERSONAL_HEADER.search(header))


def is_personal_field(field: str) -> bool:
    """Whether a payload field (``order.customer``) holds personal data, or names whom an order is for."""
    return bool(_PERSONAL.search(field) or _PERSON.search(field))


def mask_issue(issue: Issue) -> Issue:
    """Give the issue with its value and facts masked, so that its wording is too."""
    keep = {issue.order} if issue.order else set()
    header = issue.at.header if issue.at else None
    personal = (
        bool(_PERSONAL.search(issue.field)) if issue.field else bool(_PERSONAL_HEADER.search(header or ""))
    )
    value = issue.value
    if value is not None:
        value = mask_personal(value) if personal else _by_name(issue.field or "", value, keep)
    return replace(issue, value=value, facts=_facts(issue.facts, issue.value, value, keep))


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
    return mask_emails(text) if _READABLE.search(name) else mask(text, keep)


def _email(found: re.Match[str]) -> str:
    """Return what is left of an address."""
    first, text = found.group(1), found.group(0)
    _, dot, top = re.split("[@＠]", text)[-1].rpartition(".")  # noqa: RUF001
    return f"{first}•••@•••{dot}{top if dot else ''}"


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
    if not 9 <= len(digits) <= 15 or re.match(r"(?:19|20)\d\d$", groups[0]):  # noqa: PLR2004
        return False
    if digits.startswith("0"):
        return all(len(group) <= 10 for group in groups)  # noqa: PLR2004
    return len(groups) >= 3 and all(len(group) <= 4 for group in groups) and len(groups[0]) <= 3  # noqa: PLR2004
