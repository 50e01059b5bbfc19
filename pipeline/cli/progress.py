"""How far a command has come: a bar on a terminal, a line now and then elsewhere, on standard error."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Never, Self

from tqdm import tqdm

from pipeline.cli.requests import Talk
from pipeline.cli.streams import stands_on_the_last_line
from pipeline.model.catalogue import message_of
from pipeline.model.language import N_, _, retold
from pipeline.runs.asked.progress import Progress
from pipeline.upload.time_left import in_words

EVERY, DRAWN = 30.0, 0.5
_ORDERS = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}, {rate_fmt}{postfix}]"
"""tqdm's own guess of the time left knows nothing of doubts and pauses, so it is left out."""
_DOUBTS = "{desc}: {n_fmt}/{total_fmt} [{elapsed}{postfix}]"
"""What is waited for has to be legible on a narrow terminal, too."""
_UNITS = {"rows": N_("rows"), "orders": N_("orders"), "records": N_("records")}


class Bar:
    """Told of rows, orders and sent orders; shows nothing where nobody is to be disturbed."""

    def __init__(self, talk: Talk, clock: Callable[[], float] = time.monotonic) -> None:
        self._silent = talk.quiet
        self._terminal = sys.stderr.isatty() and not talk.quiet
        self._bar: tqdm[Never] | None = None
        self._what = ""
        self._canary = ""
        self._heard = 0
        self._clock, self._drawn = clock, -DRAWN
        self._last = clock()

    def __enter__(self) -> Self:
        """Nothing is shown yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it should be."""
        with self._as_long_as_somebody_looks():
            self._close()

    def preparing(self, what: str, more: int) -> None:
        """So many rows were read, or orders prepared."""
        label = {"rows": _("Reading"), "orders": _("Checking"), "records": _("Asking")}[what]
        with self._as_long_as_somebody_looks():
            self._show(label, what, None)
            if self._bar is not None:
                self._bar.update(more)

    def sending(self, progress: Progress) -> None:
        """An order is through, or a second has passed."""
        self._tell(progress, settling=0 < progress.in_doubt == progress.left)

    def settling(self, progress: Progress) -> None:
        """The same, where nothing is sent: orders in doubt are looked up."""
        self._tell(progress, settling=True)

    def _tell(self, progress: Progress, *, settling: bool) -> None:
        if self._terminal or self._is_worth_telling(progress):  # most of many thousand calls are not
            with self._as_long_as_somebody_looks():
                self._sending(progress, settling=settling)

    def _is_worth_telling(self, progress: Progress) -> bool:
        """Whether there is something to say where no bar is shown."""
        if self._silent:
            return False
        news = progress.canary != self._canary or len(progress.news) > self._heard
        return news or self._clock() - self._last >= EVERY

    @contextlib.contextmanager
    def _as_long_as_somebody_looks(self) -> Iterator[None]:
        """A terminal or pipe that is gone ends the display, and nothing else."""
        try:
            yield
        except OSError:
            self._silent, self._terminal, self._bar = True, False, None

    def _sending(self, progress: Progress, *, settling: bool) -> None:
        if progress.canary != self._canary and not self._silent:
            self._canary = progress.canary
            tqdm.write(retold(self._canary), file=sys.stderr)
        for issue in () if self._silent else progress.news[self._heard :]:
            tqdm.write(message_of(issue), file=sys.stderr)
        self._heard = len(progress.news)
        total = progress.done + progress.left
        label = _("Settling") if settling else _("Sending")
        if progress.left or not self._what:  # what is over does not change its name
            self._show(label, "orders", total, progress.done, narrow=settling)
        if self._bar is not None and settling:
            self._bar.total = total
            self._bar.set_postfix_str(_looks(progress).removeprefix(", "), refresh=False)
            self._bar.update(progress.done - self._bar.n)
            if self._clock() - self._drawn >= DRAWN:  # nothing may come through for minutes
                self._drawn = self._clock()
                self._bar.refresh()
        elif self._bar is not None:
            self._bar.total = total
            refused = _(", refused {count}").format(count=progress.refused) if progress.refused else ""
            doubt = _(", in doubt {count}").format(count=progress.in_doubt) if progress.in_doubt else ""
            left = _time_left(progress.seconds_left) if progress.seconds_left else ""
            self._bar.set_postfix_str(f"{_rate(progress.rate)}{refused}{doubt}{left}", refresh=False)
            self._bar.update(progress.done - self._bar.n)  # draws, where it is time for that
        elif not self._silent and self._clock() - self._last >= EVERY:
            self._line(progress, total)

    def reading_back(self, progress: Progress) -> None:
        """Some orders more were read back from the target."""
        with self._as_long_as_somebody_looks():
            for issue in () if self._silent else progress.news[self._heard :]:
                tqdm.write(message_of(issue), file=sys.stderr)
            self._heard = len(progress.news)
            self._show(_("Reading back"), "orders", progress.done + progress.left)
            if self._bar is not None:
                self._bar.update(progress.done - self._bar.n)

    def cancelling(self, progress: Progress) -> None:
        """An order of an undo is through."""
        with self._as_long_as_somebody_looks():
            self._show(_("Cancelling"), "orders", progress.done + progress.left)
            if self._bar is not None:
                self._bar.update(progress.done - self._bar.n)

    def _show(self, label: str, unit: str, total: int | None, done: int = 0, *, narrow: bool = False) -> None:
        if not self._terminal or self._what == label:
            return
        self._close()
        self._what = label
        self._bar = tqdm(
            total=total,
            initial=done,
            desc=label,
            unit=f" {_(_UNITS[unit])}",
            file=sys.stderr,
            mininterval=0.2,
            leave=False,
            bar_format=_DOUBTS if narrow else _ORDERS if unit == "orders" and total is not None else None,
        )
        stands_on_the_last_line(self._bar.close)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        self._what = ""

    def _line(self, progress: Progress, total: int) -> None:
        self._last = self._clock()
        seconds, looks = progress.seconds_left, _looks(progress)
        left = looks or ("" if seconds is None else _time_left(seconds))
        doubt = _(", {count} in doubt").format(count=progress.in_doubt) if progress.in_doubt else ""
        told = _("{clock} {done}/{total} orders, {rate}").format(
            clock=time.strftime("%H:%M:%S"), done=progress.done, total=total, rate=_rate(progress.rate)
        )
        sys.stderr.write(f"{told}{doubt}{left}\n")
        sys.stderr.flush()


def _rate(rate: float) -> str:
    return _("unlimited") if rate == float("inf") else _("limit {rate}/s").format(rate=f"{rate:.1f}")


def _looks(progress: Progress) -> str:
    """What is waited for where only orders in doubt are left: lookups that failed, when the next is due."""
    if not 0 < progress.in_doubt == progress.left:
        return ""
    failed = (
        _(", failed lookups {count}").format(count=progress.failed_looks) if progress.failed_looks else ""
    )
    due = progress.next_look
    return failed + (_(", next in {time}").format(time=in_words(due)) if due else _(", looking up"))


def _time_left(seconds: float) -> str:
    return _(", about {time} left").format(time=in_words(seconds))
