"""How far a command has come: a bar on a terminal, a line now and then elsewhere, on standard error."""

import sys
import time
from types import TracebackType
from typing import Never, Self

from tqdm import tqdm

from pipeline.cli.requests import Talk
from pipeline.runs.sending import Progress

EVERY = 30.0


class Bar:
    """Told of rows, orders and sent orders; shows nothing where nobody is to be disturbed."""

    def __init__(self, talk: Talk) -> None:
        self._silent = talk.quiet
        self._terminal = sys.stderr.isatty() and not talk.quiet
        self._bar: tqdm[Never] | None = None
        self._what = ""
        self._canary = ""
        self._began = self._last = time.monotonic()

    def __enter__(self) -> Self:
        """Nothing is shown yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it should be."""
        self._close()

    def preparing(self, what: str, more: int) -> None:
        """So many rows were read, or orders prepared."""
        label = {"rows": "Reading", "orders": "Checking", "records": "Asking"}[what]
        self._show(label, what, None)
        if self._bar is not None:
            self._bar.update(more)

    def sending(self, progress: Progress) -> None:
        """An order is through."""
        if progress.canary != self._canary and not self._silent:
            self._canary = progress.canary
            tqdm.write(self._canary, file=sys.stderr)
        total = progress.done + progress.left
        self._show("Sending", "orders", total)
        if self._bar is not None:
            self._bar.total = total
            self._bar.update(progress.done - self._bar.n)
            refused = f", refused {progress.refused}" if progress.refused else ""
            doubt = f", in doubt {progress.in_doubt}" if progress.in_doubt else ""
            self._bar.set_postfix_str(f"{_rate(progress.rate)}{refused}{doubt}", refresh=False)
        elif not self._silent and time.monotonic() - self._last >= EVERY:
            self._line(progress, total)

    def settling(self, progress: Progress) -> None:
        """An order in doubt is settled; nothing is sent."""
        total = progress.done + progress.left
        self._show("Settling", "orders", total)
        if self._bar is not None:
            self._bar.total = total
            self._bar.update(progress.done - self._bar.n)

    def _show(self, label: str, unit: str, total: int | None) -> None:
        if not self._terminal or self._what == label:
            return
        self._close()
        self._what = label
        self._bar = tqdm(
            total=total,
            desc=label,
            unit=f" {unit}",
            file=sys.stderr,
            mininterval=0.2,
            smoothing=0.05,
            leave=False,
        )

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        self._what = ""

    def _line(self, progress: Progress, total: int) -> None:
        now = time.monotonic()
        self._last = now
        speed = progress.done / (now - self._began)
        left = f", {progress.left / speed:.0f} s left" if speed else ""
        clock = time.strftime("%H:%M:%S")
        sys.stderr.write(f"{clock} {progress.done}/{total} orders, {speed:.1f} orders/s{left}\n")
        sys.stderr.flush()


def _rate(rate: float) -> str:
    return "unlimited" if rate == float("inf") else f"limit {rate:.1f}/s"
