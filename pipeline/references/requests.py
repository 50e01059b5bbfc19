"""Which lists to ask for, so that as few requests as possible answer all references.

Ask for what :func:`next_requests` gives, hand each answer to ``reading.read``, and repeat until it gives
nothing more. Requests of one call do not depend on each other. It ends: each answer either resolves its
references, or takes away one of the ways in which they can be asked for.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from pipeline.model.folding import fold
from pipeline.model.lookup import LookupKind, Reference
from pipeline.references.ability import Ability, Use
from pipeline.references.record import Record, text_of
from pipeline.references.resolution import Found, Missing, Resolution, Unanswered, known_id
from pipeline.references.suggest import variants
from pipeline.references.ways import (
    MAPPED,
    MAPPING_FILTER,
    PROVEN,
    Manner,
    Way,
    definitive_way,
    next_way,
    path_of,
)

CHUNK = 50
LONGEST_CHUNK = 4000
NO_SUCH_NAME = "orderlift asks whether this filter works"

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ListRequest:
    """One list to read whole: ``path`` below ``/api/v1/``, ``query`` without paging.

    ``answers`` are the digests of the references it answers (none: it only asks whether a filter works),
    ``asked`` the values that the filter should hold the answer to.
    """

    kind: LookupKind
    path: str
    query: Pairs
    answers: tuple[str, ...]
    way: Way
    asked: tuple[str, ...] = ()
    narrowed: tuple[LookupKind, ...] = ()

    @property
    def compared(self) -> str:
        """The field of the records that the filter is about."""
        return self.way.filter.removesuffix("__in")


def next_requests(
    wanted: Collection[Reference], known: Mapping[str, Resolution], ability: Ability, channel: int
) -> list[ListRequest]:
    """The fewest requests that bring every reference of ``wanted`` one step further.

    ``known`` holds resolutions by digest, of parents too. A reference whose parents have no id yet is left
    for a later call. Whole lists are asked for where they are small by nature, values by fifties where the
    target seems to know the filter, one by one where it was seen to ignore it. A filter of which nothing is
    known yet is asked for once, and the rest waits for what that teaches.
    """
    asking = _Asking(known, ability, channel)
    for reference in wanted:
        digest = reference.digest
        way = next_way(reference, known.get(digest), ability)
        if way is not None and reference.key != "id" and not _is_foregone(reference, known):
            asking.add(reference, digest, way)
    return asking.requests()


def parents_of(reference: Reference, known: Mapping[str, Resolution]) -> dict[LookupKind, int] | None:
    """The ids of the records that a reference lies in; ``None`` while one of them has none."""
    parents: dict[LookupKind, int] = {}
    for parent in reference.within:
        number = known_id(parent, known)
        if number is None:
            return None
        parents[parent.kind] = number
    return parents


def without_asking(wanted: Iterable[Reference], known: Mapping[str, Resolution]) -> dict[str, Resolution]:
    """What needs no request: ids that were given, and addresses of customers created a moment ago."""
    resolved: dict[str, Resolution] = {}
    for reference in wanted:
        number = known_id(reference, {})
        if reference.key == "id":
            resolved[reference.digest] = Unanswered("not an id") if number is None else Found(number)
        elif _is_foregone(reference, known) and parents_of(reference, known) is not None:
            resolved.setdefault(reference.digest, Missing(tried=frozenset({PROVEN})))
    return {digest: one for digest, one in resolved.items() if not isinstance(known.get(digest), Found)}


def asking_again(
    reference: Reference, known: Mapping[str, Resolution], ability: Ability, channel: int
) -> ListRequest | None:
    """The one request that settles whether a record is there by now, after its creation was in doubt.

    ``None`` where the target offers no such way, or a parent has no id. Read by ``reading.read_again``.
    """
    way = definitive_way(reference, ability)
    if way is None or parents_of(reference, known) is None:
        return None
    asking = _Asking(known, ability, channel)
    asking.add(reference, reference.digest, way)
    return asking.requests()[0]


def address_by_hash(digest: str, channel: int) -> ListRequest:
    """The request for the address that a refusal named by its hash; read by ``match.match_hash``."""
    way = Way("hash_data", Manner.SINGLE, "hash_data")
    path = path_of(LookupKind.ADDRESS, "line", channel)
    return ListRequest(LookupKind.ADDRESS, path, (("hash_data", digest),), (), way, (digest,))


def strayed(request: ListRequest, records: Iterable[Record]) -> bool:
    """Whether an answer holds a record that was plainly not asked for: then the filter was ignored.

    A single value may be answered with all that contains it, as some filters are documented to do. A
    record that does not show the field proves nothing.
    """
    if request.way.manner not in (Manner.CHUNK, Manner.VARIANTS, Manner.SINGLE):
        return False
    asked = {fold(value) for value in request.asked}
    for record in records:
        text = _shown_text(record, request.compared)
        if text is None or text in asked:
            continue
        if request.way.manner is not Manner.SINGLE or request.compared in ("customer", "hash_data"):
            return True
        if not any(value in text for value in asked):
            return True
    return False


def giving_up(request: ListRequest) -> Callable[[tuple[Record, ...]], bool]:
    """Whether to read no further, asked after each page: a filter that is ignored shows on the first."""
    return lambda records: strayed(request, records)


def _shown_text(record: Record, name: str) -> str | None:
    if name not in record:
        return None
    value = record[name]
    if isinstance(value, Mapping):
        value = value.get("pk", value.get("id"))
    return fold(text_of(value) or "")


def _is_foregone(reference: Reference, known: Mapping[str, Resolution]) -> bool:
    """An address of a customer that did not exist a moment ago."""
    if reference.kind is not LookupKind.ADDRESS:
        return False
    owners = (known.get(parent.digest) for parent in reference.within if parent.kind is LookupKind.CUSTOMER)
    return any(isinstance(owner, Found) and owner.created for owner in owners)


@dataclass(slots=True)
class _Group:
    """References that are asked for alike, by the value that each is asked for by."""

    kind: LookupKind
    path: str
    query: Pairs
    way: Way
    narrowed: tuple[LookupKind, ...] = ()
    values: dict[str, dict[str, Reference]] = field(default_factory=dict)


class _Asking:
    """Puts references together that one request can answer."""

    def __init__(self, known: Mapping[str, Resolution], ability: Ability, channel: int) -> None:
        self._known = known
        self._ability = ability
        self._channel = channel
        self._controls: dict[LookupKind, ListRequest] = {}
        self._groups: dict[tuple[str, str, Pairs], _Group] = {}

    def add(self, reference: Reference, digest: str, way: Way) -> None:
        """Take a reference in, unless one of its parents has no id yet."""
        parents = parents_of(reference, self._known)
        if parents is None:
            return
        if way == MAPPED and self._ability.use(reference.kind, MAPPING_FILTER) is Use.UNKNOWN:
            self._controls.setdefault(reference.kind, _control(reference, self._channel))
            return
        narrowed = self._narrowed(reference, way, parents)
        query = _common(reference, self._channel)
        query += tuple((kind.value, str(parents[kind])) for kind in narrowed)
        path = path_of(reference.kind, reference.key, self._channel)
        group = self._groups.setdefault(
            (way.name, path, query), _Group(reference.kind, path, query, way, narrowed)
        )
        for value in _values(reference, way, parents, self._channel):
            group.values.setdefault(value, {})[digest] = reference

    def requests(self) -> list[ListRequest]:
        """The requests for all that was taken in."""
        self._ask_lonely_values_alone()
        found = list(self._controls.values())
        probing: set[LookupKind] = set()
        for group in self._groups.values():
            if self._is_unproven(group):
                if group.kind in probing:
                    continue
                probing.add(group.kind)
            found += _of_group(group, self._ability)
        return found

    def _is_unproven(self, group: _Group) -> bool:
        """Whether a list is narrowed by a filter of which nothing is known: it might be everybody's."""
        return group.way.manner is Manner.WHOLE and any(
            self._ability.use(group.kind, parent.value) is Use.UNKNOWN for parent in group.narrowed
        )

    def _narrowed(
        self, reference: Reference, way: Way, parents: Mapping[LookupKind, int]
    ) -> tuple[LookupKind, ...]:
        """The parents that a list is narrowed by: those whose filter was not seen to be ignored."""
        if way.manner not in (Manner.WHOLE, Manner.MAPPED) or reference.kind is LookupKind.ADDRESS:
            return ()
        return tuple(kind for kind in parents if not self._ability.ignores(reference.kind, kind.value))

    def _ask_lonely_values_alone(self) -> None:
        """Ask for a single value by the filter whose silence proves more, at the same price."""
        for key, group in list(self._groups.items()):
            if group.way.manner is not Manner.CHUNK or len(group.values) > 1:
                continue
            del self._groups[key]
            for members in group.values.values():
                for digest, reference in members.items():
                    way = next_way(reference, self._known.get(digest), self._ability, alone=True)
                    if way is not None:
                        self.add(reference, digest, way)


