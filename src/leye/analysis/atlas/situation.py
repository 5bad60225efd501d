"""The situation room 形势分析: one month of one place, assembled; nothing is drawn or written here.

Every number comes from a register indicator and carries it, with place, month and data version, so
that a page or a report can say where each came from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from leye.analysis.atlas.situation_figures import Asked, headline
from leye.analysis.atlas.situation_market import market
from leye.analysis.atlas.situation_movers import movers
from leye.analysis.atlas.situation_settings import SituationSettings, situation_settings
from leye.analysis.atlas.situation_types import Headline, Mover, Sentence, Situation
from leye.analysis.atlas.situation_words import sentence
from leye.analysis.metrics import TargetScore, TargetState
from leye.analysis.metrics.labels import place_label
from leye.analysis.metrics.register_figures import RegisterFigures, register_catalogue
from leye.analysis.metrics.shortage import ShortageRule, shortage_rule
from leye.kernel.errors import UnknownCode

_SUPPLY_LINES = 2
_UNUSUAL = "本月变化最突出的是"
_USUAL = "各项指标比上月的变化都不超过平常幅度，相对最大的是"


def situation(
    figures: RegisterFigures,
    *,
    place: str,
    month: int,
    months: Sequence[int],
    data_version: int,
    protected: bool,
    festivals: Mapping[int, date],
    settings: SituationSettings | None = None,
    rule: ShortageRule | None = None,
) -> Situation:
    """Assemble one month of a place.

    ``months`` are those the figures have; later ones than ``month`` are not looked at, so that a
    month once reported reads the same ever after on the same data. ``festivals`` are the days of
    the Spring Festival by year.

    :raises UnknownCode: the figures have no such month.
    """
    if month not in months:
        near = tuple(str(each) for each in sorted(months)[-3:])
        raise UnknownCode("有数据的月份", str(month), near=near)
    settings = settings or situation_settings()
    seen = tuple(each for each in sorted(months) if each <= month)
    asked = Asked(figures, place, month, seen, data_version, festivals)
    catalogue = register_catalogue()
    made = {code: headline(catalogue.get(code), asked) for code in settings.headlines}
    codes = settings.market
    supply = market(
        codes,
        asked,
        indicators={
            code: catalogue.get(code) for code in (codes.vacancies, codes.applicants, codes.ratio)
        },
        rule=rule or shortage_rule(),
    )
    moved = movers(
        [made[code] for code in settings.movers],
        asked,
        most=settings.movers_shown,
        parts=settings.parts_shown,
    )
    shown = [made[code] for code in settings.summary]
    return Situation(
        place=place,
        place_name=place_label(place),
        month=month,
        data_version=data_version,
        protected=protected,
        summary=_summary(shown, moved, supply.sentences),
        headlines=tuple(made.values()),
        charted=tuple(made[code] for code in settings.charted),
        movers=moved,
        market=supply,
        plan=(),
    )


def with_plan(found: Situation, plan: Sequence[TargetScore]) -> Situation:
    """Add where the plan's targets stand (``score_all``), and a sentence of it to the summary."""
    if not plan:
        return found
    counts = [
        f"{state.label}{sum(each.state is state for each in plan)}项" for state in TargetState
    ]
    said = sentence(f"规划{len(plan)}项可计量目标中，{'、'.join(counts)}。")
    return replace(found, plan=tuple(plan), summary=(*found.summary, said))


def _summary(
    shown: Sequence[Headline],
    moved: Sequence[Mover],
    supply: Sequence[Sentence],
) -> tuple[Sentence, ...]:
    """Say in a minute how employment stands: figures, the next month, what moved, supply."""
    lines = [each.sentence for each in shown]
    lines += [each.outlook for each in shown[:1]]
    for mover in moved[:1]:
        joined_up = [part for line in mover.sentences for part in line.parts]
        usual = mover.times is not None and mover.times <= 1
        lines.append(sentence(_USUAL if usual else _UNUSUAL, *joined_up))
    lines += [each for each in supply if each not in lines][:_SUPPLY_LINES]
    return tuple(lines)
