"""E7xx: the machine and the command line."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, WARNING = Severity.FATAL, Severity.WARNING

ORIGIN_FAULTS: dict[str, str] = {
    "not_a_url": "it is not a web address",
    "scheme": "it begins with neither https:// nor http://",
    "insecure": "without https the token could be read on the way; only this machine may do without",
    "userinfo": "it holds a user name",
    "host": "it holds no usable host name",
    "port": "its port is not a number from 1 to 65535",
    "path": "its path holds . or ..",
    "query": "it holds a question mark",
    "fragment": "it holds a #",
}
"""Why an address cannot be a target, by the fault that :mod:`pipeline.target.origin` names."""

PROXY_FAULTS: dict[str, str] = {
    **ORIGIN_FAULTS,
    "scheme": "it does not begin with http://",
    "userinfo": "it holds a user name or password",
    "port": "it does not end with a port from 1 to 65535",
    "path": "it goes on after the port",
    "local_target": "the target is on this machine and does without https",
}
"""Why an address cannot be a proxy, by the fault that :mod:`pipeline.target.proxy` names."""

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E701",
        FATAL,
        "file cannot be written",
        "writing failed: {reason}",
        "The disk is full, or the folder is read-only. The journal is not affected.",
        "Make room or choose another folder with --report-dir; then: {command}",
    ),
    Entry(
        "E702",
        FATAL,
        "no token",
        "no token was given",
        (
            "The target answers only to a token. "
            "It is never taken from the command line, where others could read it."
        ),
        "Set ORDERLIFT_TOKEN, or name a file with --token-file.",
    ),
    Entry(
        "E703",
        FATAL,
        "token not usable",
        "the token cannot be used: {reason}",
        "A token is one word of plain letters, digits and signs.",
        "Copy it again, without spaces or line breaks inside.",
    ),
    Entry(
        "E704",
        FATAL,
        "target not usable",
        "{value!r} cannot be used as a target: {reason}",
        (
            "A target is an address such as https://omnitron.example.com; "
            "only this machine may do without https."
        ),
        "Correct --target.",
    ),
    Entry(
        "E705",
        FATAL,
        "target and channel needed",
        "{what} is needed here",
        "Orders are planned for one target and one channel.",
        "Add --target URL and --channel N.",
    ),
    Entry(
        "E706",
        FATAL,
        "confirmation needed",
        "{orders} orders would be created on {target}, channel {channel}",
        "This target is not on this machine, and orders cannot be uncreated.",
        "Repeat with --yes once you mean it.",
    ),
    Entry(
        "E707",
        FATAL,
        "mapping file cannot be read",
        "the mapping file cannot be read: {reason}",
        "It is missing, not readable, or not UTF-8 text.",
        "Check the name; save it as UTF-8.",
    ),
    Entry(
        "E708",
        FATAL,
        "value not understood",
        "{value!r} is not {wanted}",
        "The option takes another kind of value.",
        "Correct the option.",
    ),
    Entry(
        "E709",
        FATAL,
        "demo came out differently",
        "the demo did not come out as intended: {reason}",
        "The shipped samples always end the same way; something on this machine differs.",
        "Please report it, with the demo's report.",
    ),
    Entry(
        "E710",
        FATAL,
        "certificate file not usable",
        "the file of --ca-file cannot be used: {reason}",
        "It is missing, not readable, or holds no certificate in PEM form.",
        "Name a PEM file with your company's certificate.",
    ),
    Entry(
        "W710",
        WARNING,
        "source changed since it was read",
        "the file changed since the run was planned, so its failed rows cannot be copied from it",
        "Rows are copied from the customer's own file, and only while it is the same file.",
        "Put the original file back and write the report again: orderlift report {run}",
    ),
    Entry(
        "E711",
        FATAL,
        "mistake of the program",
        "the program made a mistake: {reason}",
        "This should never happen. The journal is written so that nothing is lost or doubled by it.",
        "Please report it with the file {file}; then continue: orderlift resume",
    ),
    Entry(
        "E713",
        FATAL,
        "page cannot be written",
        "the page cannot be written: {reason}",
        "The disk is full, or the folder belongs to somebody else.",
        "Make room, or name another place with --html.",
    ),
    Entry(
        "E712",
        FATAL,
        "proxy not usable",
        "{value!r} cannot be used as a proxy: {reason}",
        (
            "A proxy is an address such as http://proxy.example.com:3128 and no more: a password in it could "
            "be read by others. It is asked for an encrypted connection to the target; a target on this "
            "machine that does without https needs none."
        ),
        "Correct --proxy, or leave it out.",
    ),
)
