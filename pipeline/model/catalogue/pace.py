"""W570 to W579: what people should know of the pace of a run while it goes on."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

WARNING = Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "W570",
        WARNING,
        "the rate of the last run",
        "starting at {start} requests a second: {share} of the {borne} that this target bore on {day}",
        "With --rate auto a run begins near what the same channel has borne before, and goes on learning.",
        "Nothing; to begin elsewhere give --rate a number.",
    ),
    Entry(
        "W571",
        WARNING,
        "the token was renewed",
        "the token was no longer accepted; its file holds another one, and the run goes on with it",
        "The token expired while orders were being sent. What it was refused for was not applied.",
        "Nothing.",
    ),
    Entry(
        "W572",
        WARNING,
        "a standstill",
        "{reason} for {seconds} seconds; requests that were under way are in doubt and will be looked up",
        (
            "While nothing ran here, connections may have died and answers may have been lost. "
            "All connections are closed, and the next request goes alone."
        ),
        "Nothing; keep the machine awake during long runs.",
    ),
    Entry(
        "W573",
        WARNING,
        "stopping",
        "stopping: up to {seconds} seconds for {orders} answers under way; a second Ctrl-C does not wait",
        "Nothing more is sent. Orders whose answers are not waited for are in doubt, and settled later.",
        "Wait.",
    ),
    Entry(
        "W574",
        WARNING,
        "a pause",
        "the target asks for a pause of {seconds} seconds; all requests wait",
        "A Retry-After holds everybody, because the limit is the target's and not one request's.",
        "Nothing.",
    ),
    Entry(
        "W575",
        WARNING,
        "how long it takes",
        "{orders} orders at {rate} a second: about {time}{growing}",
        "An estimate from the pace at which the run begins; lookups and repeats come on top.",
        "Nothing; --limit tries a few orders first.",
    ),
    Entry(
        "W576",
        WARNING,
        "repeats are held back",
        "{repeats} orders had to be sent again, more than a fifth of {firsts}: from here on one at a time",
        "Repeats that outgrow the work make an outage worse, so they are spread over time.",
        "Look whether the target is well; an interrupted run is continued with: orderlift resume {run}",
    ),
    Entry(
        "W577",
        WARNING,
        "an order in doubt cannot be looked up",
        (
            "order {number} is in doubt and has been looked up {failures} times in vain ({last}): looked up "
            "again after longer and longer pauses, up to a minute, for {most} at most if nothing else answers"
        ),
        "Nothing is sent again before it is known what became of it, and only the target can tell.",
        (
            "Look whether the target is well. Ctrl-C or --max-duration ends the waiting; nothing is lost by "
            "it, and the order is looked up again by: orderlift reconcile"
        ),
    ),
)
