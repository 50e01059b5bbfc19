#!/usr/bin/env python3
"""Makes every sample in this folder: ``python make_samples.py [FOLDER]``.

The samples stand in the repository beside this script; a test makes them again and compares.
"""

import sys
from pathlib import Path

from making import demo, english, oddities, shopify, woocommerce
from making.platforms import magento, omnitron, opencart, prestashop, turkish


def make_samples(folder: Path) -> None:
    """Write all samples below ``folder``, over what is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for shop in (demo, english, shopify, woocommerce):
        shop.write(folder)
    (folder / "platforms").mkdir(exist_ok=True)
    for platform in (magento, prestashop, opencart, turkish, omnitron):
        platform.write(folder / "platforms")
    (folder / "oddities").mkdir(exist_ok=True)
    oddities.write(folder / "oddities")


if __name__ == "__main__":
    make_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
