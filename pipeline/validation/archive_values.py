"""What single fields of migration files allow, beyond type and length."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.model.draft import Problem

Check = Callable[[Any], Problem | None]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_GENDERS = ("male", "female")
_ALGORITHMS = ("md5", "sha1", "sha256")
_MOBILE = re.compile(r"5[0-9]{9}")
_WRITTEN_AS_PHONE = re.compile(r"[0-9+()./\s-]+")


def _email(text: str) -> Problem | None:
    return None if _EMAIL.fullmatch(text) else Problem("E248")


def _gender(text: str) -> Problem | None:
    return None if text in _GENDERS else Problem("E246", {"reason": " or ".join(_GENDERS)})


def _algorithm(text: str) -> Problem | None:
    known = any(name in text.lower() for name in _ALGORITHMS)
    return None if known else Problem("E246", {"reason": f"of the families {', '.join(_ALGORITHMS)}"})


_MORE: Mapping[str, Check] = {
    "archive.user.email": _email,
    "archive.user.gender": _gender,
    "archive.user.password_algorithm": _algorithm,
    "archive.addresses.email": _email,
}


def with_archive(checks: Mapping[str, Check]) -> dict[str, Check]:
    """The checks of all fields, with what fields of the archive allow beyond type and length."""
    return {name: _both(check, _MORE[name]) if name in _MORE else check for name, check in checks.items()}


def _both(first: Check, second: Check) -> Check:
    return lambda value: first(value) or (second(value) if value is not None else None)


def mobile_number(text: str) -> str | None:
    """The number as the files want it (``5XXXXXXXXX``), ``None`` where it is no mobile of Turkey."""
    if not _WRITTEN_AS_PHONE.fullmatch(text):
        return None
    digits = "".join(character for character in text if character in "0123456789")
    national = digits.removeprefix("00").removeprefix("90") if len(digits) > 11 else digits.removeprefix("0")  # noqa: PLR2004 - a national number with its zero
    return national if _MOBILE.fullmatch(national) else None