def _values(
    reference: Reference, way: Way, parents: Mapping[LookupKind, int], channel: int
) -> tuple[str, ...]:
    if way.manner is Manner.WHOLE:
        return ("",)
    if way.manner is Manner.MAPPED:
        return (f"{channel}_{reference.value}",)
    if way.manner is Manner.VARIANTS:
        return tuple(one for one in variants(reference.value) if "," not in one) or (reference.value,)
    return (
        (str(parents[LookupKind.CUSTOMER]),) if reference.kind is LookupKind.ADDRESS else (reference.value,)
    )


def _common(reference: Reference, channel: int) -> Pairs:
    """What every request of the kind says beside its filter, as the reference client does."""
    if reference.key == "remote_id":
        return (("channel", str(channel)), ("content_type_name", reference.kind.value))
    return (("channel", str(channel)),) if reference.kind is LookupKind.CUSTOMER else ()


def _control(reference: Reference, channel: int) -> ListRequest:
    """A name that no place has: an answer that holds records shows that the filter is ignored."""
    path = path_of(reference.kind, reference.key, channel)
    query = _mapped(f"{channel}_{NO_SUCH_NAME}")
    return ListRequest(reference.kind, path, query, (), MAPPED, (f"{channel}_{NO_SUCH_NAME}",))


