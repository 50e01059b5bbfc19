"""Mapping files as positioned text: what YAML would make of them and we do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_texts import FILE, HERE, unmarked

from pipeline.mapping.positioned import MAX_BYTES, MAX_DEPTH, read_document
from pipeline.model.issue import Issue
from pipeline.model.location import Mark
from pipeline.model.refusal import MappingRefused


def _issues(text: str) -> list[Issue]:
    with pytest.raises(MappingRefused) as refusal:
        read_document(text, FILE)
    return list(refusal.value.issues)


@pytest.mark.parametrize(
    "word",
    [
        "NO",
        "yes",
        "on",
        "012",
        "0x1F",
        "12:30",
        "1_000",
        "2024-01-02",
        "1.10",
        "1e5",
        ".inf",
        "null",
        "=",
        "<<",
    ],
)
def test_a_word_stays_the_text_that_is_written(word: str) -> None:
    """None of YAML's own types is applied, neither to values nor to keys."""
    assert read_document(f"a: {word}\n{word}: b\n", FILE).data == {"a": word, word: "b"}


@pytest.mark.parametrize("nothing", ["", " ~", " # a comment"])
def test_nothing_written_is_nothing(nothing: str) -> None:
    """A key without a value has none; quotes make it empty text."""
    assert read_document(f"a:{nothing}\nb: ''\nc: '~'\n", FILE).data == {"a": None, "b": "", "c": "~"}


def test_every_key_and_value_has_its_place() -> None:
    """Lines and columns count from 1, in lists and nested tables too."""
    document = read_document("order:\n  şehir: {column: A, date: [x, 'y']}\n", FILE)
    path = ("order", "şehir")
    assert document.keys[path] == Mark(FILE, 2, 3)
    assert document.values[path] == Mark(FILE, 2, 10)
    assert document.keys[(*path, "date")] == Mark(FILE, 2, 22)
    assert document.values[(*path, "date", 1)] == Mark(FILE, 2, 32)
    assert document.key_mark((*path, "not", "there")) == Mark(FILE, 2, 3)
    assert document.value_mark((*path, "not", "there")) == Mark(FILE, 2, 10)
    assert document.value_mark(("nowhere",)) == Mark(FILE, 1, 1)


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        pytest.param("a: 1\n¦\tb: 2\n", "E401", id="tab"),
        pytest.param("a: [1, 2\n¦", "E401", id="open-list"),
        pytest.param("a: 'x\n¦", "E401", id="open-quote"),
        pytest.param("a: b¦: c\n", "E401", id="two-colons"),
        pytest.param("a: şğü\nşü: x¦\x07y\n", "E401", id="bell"),
        pytest.param("ş: ¦\0\n", "E401", id="nul"),
        pytest.param("ş: x¦\ud800y\n", "E401", id="half-a-character"),
        pytest.param("¦", "E402", id="empty"),
        pytest.param("¦# only a comment\n", "E402", id="comment"),
        pytest.param("¦- a\n- b\n", "E402", id="list"),
        pytest.param("¦just text\n", "E402", id="text"),
        pytest.param("? ¦[a, b]\n: c\n", "E402", id="list-as-key"),
        pytest.param("a: 1\nb: {c: 2}\n¦a: 3\n", "E403", id="same-key"),
        pytest.param("x:\n  a: 1\n  ¦a: 1\n", "E403", id="same-key-inside"),
        pytest.param("a: ¦&x 1\nb: 2\n", "E405", id="anchor"),
        pytest.param("a: 1\n¦---\nb: 2\n", "E406", id="two-documents"),
        pytest.param("a: ¦!!python/object:os.system x\n", "E407", id="python"),
        pytest.param("a: ¦!!binary aGk=\n", "E407", id="binary"),
        pytest.param("a: ¦!Ref x\n", "E407", id="own-tag"),
        pytest.param("a: ¦!!map {b: c}\n", "E407", id="tagged-table"),
    ],
)
def test_what_a_mapping_may_not_hold_is_told_with_its_place(marked: str, code: str) -> None:
    """Line and column of the very thing, whatever letters stand before it."""
    text, places = unmarked(marked)
    issue = _issues(text)[0]
    assert issue.code == code
    assert issue.mark == Mark(FILE, *places[0])


