"""A run in one sentence, and what to do next."""

import shlex

import pytest
import sample_run

from pipeline.model.money import ReadBackStand
from pipeline.model.summary import OrderCounts
from pipeline.reporting.words.next_step import next_steps
from pipeline.reporting.words.verdict import sentence_of, verdict_of


@pytest.mark.parametrize(
    ("orders", "sentence"),
    [
        (OrderCounts(), "No orders were read."),
        (OrderCounts(200, 0, 200, 200), "All 200 orders stand on the target."),
        (OrderCounts(1, 0, 1, 1), "The one order read stands on the target."),
        (
            OrderCounts(200, 2, 198, 197, 1),
            "198 of 200 orders stand on the target; 2 were refused by the checks.",
        ),
        (OrderCounts(2, 1, 1, 1), "1 of 2 orders stands on the target; 1 was refused by the checks."),
        (OrderCounts(1, 1), "The one order read is not on the target; 1 was refused by the checks."),
        (
            OrderCounts(1_000_000, 0, 1_000_000, 999_990, 0, 1, 2, 3, 4, 0),
            (
                "999 990 of 1 000 000 orders stand on the target; 1 was refused by the target, "
                "2 failed and can be sent again, 3 are in doubt, 4 are in conflict."
            ),
        ),
        (OrderCounts(5, 0, 5, 0, 0, 0, 0, 0, 0, 5), "None of 5 orders stand on the target; 5 were not sent."),
    ],
)
def test_the_sentence_says_what_stands_on_the_target_and_what_became_of_the_rest(
    orders: OrderCounts, sentence: str
) -> None:
    """Present orders count as standing; nothing in doubt is told as done or as failed."""
    assert sentence_of(sample_run.summary(orders=orders)) == sentence


def test_a_check_speaks_of_what_is_ready() -> None:
    """Before anything is sent, nothing stands on the target."""
    summary = sample_run.summary(command="check", orders=OrderCounts(200, 4, 196, 0, 0, 0, 0, 0, 0, 196))
    assert sentence_of(summary) == "196 of 200 orders are ready to be sent; 4 were refused by the checks."


def test_what_differs_when_read_back_need_not_be_money() -> None:
    """A status that somebody changed is told by a sentence that fits it as well as an amount."""
    orders = OrderCounts(2, 0, 2, created=2)
    differs = ReadBackStand(begun=True, wanted=2, read=2, differing=1)
    verdict = verdict_of(sample_run.summary(exit_code=4, orders=orders, read_back=differs))
    assert (
        verdict.meaning == "The target shows orders otherwise than the run has created them; they are named."
    )


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 5, 6, 7, 10, 130, 143, 99])
def test_every_exit_code_has_a_word_a_symbol_and_a_meaning(code: int) -> None:
    """Colour is never the only sign of a state."""
    verdict = verdict_of(sample_run.summary(exit_code=code))
    assert all((verdict.word, verdict.symbol, verdict.meaning))
    assert (verdict.tone == "good") is (code == 0)


def test_a_run_whose_sums_are_broken_is_never_called_done() -> None:
    """Exit 0 does not help where the numbers contradict each other."""
    verdict = verdict_of(sample_run.summary(exit_code=0), ["rows.read = used + ignored: 3 ≠ 2"])
    assert (verdict.tone, verdict.word) == ("bad", "The sums do not add up")
    assert verdict.sentence == "The numbers of this run contradict each other."


def test_a_finished_run_has_no_next_step() -> None:
    """Where nothing is left to do, nothing is proposed."""
    assert next_steps(sample_run.summary(exit_code=0, orders=OrderCounts(1, 0, 1, 1), issues={})) == ()


@pytest.mark.parametrize(
    ("code", "orders", "command"),
    [
        (4, OrderCounts(1, 0, 1, in_doubt=1), "orderlift resolve NUMBER --run 7f3a9c21"),
        (5, OrderCounts(1, 0, 1, in_doubt=1), "orderlift resume 7f3a9c21"),
        (4, OrderCounts(1, 0, 1, conflict=1), "orderlift resolve NUMBER --run 7f3a9c21"),
        (3, OrderCounts(1, 0, 1, failed=1), "orderlift resume 7f3a9c21"),
        (3, OrderCounts(1, 1), "orderlift explain E214"),
        (5, OrderCounts(1, 0, 1, unprocessed=1), "orderlift resume 7f3a9c21"),
        (6, OrderCounts(1, 0, 1, unprocessed=1), "orderlift resume 7f3a9c21"),
        (130, OrderCounts(1, 0, 1, unprocessed=1), "orderlift resume 7f3a9c21"),
        (7, OrderCounts(1, 0, 1, unprocessed=1), "orderlift resume 7f3a9c21"),
        (10, OrderCounts(1, 0, 1, unprocessed=1), "orderlift apply PLAN"),
    ],
)
def test_the_first_step_continues_from_where_the_run_ended(
    code: int, orders: OrderCounts, command: str
) -> None:
    """The command to type is named with the run's own id."""
    assert next_steps(sample_run.summary(exit_code=code, orders=orders))[0].command == command


def test_a_command_that_comes_next_can_be_pasted_whatever_the_folder_is_called() -> None:
    """Blanks and marks of the shell in a path stay one word."""
    files = {"fix": "My reports (1)/7f3a/fix.xlsx", "failed": "My reports (1)/7f3a/failed"}
    summary = sample_run.summary(exit_code=3, orders=OrderCounts(2, 1, 1, created=1), files=files)
    steps = [step.command for step in next_steps(summary)]
    assert [shlex.split(step)[-1] for step in steps[:2]] == [files["fix"], files["failed"]]


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("reconcile", "Nothing was sent"),
        ("rebuild", "Nothing was sent"),
        ("resolve", "Nothing was sent"),
        ("report", "Not finished"),
        ("plan", "Done"),
    ],
)
def test_a_run_with_orders_left_to_send_is_never_called_done(command: str, word: str) -> None:
    """But a plan is done when it is made; all others name the command that sends them."""
    orders = OrderCounts(2, 0, 2, created=1, unprocessed=1)
    summary = sample_run.summary(exit_code=0, orders=orders, command=command)
    assert verdict_of(summary).word == word
    steps = [step.command for step in next_steps(summary)]
    assert steps == ([] if command == "plan" else ["orderlift resume 7f3a9c21"])
