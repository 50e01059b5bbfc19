"""What is said of runs that are pruned, explained or shared."""

PHRASES: tuple[str, ...] = (
    "another process works on it",
    "it is of another kind ({kind})",
    "its journal cannot be read ({code})",
    "its ledger is behind it",
    "{count} orders are open",
    "rights are those of access lists",
    "it has changed since the run was planned",
    "no column",
    "a constant",
    "{field}, sent so by default",
    " ({run}: names a run)",
    "it cannot be read, and only text files can be shrunk without being read",
    "it is not the file that was read: changed, moved or gone",
    "no disguise of its cells shows the problem, and nothing is shared that is all real",
    " of an order {order}",
    "(left out)",
    "(left out: it quotes personal data)",
    "above the header",
)
