"""A bundle told on a terminal, and as the README that lies in it."""

from collections.abc import Iterable, Iterator

from pipeline.model.bundle import Bundle, Problem
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.language import _, ngettext, retold
from pipeline.reporting.terminal.console import Screen


def print_bundle(out: Screen, bundle: Bundle) -> None:
    """Print what is in a bundle, what stayed real, and what comes next."""
    if bundle.output is None:
        out.line((_("Nothing was written. The bundle would hold:"), "bold"))
    else:
        out.line((_("Bundle: {file}").format(file=bundle.output), "bold"))
    for line in _contents(bundle):
        out.line(f"  {line}")
    out.line()
    for line in (*_problems(bundle), *_real(bundle), *_warnings(bundle)):
        out.line(line)
    for name, size in bundle.files:
        out.line(_("  {size:>9,} bytes  {name}").format(size=size, name=name))
    if bundle.output is not None:
        out.line()
        out.line(_("Next:   look into it, then share it. README.txt tells how to see the problem."))


def readme_of(bundle: Bundle) -> str:
    """The README of a bundle; it says how to see the problem, and what is real in it."""
    lines = [
        _("A problem of orderlift, made to be shared"),
        "",
        *_contents(bundle),
        "",
        _("To see it, unpack this archive and run in its folder:"),
        "",
        f"    {bundle.command}",
        "",
        *_problems(bundle),
        "",
        *_real(bundle),
        *_warnings(bundle),
        "",
        _("What is what:"),
        _("  inputs/           the smallest rows and columns found that show the problem, in disguise"),
        _("  mapping/          the mapping without comments; constants that look personal are replaced"),
        _("  journal.json      counts of the run, and what the target answered, without values and payloads"),
        _("  environment.json  versions and platform"),
        "",
        _("Same values have the same replacement within this bundle, and another one in every other bundle."),
        _("Amounts, quantities, the years of dates, column names and words of the mapping are real."),
        "",
    ]
    return "\n".join(lines)


def _contents(bundle: Bundle) -> Iterator[str]:
    if bundle.withheld:
        yield _("no rows of any input")
        return
    rows = ngettext("{count} row", "{count} rows", bundle.rows).format(count=bundle.rows)
    orders = ngettext("{count} order", "{count} orders", bundle.orders).format(count=bundle.orders)
    if bundle.of_orders:
        yield _("{orders} of {all:,} that the run has read, {rows}").format(
            orders=orders, all=bundle.of_orders, rows=rows
        )
    else:
        yield rows
    if bundle.columns_dropped:
        yield ngettext(
            "{count} column that the mapping does not read is left out",
            "{count} columns that the mapping does not read are left out",
            bundle.columns_dropped,
        ).format(count=bundle.columns_dropped)


def _problems(bundle: Bundle) -> Iterator[str]:
    yield from _listed(_("It shows:"), bundle.shown)
    yield from _listed(_("Only the target can show; told in journal.json:"), bundle.told)
    yield from _listed(_("Not shown by these rows:"), bundle.lost)
    if bundle.beside:
        codes = ", ".join(f"{code} × {count}" for code, count in sorted(bundle.beside.items()))
        yield _("Left aside (--issue CODE takes one): {codes}").format(codes=codes)


def _listed(title: str, problems: Iterable[Problem]) -> Iterator[str]:
    lines = [
        f"  {one.code}  {_(CATALOGUE[one.code].title)}" + (f"  ({where})" if where else "")
        for one in problems
        for where in [", ".join(part for part in (one.field, one.header) if part)]
    ]
    yield from [title, *lines] if lines else []


def _real(bundle: Bundle) -> Iterator[str]:
    personal = [one for one in bundle.real if one.personal]
    others = [one for one in bundle.real if not one.personal]
    if bundle.withheld:
        return
    if not personal:
        yield _("No personal value of the inputs is in it: every byte was searched for them.")
    else:
        yield _("REAL AND PERHAPS PERSONAL, because the problem does not show without it; a person decides:")
    for one in personal:
        yield f"  {one.file}, {one.header}: {one.count} × {one.example}"
    if others:
        yield _("Real, and not personal:")
    for one in others:
        yield f"  {one.file}, {one.header}: {one.count} × {one.example}"


def _warnings(bundle: Bundle) -> Iterator[str]:
    for name, reason in bundle.withheld:
        yield _("Without inputs (W695): {name}: {reason}").format(name=name, reason=retold(reason))
    if bundle.lost:
        codes = ", ".join(dict.fromkeys(one.code for one in bundle.lost))
        yield _("These rows do not show {codes} again (W696).").format(codes=codes)
    for name in bundle.as_xlsx:
        yield _("{name} is written as XLSX (W698).").format(name=name)
    if bundle.cut_to is not None:
        yield _("Limited to the first {count} orders with a problem (W699).").format(count=bundle.cut_to)
