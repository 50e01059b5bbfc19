"""What a mapping may say of a field whose record is looked up: one model for each kind of record.

Made of the table of lookups, so that an editor offers the keys and attributes of the kind at hand.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from pipeline.mapping.positioned import Path
from pipeline.mapping.rule import Part, Rule
from pipeline.model.lookup import LOOKUP_FIELDS, LOOKUPS, UPDATABLE, Attribute, LookupKind

A_RULE, A_LOOKUP = "a rule", "a lookup"
"""Names of the two branches; they hold a space, so that they are no keys of a mapping."""

SETTINGS = ("lookup", "by", "within", "create", "update")
"""The settings of a lookup, of which a rule has none."""


def rule_or_lookup(value: object) -> str:
    """Which of the two is meant: a lookup has one of its settings."""
    looked_up = isinstance(value, LookupRule) or (
        isinstance(value, Mapping) and any(name in value for name in SETTINGS)
    )
    return A_LOOKUP if looked_up else A_RULE


class LookupRule(Part):
    """A record of the target that is looked up instead of being named by its id."""

    lookup: str

    @property
    def kind(self) -> LookupKind:
        """The kind of record."""
        return LookupKind(self.lookup)

    @property
    def ways(self) -> list[tuple[Path, dict[str, Rule]]]:
        """The ways to find it, first to last: the path below the field, and the rule for each key given."""
        given: Any = self.by  # type: ignore[attr-defined]
        if isinstance(given, Part):
            return [(("by",), _rules(given))]
        return [(("by", index), _rules(one)) for index, one in enumerate(given)]

    @property
    def places(self) -> dict[LookupKind, dict[str, Rule]]:
        """The rule for each key given of each place that it lies within."""
        given = getattr(self, "within", None)
        found: dict[LookupKind, dict[str, Rule]] = {}
        for name in type(given).model_fields if isinstance(given, Part) else ():
            place, kind = getattr(given, name), LookupKind(name)
            if place is not None:
                found[kind] = {LOOKUPS[kind].keys[0]: place} if isinstance(place, Rule) else _rules(place)
        return found

    @property
    def created(self) -> dict[str, Rule] | None:
        """The rule for each attribute of a record that is created; ``None`` where none may be."""
        given = getattr(self, "create", None)
        return _rules(given) if isinstance(given, Part) else None

    @property
    def updated(self) -> dict[str, Rule]:
        """The rule for each field of a living record that may be changed."""
        given = getattr(self, "update", None)
        found = {name: getattr(given, name) for name in UPDATABLE} if isinstance(given, Part) else {}
        return {name: rule for name, rule in found.items() if rule is not None}

    def rules(self) -> Iterator[tuple[Path, str, Rule]]:
        """Every rule inside: its path below the field, the name of what it gives, the rule."""
        for path, ways in self.ways:
            yield from (((*path, key), key, rule) for key, rule in ways.items())
        for kind, keys in self.places.items():
            yield from ((place_path(kind, key), key, rule) for key, rule in keys.items())
        for name, rule in (self.created or {}).items():
            yield ("create", name), name, rule
        for name, rule in self.updated.items():
            yield ("update", name), name, rule


def place_path(kind: LookupKind, key: str) -> Path:
    """Where the rule of a place stands, below the field: a place with one key alone is the rule itself."""
    path = ("within", kind.value)
    return path if len(LOOKUPS[kind].keys) == 1 else (*path, key)


def _rules(part: Part) -> dict[str, Rule]:
    given = ((name, getattr(part, name)) for name in type(part).model_fields)
    return {name: rule for name, rule in given if rule is not None}


_NOTES = {
    "sku": "The stock keeping unit, as the target spells it.",
    "base_code": "The code that variants of a product share.",
    "remote_id": "The id under which the sales channel knows it.",
    "email": "E-mail address; case does not matter.",
    "phone_number": "Phone number, as the target holds it.",
    "channel_code": "The customer's code in the sales channel.",
    "erp_code": "The code in the ERP system.",
    "line": "The address itself: street, number, flat.",
    "slug": "The slug, as the installation spells it.",
    "code": "The code; of a country two letters, such as TR.",
    "name": "The name.",
    "gender": "male or female.",
    "date_of_birth": "The day; needs the column's date format.",
    "date_joined": "Point in time; needs the column's date format.",
    "retail_store": "The ERP code of the store, where the parcel went to one.",
}


def _fields(names: Mapping[str, str]) -> dict[str, Any]:
    return {name: (Rule | None, Field(default=None, description=note)) for name, note in names.items()}


def _keys(kind: LookupKind) -> type[Part]:
    notes = {key: _NOTES[key] for key in LOOKUPS[kind].keys}
    doc = f"What {_a(kind)} is found by: one of these."
    return create_model(f"{_title(kind)}Keys", __base__=Part, __doc__=doc, **_fields(notes))


def _within(kind: LookupKind) -> type[Part] | None:
    """The places it lies within. What has one key alone is a plain rule; a country says which is meant."""
    fields: dict[str, Any] = {}
    for place in LOOKUPS[kind].within:
        if place is not LookupKind.CUSTOMER:  # that is the order's
            note = f"The {place.value}" + (", by its name." if len(LOOKUPS[place].keys) == 1 else ".")
            annotation: Any = Rule if len(LOOKUPS[place].keys) == 1 else _keys(place)
            fields[place.value] = annotation | None, Field(default=None, description=note)
    doc = f"Where the {_words(kind)} lies."
    return create_model(f"{_title(kind)}Place", __base__=Part, __doc__=doc, **fields) if fields else None


def _created(kind: LookupKind) -> type[Part] | None:
    spec = LOOKUPS[kind]
    notes = {one.name: _note(one) for one in spec.creates if one.parent not in spec.within}
    doc = f"What a new {_words(kind)} is made of."
    return create_model(f"New{_title(kind)}", __base__=Part, __doc__=doc, **_fields(notes)) if notes else None


UPDATE_WORDS = "live customers will be changed"
"""What a mapping says that changes records which are in use."""


def _updated(kind: LookupKind) -> type[Part]:
    limits = {one.name: one for one in LOOKUPS[kind].creates}
    notes = {name: _note(limits[name]) for name in UPDATABLE}
    this: Any = Literal
    words = (this[UPDATE_WORDS], Field(description=f'The words "{UPDATE_WORDS}".'))
    doc = f"What is changed of a {_words(kind)} who is there; only by a plan --online that lists it."
    return create_model(f"{_title(kind)}Update", __base__=Part, __doc__=doc, i_know=words, **_fields(notes))


def _note(attribute: Attribute) -> str:
    told = _NOTES.get(attribute.name, f"{attribute.name.replace('_', ' ').capitalize()}.")
    limit = f" At most {attribute.max_length} characters." if attribute.max_length else ""
    return told + (" Needed." if attribute.required else "") + limit


def _lookup(kind: LookupKind) -> type[LookupRule]:
    keys, within, created = _keys(kind), _within(kind), _created(kind)
    this: Any = Literal
    ways: Any = list[keys]  # type: ignore[valid-type]
    by = "What it is found by; in a list, the first whose cell is not empty counts."
    fields: dict[str, Any] = {
        "lookup": (this[kind.value], Field(description="The kind of record.")),
        "by": (keys | Annotated[ways, Field(json_schema_extra={"minItems": 1})], Field(description=by)),
    }
    if within is not None:
        fields["within"] = within | None, Field(default=None, description="Where it lies.")
    if created is not None:
        told = "What it is made of if it is not there; nothing is created if left out."
        fields["create"] = created | None, Field(default=None, description=told)
    if kind is LookupKind.CUSTOMER:
        told = "What one who is there shall have from then on; nobody is changed if left out."
        fields["update"] = _updated(kind) | None, Field(default=None, description=told)
    doc = f"{_a(kind).capitalize()} that is looked up."
    return create_model(f"{_title(kind)}Lookup", __base__=LookupRule, __doc__=doc, **fields)


def _words(kind: LookupKind) -> str:
    return kind.value.replace("_", " ")


def _a(kind: LookupKind) -> str:
    return f"{'an' if kind.value[0] in 'aeiou' else 'a'} {_words(kind)}"


def _title(kind: LookupKind) -> str:
    return kind.value.title().replace("_", "")


LOOKUP_RULES: dict[LookupKind, type[LookupRule]] = {
    kind: _lookup(kind) for kind in dict.fromkeys(LOOKUP_FIELDS.values())
}
"""The model of a lookup, for each kind of record that an order names."""
