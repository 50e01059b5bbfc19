"""Colours of the pages can be told apart: in light, in dark and on paper, computed from the style sheets."""

import re
from pathlib import Path

import pytest

import pipeline.reporting

TEMPLATES = Path(pipeline.reporting.__file__).parent / "templates"
TEXTS = (
    *(("paper", ink) for ink in ("ink", "soft", "accent", "amber", "red")),
    *(("raised", ink) for ink in ("ink", "soft", "accent")),
    *(("red-tint", ink) for ink in ("ink", "red")),
    *((tone, "paper") for tone in ("accent", "amber", "red")),  # the badge
)
SHAPES = tuple(
    (ground, f"{name}")
    for ground in ("paper", "raised")
    for name in ("fill", "fill-soft", "amber-fill", "red-fill", "grey-fill")
)
NO_COLOUR = {"currentcolor", "none", "inherit"}


def palettes() -> dict[str, dict[str, str]]:
    """Read the colours of each way in which the page is shown."""
    sheet = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    blocks = [
        dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", block))
        for block in re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    ]
    return dict(zip(("light", "dark", "paper"), blocks, strict=True))


def luminance(colour: str) -> float:
    """Compute the relative luminance as WCAG 2.2 defines it."""
    digits = colour.lstrip("#")
    whole = "".join(sign * 2 for sign in digits) if len(digits) == 3 else digits
    parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Compute how far two colours are from each other, 1 to 21."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("way", ["light", "dark", "paper"])
def test_every_text_has_a_contrast_of_four_and_a_half(way: str) -> None:
    """Small text can be read by people with moderately low vision (WCAG 1.4.3)."""
    colours = palettes()[way]
    found = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in TEXTS}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("way", ["light", "dark", "paper"])
def test_every_shape_has_a_contrast_of_three(way: str) -> None:
    """Parts of pictures can be told from what lies behind them (WCAG 1.4.11)."""
    colours = palettes()[way]
    found = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in SHAPES}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 3} == {}


@pytest.mark.parametrize("name", ["report.css", "inspect.css"])
def test_no_rule_has_a_colour_of_its_own(name: str) -> None:
    """Every colour is one of the palette, whose contrasts are known; page numbers on paper apart."""
    sheet = re.sub(r":root \{.*?\}", "", (TEMPLATES / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    sheet = re.sub(r"@page \{.*?\} \}", "", sheet)
    said = re.findall(
        r"(?<![\w-])(?:color|background|fill|stroke|(?:text-decoration|outline)-color):\s*([^;}]+)", sheet
    )
    odd = {
        value.strip()
        for value in said
        if not re.fullmatch(r"(?:var\(--[\w-]+\)|url\(#[\w-]+\))", value.strip())
        and value.strip() not in NO_COLOUR
    }
    assert odd == set()
    assert re.findall(r"#[0-9a-f]{3,6}\b", re.sub(r"url\(#[^)]*\)", "", sheet)) == []


def test_the_formula_knows_black_on_white() -> None:
    """The two ends of the scale are where the standard has them."""
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)