def _mapped(code: str) -> Pairs:
    return ((MAPPING_FILTER, code), ("mapping__integration_type", "sales_channel"))


def _of_group(group: _Group, ability: Ability) -> Iterator[ListRequest]:
    kind, way = group.kind, group.way
    if way.manner is Manner.WHOLE:
        yield ListRequest(kind, group.path, group.query, _all(group.values), way, (), group.narrowed)
    elif way.manner in (Manner.SINGLE, Manner.MAPPED):
        for value, members in group.values.items():
            asked = _mapped(value) if way == MAPPED else ((way.filter, value),)
            yield ListRequest(kind, group.path, (*asked, *group.query), tuple(members), way, (value,))
    else:
        for chunk in _chunks(group.values):
            query = ((way.filter, ",".join(chunk)), *group.query)
            yield ListRequest(kind, group.path, query, _all(chunk), way, tuple(chunk))
            if ability.use(kind, way.filter) is Use.UNKNOWN:
                return


def _chunks(values: Mapping[str, dict[str, Reference]]) -> Iterator[dict[str, dict[str, Reference]]]:
    chunk: dict[str, dict[str, Reference]] = {}
    length = 0
    for value, members in values.items():
        size = len(quote(value, safe="")) + 3
        if chunk and (len(chunk) == CHUNK or length + size > LONGEST_CHUNK):
            yield chunk
            chunk, length = {}, 0
        chunk[value] = members
        length += size
    if chunk:
        yield chunk


def _all(values: Mapping[str, dict[str, Reference]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(digest for members in values.values() for digest in members))
