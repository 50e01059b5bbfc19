"""The states of orders and of migration files, as people are told of them; machines read the names."""

from typing import Final

from pipeline.model.language import N_, _

STATES: Final = frozenset(
    {
        N_("invalid"),
        N_("unresolved"),
        N_("planned"),
        N_("held"),
        N_("in_flight"),
        N_("waiting"),
        N_("in_doubt"),
        N_("absent"),
        N_("created"),
        N_("already_present"),
        N_("rejected"),
        N_("failed"),
        N_("conflict"),
        N_("written"),
        N_("starting"),
        N_("running"),
        N_("done"),
        N_("refused"),
        N_("dismissed"),
    }
)


def state_words(state: str) -> str:
    """Return the name of a state in the language spoken now; in English the name that machines read."""
    return _(state) if state in STATES else state
