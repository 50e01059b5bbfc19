"""Rates of VAT as people write them, by whatever name."""

from pathlib import Path

import pytest

from pipeline.inference.suggestion import Choice
from pipeline.model.reading import ReadLimits
from pipeline.runs.rehearsing.suggesting import suggest


def rate_of(folder: Path, header: str, *rates: str) -> Choice | None:
    """What is suggested for the rate of VAT in a file of forty orders, each with the next of ``rates``."""
    names = "Bestellnummer;Bestelldatum;Status;Artikelnummer;Menge;Einzelpreis;Zeilensumme;Gesamtsumme"
    lines = [f"{names};{header}"]
    for place in range(40):
        price = f"{100 + place},50"
        rate = rates[place % len(rates)]
        lines.append(f"B{place:04};13.02.2024;delivered;S{place % 3};1;{price};{price};{price};{rate}")
    (folder / "export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    fields = suggest([folder / "export.csv"], ReadLimits()).fields
    return next((one.choice for one in fields if one.name == "items.tax_rate"), None)


@pytest.mark.parametrize("header", ["MwSt", "USt", "KDV oranı", "VAT rate"])
@pytest.mark.parametrize("rates", [("19 %", "7 %"), ("%20", "%1"), ("19,5%",)])
def test_a_rate_with_its_sign_is_read_by_the_step_for_it(
    tmp_path: Path, header: str, rates: tuple[str, ...]
) -> None:
    """In front or behind, with a blank or without."""
    found = rate_of(tmp_path, header, *rates)
    assert found is not None
    assert (found.rule, found.confidence >= 0.85) == ({"column": header, "steps": ["percent"]}, True)


def test_a_rate_without_a_sign_is_a_number(tmp_path: Path) -> None:
    """There a step would refuse it."""
    found = rate_of(tmp_path, "MwSt", "19", "7")
    assert found is not None
    assert found.rule == {"column": "MwSt", "decimal": True}


def test_what_is_more_than_everything_is_no_rate(tmp_path: Path) -> None:
    """A sign alone proves nothing."""
    assert rate_of(tmp_path, "MwSt", "119 %", "107 %") is None
