"""Which indicators the situation room shows, from a YAML file."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from leye.analysis.metrics.reading import Entry, load_yaml

_FILE = Path(__file__).with_name("situation.yaml")
_KEYS = frozenset(
    {"headlines", "charted", "movers", "market", "summary", "movers_shown", "parts_shown"}
)


@dataclass(frozen=True, slots=True)
class MarketCodes:
    """The indicators of supply and demand."""

    vacancies: str
    applicants: str
    ratio: str


@dataclass(frozen=True, slots=True)
class SituationSettings:
    """Codes of register indicators, in the order they are shown.

    ``summary`` are the headlines the page begins with, ``charted`` those drawn with their forecast,
    ``movers`` those among which the largest changes are looked for.
    """

    summary: tuple[str, ...]
    headlines: tuple[str, ...]
    charted: tuple[str, ...]
    movers: tuple[str, ...]
    market: MarketCodes
    movers_shown: int
    parts_shown: int


@cache
def situation_settings(file: Path = _FILE) -> SituationSettings:
    """Give the settings.

    :raises InvalidDefinition: the file cannot be used as it stands, or shows, draws or compares
        what is no headline.
    """
    entry = Entry(load_yaml(file), where=file.name, keys=_KEYS)
    keys = frozenset({"vacancies", "applicants", "ratio"})
    market = Entry(entry.raw("market"), where=f"{file.name} market", keys=keys)
    settings = SituationSettings(
        summary=entry.texts("summary"),
        headlines=entry.texts("headlines"),
        charted=entry.texts("charted"),
        movers=entry.texts("movers"),
        market=MarketCodes(
            market.text("vacancies"), market.text("applicants"), market.text("ratio")
        ),
        movers_shown=entry.whole("movers_shown"),
        parts_shown=entry.whole("parts_shown"),
    )
    known = set(settings.headlines)
    strangers = {*settings.summary, *settings.charted, *settings.movers} - known
    if strangers or len(known) != len(settings.headlines):
        raise entry.fault(f"不在 headlines 中或重复：{'、'.join(sorted(strangers)) or '有重复'}")
    return settings
