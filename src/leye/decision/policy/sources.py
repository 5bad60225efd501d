"""Where a value was read: title and number of the document, the page, and how exact its date is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from leye.kernel.errors import UnknownCode, near_matches


@dataclass(frozen=True, slots=True)
class Source:
    """One record: what was read, where, for which level and time.

    ``value`` is as read: a number, a text or a list. ``kind`` and ``precision`` are explained at
    the head of ``law/sources.yaml``. A text is "" where it is not known.
    """

    id: str
    title: str
    number: str
    level: str
    value: Any
    unit: str
    since: str
    until: str
    who: str
    url: str
    kind: str
    precision: str
    confidence: str


@cache
def sources() -> Mapping[str, Source]:
    """Give every record by its id."""
    path = Path(__file__).parent / "law" / "sources.yaml"
    given = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    return MappingProxyType({name: _source(name, entry) for name, entry in given.items()})


def source(name: str) -> Source:
    """Give one record.

    :raises UnknownCode: there is none of this id.
    """
    try:
        return sources()[name]
    except KeyError:
        raise UnknownCode("政策出处", name, near=near_matches(name, sources())) from None


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXTS = ("title", "number", "level", "unit", "since", "until", "who", "url", "kind")


def _source(name: str, entry: Mapping[str, Any]) -> Source:
    texts = {key: str(entry.get(key, "")) for key in (*_TEXTS, "precision", "confidence")}
    return Source(id=name, value=entry.get("value"), **texts)
