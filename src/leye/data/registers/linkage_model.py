"""The probabilistic model of linkage (Fellegi and Sunter), run by Splink. Only here it is spoken.

Chances of agreement by accident (u) are counted over the whole register; those of the same person
(m) are counted where a valid number tells who a row is, and learnt by expectation maximisation
where nothing does. All are rounded, so that the same rows give the same links to the last digit.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ibis.backends.duckdb import Backend

from leye.kernel.errors import LeyeError

if TYPE_CHECKING:
    from splink import DuckDBAPI, Linker, SettingsCreator

CLUES = ("name", "phone", "birth", "sex", "county", "employer", "fits", "near")
"""What is compared. ``near``: the person's number is one slip from the row's; ``employer``: another
source puts the person at the row's employer; ``fits``: the row's source holds people of this age
and sex."""
START: Mapping[str, float] = {
    "name": 0.98,
    "phone": 0.80,
    "birth": 0.98,
    "sex": 0.995,
    "county": 0.80,
    "employer": 0.80,
    "fits": 0.95,
    "near": 0.95,
}
"""Chances that the same person agrees, before anything is learnt: slips of the pen are few, phones
change, people move. They stand where there are too few candidates to learn from."""
LEARNT = ("name", "phone", "birth", "sex", "county")
"""What people without a number are compared by, so that candidates can teach it."""
_LEAST_PAIRS = 1_000
"""Fewer candidates than this teach nothing."""
_DIGITS = 3
_CERTAIN = 0.999
_LEARNT_FROM = (("phone",), ("name", "birth"))
"""Candidates that agree on one of these teach the chances of everything else."""


class LinkageFailed(LeyeError):
    """The linkage engine failed; no link was made.

    Its own words are left out: they may quote rows.
    """

    code = "linkage_failed"
    title = "没有完成数据关联"


@dataclass(frozen=True, slots=True)
class Weights:
    """What the model rests on: chances by clue, and that of two at random being the same."""

    same: Mapping[str, float]
    chance: Mapping[str, float]
    prior: float


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Splink's log silent: it may quote values."""
    log = logging.getLogger("splink")
    level, propagate = log.level, log.propagate
    log.setLevel(logging.CRITICAL)
    log.propagate = False
    try:
        yield
    finally:
        log.setLevel(level)
        log.propagate = propagate


def score(
    engine: Backend, *, left: str, right: str, names: str, weights: Weights, learn: bool, into: str
) -> Weights:
    """Weigh every pair of the tables ``left`` and ``right`` and keep ``pair, weight`` as ``into``.

    Both tables have a row for each pair with the columns ``unique_id``, ``pair`` and the clues;
    ``names`` gives how often each name occurs. A weight is log2 of the odds. ``learn``: improve the
    chances of agreement first. Gives the weights used.

    :raises LinkageFailed: the engine failed.
    """
    from splink import DuckDBAPI
    from splink.internals.exceptions import SplinkException

    tables = (left, right, names)
    with _quiet():
        api = DuckDBAPI(connection=engine.con)
        try:
            learnt = _learn(engine, api, tables, weights) if learn else weights
            _predict(api, tables, learnt, into)
        except SplinkException:
            raise LinkageFailed("计算引擎出错", hint="数据没有改动，请稍后重试") from None
        finally:
            api.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call] # Splink's
    return learnt


def _learn(
    engine: Backend, api: "DuckDBAPI", tables: tuple[str, str, str], weights: Weights
) -> Weights:
    from splink import block_on

    linker = _linker(api, tables, weights)
    taught = False
    for agreed in _LEARNT_FROM:
        if _pairs(engine, tables, agreed) >= _LEAST_PAIRS:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on("pair", *agreed), fix_u_probabilities=True
            )
            taught = True
    if not taught:
        return weights
    same = dict(weights.same)
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        name = comparison["output_column_name"]
        agreeing = comparison["comparison_levels"][1].get("m_probability")
        if name in LEARNT and isinstance(agreeing, float):
            same[name] = min(max(round(agreeing, _DIGITS), 1 - _CERTAIN), _CERTAIN)
    return Weights(same, weights.chance, weights.prior)


def _pairs(engine: Backend, tables: tuple[str, str, str], agreed: tuple[str, ...]) -> int:
    left, right = engine.table(tables[0]), engine.table(tables[1])
    return int(left.inner_join(right, ["pair", *agreed]).count().to_pyarrow().as_py())


def _predict(api: "DuckDBAPI", tables: tuple[str, str, str], weights: Weights, into: str) -> None:
    found = _linker(api, tables, weights).inference.predict()
    api.duckdb_con.execute(
        f"CREATE TABLE {into} AS SELECT unique_id_l AS pair, round(match_weight, 6) AS weight "  # noqa: S608 - names of our own
        f"FROM {found.physical_name}"
    )


def _linker(api: "DuckDBAPI", tables: tuple[str, str, str], weights: Weights) -> "Linker":
    from splink import Linker

    left, right, names = tables
    inputs = [api.register(left), api.register(right)]
    linker = Linker(inputs, _settings(weights), log_level=None)
    linker.table_management.register_term_frequency_lookup(api.register(names), "name")
    return linker


def _settings(weights: Weights) -> "SettingsCreator":
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=weights.prior,
        comparisons=[_comparison(name, weights) for name in CLUES],
        blocking_rules_to_generate_predictions=[block_on("pair")],
        retain_matching_columns=False,
    )


def _comparison(name: str, weights: Weights) -> Any:
    from splink import comparison_level_library as levels
    from splink.comparison_library import CustomComparison

    same, chance = weights.same[name], weights.chance[name]
    agree = levels.ExactMatchLevel(name, term_frequency_adjustments=name == "name")
    return CustomComparison(
        output_column_name=name,
        comparison_levels=[
            levels.NullLevel(name),
            agree.configure(m_probability=same, u_probability=chance),
            levels.ElseLevel().configure(m_probability=1 - same, u_probability=1 - chance),
        ],
    )
