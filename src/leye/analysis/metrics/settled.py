"""Indicators that say nothing of a key group, since the group's definition says it already.

Migrant workers (农民工) are people who work, so that all of them do is no news. Which indicators of
which groups these are is declared in ``settled.yaml``; nobody is given a value for them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from leye.analysis.metrics.reading import Entry, load_yaml
from leye.analysis.metrics.register_catalogue import RegisterCatalogue, register_catalogue
from leye.data.reference import key_groups

_FILE = Path(__file__).parent / "settled.yaml"
_KEYS = frozenset({"groups", "words", "why", "indicators"})


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands in place of a value, such as 按定义均在业, and why there is none."""

    words: str
    why: str


def settled_of(indicator: str, group: str) -> Settled | None:
    """Give what a group's definition says of an indicator; None where there is a value to give."""
    return _declared().get((indicator, group))


def settled_groups(indicator: str) -> Mapping[str, Settled]:
    """Give the groups whose definition settles an indicator, in the order of the reference list."""
    found = ((entry.code, settled_of(indicator, entry.code)) for entry in key_groups().entries)
    return {group: each for group, each in found if each is not None}


def settled_lines(
    indicators: Iterable[str], groups: Iterable[str] | None = None
) -> tuple[tuple[str, Settled], ...]:
    """Give each thing that definitions of groups say of some indicators, once, with the groups.

    The groups are their names in one text; by default of every group, else of those given.
    """
    wanted = None if groups is None else frozenset(groups)
    found: dict[Settled, dict[str, None]] = {}
    for indicator in indicators:
        for group, each in settled_groups(indicator).items():
            if wanted is None or group in wanted:
                found.setdefault(each, {})[key_groups().get(group).name] = None
    return tuple(("、".join(names), each) for each, names in found.items())


def load_settled(path: Path, catalogue: RegisterCatalogue) -> Mapping[tuple[str, str], Settled]:
    """Read what is declared, by indicator and group.

    :raises InvalidDefinition: an indicator or a group does not exist, an indicator is not told
        apart by group, or the same is declared twice.
    """
    found: dict[tuple[str, str], Settled] = {}
    head = Entry(load_yaml(path), where=path.name, keys=frozenset({"settled"}))
    for number, raw in enumerate(head.raw("settled") or [], start=1):
        entry = Entry(raw, where=f"{path.name} 第{number}项", keys=_KEYS)
        said = Settled(entry.text("words"), entry.text("why"))
        for indicator in entry.texts("indicators"):
            if indicator not in catalogue or not catalogue.get(indicator).groups:
                raise entry.fault(f"{indicator} 不是分重点群体的指标")
            for group in entry.texts("groups"):
                if group not in key_groups():
                    raise entry.fault(f"没有重点群体 {group}")
                if (indicator, group) in found:
                    raise entry.fault(f"{indicator} 对 {group} 写了两次")
                found[indicator, group] = said
    return found


@cache
def _declared() -> Mapping[tuple[str, str], Settled]:
    return load_settled(_FILE, register_catalogue())
