"""The shops' samples at a target: the simulator with the seed that it comes with."""

from pathlib import Path

import httpx
import pytest
from sample_cases import DEMO, SHOPS, Sample
from sample_outcomes import prepare

from pipeline.simulator import Simulator

CREATE = "/api/v1/channel/5/create_orders/"
UNKNOWN_PRODUCT = (
    b'{"order_item":[{"product":["Invalid pk \\"999\\" - object does not exist."]}],"code":"orders_100_1"}'
)


def _answers(bodies: tuple[bytes, ...]) -> list[httpx.Response]:
    with Simulator() as sim:
        headers = {"Authorization": f"Token {sim.token}", "Content-Type": "application/json"}
        with httpx.Client(base_url=sim.url, headers=headers, trust_env=False, timeout=10.0) as api:
            return [api.post(CREATE, content=body) for body in bodies]


def test_the_target_refuses_one_order_of_the_demo_and_takes_the_rest(tmp_path: Path) -> None:
    """Of 230 orders 2 are refused by the checks, 1 by the target for an unknown product, 227 created."""
    answers = _answers(prepare(DEMO, tmp_path).bodies)
    refused = [answer for answer in answers if answer.status_code != httpx.codes.CREATED]
    assert len(answers) == 228
    assert [(answer.status_code, answer.content) for answer in refused] == [(400, UNKNOWN_PRODUCT)]
    assert b'"number":"102289"' in refused[0].request.content


@pytest.mark.parametrize("sample", SHOPS[1:], ids=lambda sample: str(sample.name))
def test_the_target_takes_every_order_of_the_good_samples(sample: Sample, tmp_path: Path) -> None:
    """All ids in the samples and the mappings are those of the simulator's channel 5."""
    answers = _answers(prepare(sample, tmp_path).bodies)
    assert [answer.status_code for answer in answers] == [201] * sample.orders
