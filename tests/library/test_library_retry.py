"""The verb ``retry`` as a program or a notebook calls it."""

from pathlib import Path

from test_library_verbs import Shop

import pipeline
from pipeline.simulator import Simulator


def test_retry_sends_what_was_repaired(tmp_path: Path) -> None:
    """From the folder of refused rows, with the earlier run's mapping, target and channel."""
    shop = Shop(tmp_path)
    with Simulator() as target:
        first = pipeline.apply(shop.planned(target), token=target.token, report_dir=shop.reports)
        failed = shop.reports / first.run_id / "failed"
        orders = failed / "orders.csv"
        orders.write_text(orders.read_text(encoding="utf-8-sig").replace(",ten", ",10.00"), encoding="utf-8")
        second = pipeline.retry(
            first.run_id, token=target.token, sources=[failed], state_dir=shop.state, report_dir=shop.reports
        )
        again = pipeline.retry(token=target.token, state_dir=shop.state, report_dir=shop.reports)
        assert target.truth.creates == {"0001": 1, "0002": 1, "0003": 1}
    assert (second.summary.orders.created, second.exit_code) == (1, 0)
    assert (again.summary.orders.already_present, again.exit_code) == (1, 0)