def test_a_duplicate_key_names_the_first() -> None:
    """Both lines are told, so that the right one can be kept."""
    (issue,) = _issues("a: 1\nb: 2\n\na: 3\n")
    assert (issue.value, issue.facts) == ("a", {"first": 1})


def test_anchors_aliases_and_tags_are_all_told_at_once() -> None:
    """A file is corrected once; an alias is found before anything is built from it."""
    text, places = unmarked("a: ¦&x [1]\nb: ¦*x\nc:\n  <<: ¦*x\nd: ¦!t u\n")
    issues = _issues(text)
    assert [issue.code for issue in issues] == ["E405", "E405", "E405", "E407"]
    assert [issue.value for issue in issues] == ["&x", "*x", "*x", "!t"]
    assert [issue.mark for issue in issues] == [Mark(FILE, *place) for place in places]


def test_an_alias_bomb_is_refused_before_it_unfolds() -> None:
    """Ten levels of ten aliases would stand for ten thousand million values."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert {issue.code for issue in _issues("\n".join(levels))} == {"E405"}


def test_a_self_reference_is_refused() -> None:
    """A value that holds itself has no end."""
    assert {issue.code for issue in _issues("a: &a [*a]\n")} == {"E405"}


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_file_five_thousand_deep_is_refused_and_does_not_break_us(opening: str) -> None:
    """Depth has a limit far from the interpreter's own."""
    issues = _issues("x: " * (opening != "- ") + opening * 5_000)
    assert issues[0].code in {"E404", "E401"}
    assert issues[0].mark is not None


def test_the_limit_of_depth_is_exact() -> None:
    """64 tables and lists inside each other are read, one more is not."""
    inner = MAX_DEPTH - 1
    assert read_document(f"a: {'[' * inner}{']' * inner}", FILE).data["a"]
    (issue,) = _issues(f"a: {'[' * (inner + 1)}{']' * (inner + 1)}")
    assert (issue.code, issue.facts) == ("E404", {"limit": "64 levels"})


def test_the_limit_of_size_counts_bytes() -> None:
    """One mebibyte is read, a byte more is not, and letters of two bytes count twice."""
    line = "a: " + "x" * (MAX_BYTES - 4) + "\n"
    assert len(read_document(line, FILE).data["a"]) == MAX_BYTES - 4
    for large in (line + "\n", "a: " + "ş" * (MAX_BYTES // 2)):
        (issue,) = _issues(large)
        assert (issue.code, issue.facts) == ("E404", {"limit": "1 MiB"})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(end: str) -> None:
    """Places count lines as editors do."""
    document = read_document(f"a: 1{end}b:{end}  c: x{end}", FILE)
    assert document.data == {"a": "1", "b": {"c": "x"}}
    assert document.values["b", "c"] == Mark(FILE, 3, 6)
    assert document.lines == ["a: 1", "b:", "  c: x"]


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    """Editors of Windows write one."""
    assert read_document("\ufeffversion: 1\n", FILE).data == {"version": "1"}


def test_marks_are_not_part_of_these_texts() -> None:
    """The helper's sign for a place never reaches the reader."""
    assert unmarked(f"a: {HERE}b\n{HERE}c: d") == ("a: b\nc: d", [(1, 4), (2, 1)])


@settings(deadline=None, max_examples=3000)
@given(st.text(st.sampled_from("ab:-?[]{},&*!|>'\"%@`#~ \n\t\r\ufeff\u2028\0ş"), max_size=60))
def test_any_text_is_read_or_refused_with_places_in_it(text: str) -> None:
    """Nothing but data or a refusal comes of it, and no mark lies outside the file."""
    issues: tuple[Issue, ...] = ()
    try:
        document = read_document(text, FILE)
        assert set(document.keys) <= set(document.values)
    except MappingRefused as refusal:
        issues = refusal.issues
    assert all(issue.mark and 1 <= issue.mark.line <= len(text.splitlines()) + 1 for issue in issues)
