"""Drawing a panel: what must hold of every frame, and what the seed decides."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.service.monitoring.errors import InvalidPanel
from leye.service.monitoring.points.coverage import CUTS, coverage, whole
from leye.service.monitoring.points.enums import EntryRole, SizeBand
from leye.service.monitoring.points.sampling import (
    FrameFirm,
    StratumKey,
    allocate,
    draw,
    replacement,
    size_of,
)
from tests.monitoring.sample import firm, small_frame

SEED = 20260901
frames = st.lists(
    st.tuples(
        st.sampled_from(["360902001", "360981001", "360921"]),
        st.sampled_from(["C", "F", ""]),
        st.integers(10, 3000),
    ),
    min_size=1,
    max_size=60,
).map(
    lambda rows: tuple(
        firm(number, place=place, section=section, insured=insured)
        for number, (place, section, insured) in enumerate(rows)
    )
)
sizes = st.dictionaries(
    st.builds(
        StratumKey,
        st.sampled_from(["360902", "360981", "360921"]),
        st.sampled_from("ABC"),
        st.sampled_from(list(SizeBand)),
    ),
    st.tuples(st.integers(0, 30), st.integers(0, 5000)),
)


@given(sizes, st.integers(0, 200), st.integers(0, 3))
def test_an_allocation_adds_up_and_never_asks_for_firms_there_are_not(
    held: dict[StratumKey, tuple[int, int]], target: int, least: int
) -> None:
    given_ = allocate(held, target=target, least=least)
    assert sum(given_.values()) == min(target, sum(firms for firms, _ in held.values()))
    assert all(0 <= given_[key] <= held[key][0] for key in held)
    if sum(min(least, firms) for firms, _ in held.values()) <= target:
        assert all(given_[key] >= min(least, held[key][0]) for key in held)


@given(frames, st.integers(1, 40), st.integers(0, 2**31))
def test_a_draw_takes_what_each_stratum_was_given(
    frame: tuple[FrameFirm, ...], target: int, seed: int
) -> None:
    found = draw(frame, seed=seed, target=target)
    taken = Counter(each.firm.stratum for each in found.drawn)
    assert taken == {s.key: s.allocated for s in found.strata if s.allocated}
    assert sum(s.firms for s in found.strata) == len(frame)
    assert sum(s.insured for s in found.strata) == sum(f.insured for f in frame)
    assert len({each.firm.uscc for each in found.drawn}) == len(found.drawn)
    assert len(found.drawn) >= min(target, len(frame))
    large = {f.uscc for f in frame if f.insured >= SizeBand.LARGE.least}
    assert large <= {each.firm.uscc for each in found.drawn}


@given(frames, st.integers(0, 2**31), st.randoms(use_true_random=False))
def test_the_order_of_the_frame_changes_nothing(
    frame: tuple[FrameFirm, ...], seed: int, chance: object
) -> None:
    shuffled = list(frame)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] - a random.Random
    assert draw(frame, seed=seed, target=9) == draw(shuffled, seed=seed, target=9)


def test_another_seed_gives_another_panel_of_the_same_make() -> None:
    frame = small_frame().firms
    one, other = draw(frame, seed=1, target=15), draw(frame, seed=2, target=15)
    assert one.strata == other.strata
    assert one.drawn != other.drawn


def test_firms_that_reported_before_are_kept() -> None:
    frame = small_frame().firms
    keep = {frame[0].uscc, frame[7].uscc, frame[20].uscc}
    found = draw(frame, seed=SEED, target=10, keep=keep)
    assert {d.firm.uscc for d in found.drawn if d.role is EntryRole.KEPT} == keep


def test_each_stratum_says_how_many_firms_one_stands_for() -> None:
    frame = tuple(firm(n, insured=50) for n in range(12))
    (stratum,) = draw(frame, seed=SEED, target=4).strata
    assert stratum.weight == 3
    (empty,) = (s for s in draw((*frame, firm(99, section="F")), seed=SEED, target=1).strata
                if not s.allocated)  # fmt: skip
    assert empty.weight is None


def test_the_next_of_the_stratum_replaces_who_leaves() -> None:
    frame = small_frame().firms
    found = draw(frame, seed=SEED, target=10)
    chosen = next(d.firm for d in found.drawn if d.role is EntryRole.DRAWN)
    taken = {d.firm.uscc for d in found.drawn}
    came = []
    while (after := replacement(frame, seed=SEED, stratum=chosen.stratum, taken=taken)) is not None:
        assert after.stratum == chosen.stratum
        came.append(after.uscc)
        taken.add(after.uscc)
    assert set(came) | {d.firm.uscc for d in found.drawn} >= {
        f.uscc for f in frame if f.stratum == chosen.stratum
    }


@pytest.mark.parametrize(
    ("insured", "band"),
    [(0, "10"), (10, "10"), (19, "10"), (20, "20"), (99, "20"), (100, "100"), (299, "100"),
     (300, "300"), (999, "300"), (1000, "1000"), (9999, "1000")],
)  # fmt: skip
def test_sizes_end_where_they_say(insured: int, band: str) -> None:
    assert size_of(insured) == band


@pytest.mark.parametrize("target", [0, -1, 2001])
def test_a_panel_has_a_size(target: int) -> None:
    with pytest.raises(InvalidPanel):
        draw(small_frame().firms, seed=1, target=target)


def test_a_frame_holds_firms_and_each_once() -> None:
    for frame in ((), (firm(1), firm(1))):
        with pytest.raises(InvalidPanel):
            draw(frame, seed=1, target=1)


@given(frames, st.integers(1, 20))
def test_every_cut_covers_the_same_whole(frame: tuple[FrameFirm, ...], target: int) -> None:
    panel = {each.firm.uscc for each in draw(frame, seed=SEED, target=target).drawn}
    total = whole(frame, panel)
    assert total.panel_firms == len(panel)
    for cut in CUTS.values():
        parts = coverage(frame, panel, cut=cut)
        assert sum(p.insured for p in parts) == total.insured
        assert sum(p.panel_insured for p in parts) == total.panel_insured
        assert all(p.share is None or 0 <= p.share <= 1 for p in parts)


def test_where_nobody_is_insured_there_is_no_share() -> None:
    assert whole((), ()).share is None
