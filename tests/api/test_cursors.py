"""A cursor goes on exactly where its page ended, and with its own list only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.doors.api.cursors import (
    CURSOR_LONGEST,
    Cursor,
    Key,
    Ordered,
    query_digest,
    read_cursor,
)
from leye.doors.api.errors import BadCursor
from leye.kernel.place import PUBLIC, Scope

keys = st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4)), unique=True, max_size=30)


def itself(key: Key) -> Key:
    return key


@given(items=keys, limit=st.integers(1, 31))
def test_pages_joined_are_the_list_once_in_order(items: list[Key], limit: int) -> None:
    ordered = Ordered.of(items, key=itself)
    joined: list[Key] = []
    after = None
    while True:
        run = ordered.after(after, limit=limit)
        assert len(run.items) <= limit
        joined += run.items
        if run.last is None:
            break
        assert run.last == run.items[-1]
        after = run.last
    assert joined == sorted(items)


@given(items=keys, gone=st.data())
def test_going_on_does_not_need_the_last_item_to_exist(
    items: list[Key], gone: st.DataObject
) -> None:
    after = gone.draw(st.tuples(st.text(max_size=4), st.text(max_size=4)))
    run = Ordered.of(items, key=itself).after(after, limit=100)
    assert list(run.items) == [key for key in sorted(items) if key > after]


def test_items_that_cannot_be_told_apart_are_an_error_of_ours() -> None:
    with pytest.raises(ValueError):
        Ordered.of([("a",), ("a",)], key=itself)


@given(release=st.integers(0, 10**9), after=st.lists(st.text(max_size=20), max_size=4))
def test_a_cursor_is_read_back_as_it_was(release: int, after: list[str]) -> None:
    cursor = Cursor(release, "abc", tuple(after))
    text = str(cursor)
    assert read_cursor(text, query="abc") == cursor
    assert len(text) <= CURSOR_LONGEST


@given(position=st.integers(0, 500), letter=st.characters(codec="ascii"))
def test_an_altered_cursor_is_refused(position: int, letter: str) -> None:
    text = str(Cursor(7, "abc", ("x", "360900", "2025", "annual")))
    place = position % len(text)
    if text[place] == letter:
        return
    with pytest.raises(BadCursor):
        read_cursor(text[:place] + letter + text[place + 1 :], query="abc")


@pytest.mark.parametrize("text", ["", ".", "x", "x.y", "。。", "eyJ2IjoxfQ", "\x00"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadCursor) as caught:
        read_cursor(text, query="abc")
    assert caught.value.hint


def test_a_cursor_of_another_query_or_scope_is_refused() -> None:
    county = Scope.of(["360902"])
    asked = {"indicator": "urban_new_jobs", "cursor": None, "limit": 10}
    mine = query_digest("/api/v1/figures", asked, scope=PUBLIC)
    assert mine == query_digest("/api/v1/figures", {**asked, "limit": 20}, scope=PUBLIC)
    others = [
        query_digest("/api/v1/figures", asked, scope=county),
        query_digest("/api/v1/places", asked, scope=PUBLIC),
        query_digest("/api/v1/figures", {**asked, "place": "360902"}, scope=PUBLIC),
    ]
    cursor = str(Cursor(1, mine, ("a",)))
    assert len({mine, *others}) == 4
    for other in others:
        with pytest.raises(BadCursor):
            read_cursor(cursor, query=other)
