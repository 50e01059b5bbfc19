"""How pages are made of templates: everything is escaped, nothing invisible stays so."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from pipeline.model.language import _, ngettext, retold
from pipeline.reporting.masking.visible import encodable, visible
from pipeline.reporting.page.contents import parts_of
from pipeline.reporting.words.figures import grouped


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
    made.globals.update(retold=retold, gettext=_, ngettext=ngettext, _=_, said=_said)
    made.filters["parts"] = parts_of
    made.filters["spaced"] = _spaced
    made.filters["grouped"] = grouped
    return made


def _seen(value: object) -> object:
    """Return what the template prints: texts with everything in them to be seen; markup of ours as it is."""
    return visible(encodable(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


def _said(sentence: str, **parts: object) -> Markup:
    """Return a sentence of ours with its parts filled in: markup stays markup, all else is made harmless."""
    return escape(_seen(sentence)).format(**{name: escape(_seen(part)) for name, part in parts.items()})


def _spaced(figure: str) -> Markup:
    """Return a number of ours whose groups must not be torn apart at the end of a line."""
    return Markup("{}").format(visible(figure)).replace(" ", "\N{NARROW NO-BREAK SPACE}")
