"""E5xx: the target's answers."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, ERROR, WARNING = Severity.FATAL, Severity.ERROR, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E501",
        FATAL,
        "not authorised",
        "the target answered 401: the token is not accepted",
        (
            "The token is wrong, expired or belongs to another installation. "
            "Nothing was applied and nothing is lost."
        ),
        (
            "Put a valid token into ORDERLIFT_TOKEN or --token-file. Then continue a run that had begun "
            "(orderlift resume {run}), or give the command again: a snapshot is taken anew."
        ),
    ),
    Entry(
        "E502",
        FATAL,
        "forbidden",
        "the target answered 403: the token may not do this here",
        "The token's user lacks the right for this channel. Nothing was applied and nothing is lost.",
        (
            "Ask for the right, or use another token. Then continue a run that had begun "
            "(orderlift resume {run}), or give the command again: a snapshot is taken anew."
        ),
    ),
    Entry(
        "E503",
        FATAL,
        "channel unknown",
        "the target answered 404: {complaints}",
        "The channel number or the address of the target is wrong.",
        "Check --target and --channel, and plan again.",
    ),
    Entry(
        "E504",
        FATAL,
        "redirected",
        "the target answered {status} and points elsewhere",
        "Redirects are never followed: the order and the token would go to another address.",
        "Give --target the address that it redirects to, if that is the right one.",
    ),
    Entry(
        "E505",
        FATAL,
        "certificate refused",
        "the target's certificate is not trusted: {reason}",
        "Whoever answers cannot prove to be the target, so not one byte of an order was sent.",
        "Check the address; where your company inspects TLS, name its certificate with --ca-file.",
    ),
    Entry(
        "E506",
        FATAL,
        "answer to another order",
        "the target confirmed order {echoed} instead of this one",
        "Something between us and the target mixes answers up, so no answer can be trusted.",
        "Tell the operator of the target or of the proxy; then settle and continue: orderlift resume {run}",
    ),
    Entry(
        "E511",
        ERROR,
        "refused by the target",
        "the target refused the order ({status}): {complaints}",
        "The target checked the order and does not take it as it is.",
        "Correct the named fields in fix.xlsx or in the failed/ files of the report, and send those rows.",
    ),
    Entry(
        "E512",
        ERROR,
        "refused by a rule of the target",
        "the target's own rules refuse the order ({status}): {complaints}",
        "The fields are right in themselves; a rule of the shop stands against the order.",
        "Read the target's words; correct the order, or change the rule in the shop.",
    ),
    Entry(
        "E513",
        ERROR,
        "another order has this number",
        "the target holds another order under this number: {differences}",
        "It was created by somebody else, or edited since. Neither is ours to overwrite.",
        (
            "Compare the two in the target's panel and say what you found: orderlift resolve {order}. If "
            "it is another order, give this one another number, or leave it out."
        ),
    ),
    Entry(
        "E514",
        ERROR,
        "refused as duplicate, but not found",
        "the target says the number is taken, but holds no order under exactly this number",
        "It may treat numbers as equal that differ in case or spaces, or keep the order in another channel.",
        "Look the number up in the target's panel and say what you found: orderlift resolve {order}",
    ),
    Entry(
        "E515",
        FATAL,
        "several orders under one number",
        "the target holds {found} orders under this number",
        "Numbers are meant to be unique in a channel. Sending more could make it worse, so the run stops.",
        "Look at these orders in the target's panel, then say what you found: orderlift resolve {order}",
    ),
    Entry(
        "E516",
        ERROR,
        "refused in words we do not know",
        "the target answered {status} without saying why",
        "The answer neither confirms nor explains; it is not ours to guess.",
        "Look the number up in the target's panel and say what you found: orderlift resolve {order}",
    ),
    Entry(
        "E521",
        ERROR,
        "in doubt",
        "no clear answer came: {reason}",
        "The target may hold the order or not. It is never sent again before that is known.",
        (
            "Settle it: orderlift resume {run}, or orderlift reconcile {run}, which sends nothing. Where the "
            "target cannot be asked, look yourself and say what you found: "
            "orderlift resolve {order} --run {run}"
        ),
    ),
    Entry(
        "E522",
        ERROR,
        "refused by something in between",
        "an answer {status} came that is not the target's",
        "A firewall or proxy answered in the place of the target, so the target never judged the order.",
        "Ask whoever runs the network; then continue: orderlift resume {run}",
    ),
    Entry(
        "E523",
        ERROR,
        "attempts used up",
        "{attempts} attempts brought no judgement; the last: {last}",
        "The service kept failing for this order, and it is proven that the target does not hold it.",
        "Try again later: orderlift resume {run}",
    ),
    Entry(
        "E524",
        ERROR,
        "asked to slow down",
        "the target answered 429",
        "Requests come faster than the target bears. The rate has been lowered.",
        "Nothing; if it stays, give a lower --rate.",
    ),
    Entry(
        "E525",
        ERROR,
        "no connection",
        "the target cannot be reached: {reason}",
        "Nothing was sent.",
        "Check the address and the network; then continue: orderlift resume {run}",
    ),
    Entry(
        "E531",
        FATAL,
        "the target keeps failing",
        "the target kept failing, and the run has stopped: {last}",
        "After pauses and single probes the service was still unwell. Every order is accounted for.",
        "Continue when it is well again: orderlift resume {run}",
    ),
    Entry(
        "E532",
        FATAL,
        "asked to wait too long",
        "the target asks for a pause of {seconds} seconds, until {until}",
        "A run that sleeps for hours helps nobody.",
        "Continue then: orderlift resume {run}",
    ),
    Entry(
        "E533",
        FATAL,
        "the program ended before the run did",
        "the program ended before the run did",
        "It was killed, or the machine went down. What was under way is in doubt, and nothing is lost.",
        "Settle and continue: orderlift resume {run}",
    ),
    Entry(
        "E541",
        FATAL,
        "too many errors",
        "more than {limit} orders failed",
        "The limit --max-errors is reached; many orders may share one cause.",
        "Read the report; correct the cause, or raise the limit and continue: orderlift resume {run}",
    ),
    Entry(
        "E542",
        FATAL,
        "too large a share of errors",
        "more than {limit} of the orders failed",
        "The limit --max-error-rate is reached; many orders may share one cause.",
        "Read the report; correct the cause, or raise the limit and continue: orderlift resume {run}",
    ),
    Entry(
        "E543",
        FATAL,
        "time is up",
        "the run took longer than {limit} seconds",
        "The limit --max-duration is reached. Every order is accounted for.",
        "Continue: orderlift resume {run}",
    ),
    Entry(
        "E544",
        FATAL,
        "limit reached",
        "{limit} orders were taken up, as --limit asks; {left} are left",
        "A limit is for trying a few orders before all of them.",
        "Look at the report, then continue: orderlift resume {run}",
    ),
    Entry(
        "E545",
        FATAL,
        "records could not be asked for",
        "{left} orders wait for records that the target did not tell about",
        "A lookup that fails proves nothing, so neither was anything created for them nor were they sent.",
        "Look whether the target is well, then continue: orderlift resume {run}",
    ),
    Entry(
        "E546",
        FATAL,
        "the target holds something else than was sent",
        "order {order}: {field} was sent as {sent}, the target shows {read} (differing fields: {differing})",
        (
            "The target took the order and keeps another value: it may round, fill in, or read the field "
            "differently. Only the orders of the canary were sent: what is wrong with one of a kind is "
            "likely wrong with all of them."
        ),
        (
            "Look at the order in the target's panel. If the mapping is wrong, correct it and plan again; "
            "if the target's value is right, go on without the canary: orderlift resume {run} --canary 0"
        ),
    ),
    Entry(
        "E547",
        FATAL,
        "an order of the canary was not taken",
        "order {order} of the canary is {state} ({code}), so the rest was not sent",
        "An order that stands for all of its kind does not stand on the target.",
        (
            "Look up what {code} says of the order. Correct the cause and plan again, "
            "or go on without the canary: orderlift resume {run} --canary 0"
        ),
    ),
    Entry(
        "E548",
        FATAL,
        "an order of the canary could not be read back",
        "order {order} of the canary could not be compared with what was sent: {reason}",
        "The target confirmed the order, but does not show it, so nobody knows what it keeps.",
        (
            "Look the number up in the target's panel, then compare again: orderlift resume {run}. "
            "To go on without the canary, add --canary 0"
        ),
    ),
)
