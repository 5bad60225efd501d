"""Flows as everybody sees them."""

import pyarrow as pa
import pytest

from leye.data.registers.protect import HIDDEN, protect_flows
from tests.registers.protect.flows import CITY, flow_riddle, random_flows

_SEEDS = range(6)


@pytest.mark.parametrize("seed", _SEEDS)
def test_no_hidden_flow_is_worked_out(seed: int) -> None:
    flows = random_flows(seed, persons=160)
    found = flow_riddle(flows, protect_flows(flows))
    flow_secrets = {var for var in found.secrets if var[0] in ("status", "commute")}
    assert flow_secrets
    assert not flow_secrets & found.guessed().keys()


def test_the_same_reader_works_out_flows_only_suppressed() -> None:
    guessed = 0
    for seed in _SEEDS:
        flows = random_flows(seed, persons=160)
        shown = [HIDDEN if n < 5 else (n + 2) // 5 * 5 for n in flows["persons"].to_pylist()]
        plain = flows.set_column(5, "persons", pa.array(shown, pa.int64()))
        guessed += len(flow_riddle(flows, plain).guessed())
    assert guessed > 20


def test_a_flow_of_both_its_counties_is_hidden_in_all_three_places() -> None:
    public = protect_flows(_flows({"A": 3, "B": 30, "C": 40}))
    places = {row["place"] for row in public.to_pylist() if row["destination"] == "A"}
    assert places == {CITY}


def test_no_flows_give_none() -> None:
    assert protect_flows(_flows({})).num_rows == 0


def _flows(to: dict[str, int]) -> pa.Table:
    rows = [
        {"month": 202401, "kind": "commute", "place": place, "origin": "O", "destination": end}
        | {"persons": persons}
        for end, persons in to.items()
        for place in (CITY, "360902", "360921")
    ]
    schema = pa.schema(
        [("month", pa.int32())]
        + [(name, pa.string()) for name in ("kind", "place", "origin", "destination")]
        + [("persons", pa.int64())]
    )
    return pa.Table.from_pylist(rows, schema=schema)
