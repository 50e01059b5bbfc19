"""How pages are made of templates: everything is escaped, nothing invisible stays so."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.model.language import _, ngettext
from pipeline.reporting.figures import grouped
from pipeline.reporting.visible import encodable, visible


@cache
def environment() -> Environment:
    """Everything is escaped, nothing undefined is passed over, nothing invisible stays so."""
    made = Environment(
        loader=PackageLoader("pipeline.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
        extensions=["jinja2.ext.i18n"],
    )
    made.globals.update(gettext=_, ngettext=ngettext, _=_)
    made.filters["spaced"] = _spaced
    made.filters["grouped"] = grouped
    return made


def _seen(value: object) -> object:
    """Return what the template prints: texts with everything in them to be seen; markup of ours as it is."""
    return visible(encodable(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


def _spaced(figure: str) -> Markup:
    """Return a number of ours whose groups must not be torn apart at the end of a line."""
    return Markup("{}").format(visible(figure)).replace(" ", "\N{NARROW NO-BREAK SPACE}")
