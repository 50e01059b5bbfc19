"""Which orders on the target other runs of the channel have made, though this run knows their numbers too."""

from pipeline.journal.ledger import AT_ONCE
from pipeline.journal.read_backs import ReadBacks
from pipeline.model.states import State
from pipeline.runs.asked.request import Places
from pipeline.runs.ledger.keeping import opened_ledger


def created_elsewhere(kept: ReadBacks, places: Places, run: str, target: str, channel: int) -> frozenset[str]:
    """Return the target's ids of orders that this run did not create and a later one, say a retry, did.

    Only numbers that this run sent and does not hold for created are looked up. Raises
    :class:`JournalRefused` where the channel's ledger cannot be opened.
    """
    found: set[str] = set()
    after = 0
    with opened_ledger(places, target, channel, own=run) as channel_ledger:
        while numbers := kept.not_created(after, AT_ONCE):
            entries = channel_ledger.ledger.entries([collision for _, collision in numbers])
            found.update(
                entry.remote_id
                for each in entries.values()
                for entry in each
                if entry.run != run and entry.state is State.CREATED and entry.remote_id is not None
            )
            after = numbers[-1][0]
    return frozenset(found)
