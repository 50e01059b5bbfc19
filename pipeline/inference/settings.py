"""What holds for the whole file: how numbers are written, and where the shop's clock hung."""

from collections.abc import Iterable, Mapping, Sequence

from pipeline.inference.matching import Reason
from pipeline.inference.numbers import Separators
from pipeline.inference.suggestion import Setting

_COMMA = {"tr": "tr_TR", "de": "de_DE"}
_ZONES = {"try": "Europe/Istanbul", "eur": "Europe/Berlin"}


def locale_of(
    found: Iterable[Separators], reckoned: str | None, language: str | None, currencies: Iterable[str]
) -> Setting:
    """How most columns write numbers. ``reckoned`` is what arithmetic chose where values leave it open."""
    every = [mark for one in found for mark in one.proven.values()]
    if every:
        mark = max(sorted(set(every)), key=every.count)
        reason = Reason("numbers_proven", {"columns": every.count(mark), "mark": mark})
        return Setting("locale", _locale(mark, language, currencies), 0.98, (reason,))
    if reckoned is not None:
        reason = Reason("numbers_reckoned", {"mark": reckoned})
        return Setting("locale", _locale(reckoned, language, currencies), 0.9, (reason,))
    if any(one.needed for one in found):
        mark = "," if language in _COMMA else "."
        return Setting("locale", _locale(mark, language, currencies), 0.5, (Reason("numbers_open"),))
    return Setting("locale", _locale("," if language in _COMMA else ".", language, currencies), 0.9,
                   (Reason("numbers_plain"),))  # fmt: skip


def _locale(mark: str, language: str | None, currencies: Iterable[str]) -> str:
    if mark == ".":
        return "en_US"
    usual = "tr" if "try" in set(currencies) else "de"
    return _COMMA[language if language in _COMMA else usual]


def separator_of(locale: str) -> str:
    """The decimal separator of a locale that is suggested here."""
    return "." if locale == "en_US" else ","


def timezone_of(language: str | None, currencies: Sequence[str], formats: Mapping[str, bool]) -> Setting:
    """Where the clock hung, by currency and language. ``formats`` says which date formats carry an offset."""
    told = formats and all(formats.values())
    zone = _ZONES.get(currencies[0]) if len(currencies) == 1 else None
    if language == "tr" or zone == "Europe/Istanbul":
        sure = 0.9 if language == "tr" else 0.86
        return Setting("timezone", "Europe/Istanbul", sure, (Reason("zone_turkish"),))
    if told:
        return Setting("timezone", "UTC", 0.9, (Reason("zone_in_dates"),))
    if language == "de":
        return Setting("timezone", "Europe/Berlin", 0.8, (Reason("zone_language"),))
    return Setting("timezone", "UTC", 0.3, (Reason("zone_unknown"),))
