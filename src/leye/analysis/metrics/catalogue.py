"""The catalogue of indicators: one definition for each figure, read from ``definitions/``.

Everything is checked when it is loaded, so that a faulty definition stops the start and not a page.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from leye.analysis.metrics.reading import Entry, InvalidDefinition, load_yaml
from leye.analysis.metrics.types import (
    Confidence,
    FigureKind,
    Indicator,
    IndicatorKind,
    Ratio,
)
from leye.data.pool.types import CodeList, code_lists
from leye.kernel.errors import UnknownCode, near_matches
from leye.kernel.period import InvalidPeriod, Period

THEMES = (
    "就业",
    "失业",
    "技能人才",
    "创业",
    "工资",
    "社会保障",
    "人力资源市场",
    "公共服务",
    "人口",
    "经济",
)
"""The themes, in the order pages show them."""

_FOLDER = Path(__file__).parent / "definitions"
_FILE_KEYS = frozenset({"theme", "indicators"})
_RATIO_KEYS = frozenset({"numerator", "denominator", "scale"})
_KEYS = frozenset(
    {"code", "name", "name_en", "aliases", "unit", "units", "kind", "decimals", "definition"}
    | {"caveats", "breaks", "responsible", "higher_is_better", "formula"}
)


class Catalogue:
    """The indicators, by code, by name and by theme.

    :raises InvalidDefinition: a code or a spelling is used twice, or a formula refers to an
        indicator that does not exist or is itself a formula.
    """

    def __init__(self, indicators: Iterable[Indicator]) -> None:
        ordered = sorted(indicators, key=lambda each: THEMES.index(each.theme))
        self._by_code = {each.code: each for each in ordered}
        self._by_spelling: dict[str, str] = {}
        for each in ordered:
            for spelling in (each.code, each.name, *each.aliases):
                owner = self._by_spelling.setdefault(_plain(spelling), each.code)
                if owner != each.code or self._by_code[each.code] is not each:
                    raise _fault(each, f"“{spelling}”与 {owner} 重复")
        for each in ordered:
            _check_formula(each, self._by_code)

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str) -> Indicator:
        """Give the indicator of a code.

        :raises UnknownCode: there is none; the hint names near matches.
        """
        try:
            return self._by_code[code]
        except KeyError:
            raise UnknownCode("指标代码", code, near=near_matches(code, self._by_code)) from None

    def find(self, text: str) -> Indicator:
        """Give the indicator of a code, name or alias; full- and half-width are the same.

        :raises UnknownCode: there is none; the hint names near matches.
        """
        code = self._by_spelling.get(_plain(text))
        if code is None:
            names = [each.name for each in self]
            raise UnknownCode("指标", text, near=near_matches(text, names))
        return self._by_code[code]

    def themes(self) -> Mapping[str, tuple[Indicator, ...]]:
        """Give the indicators of each theme, themes in page order, none empty."""
        grouped = {name: tuple(i for i in self if i.theme == name) for name in THEMES}
        return {name: members for name, members in grouped.items() if members}

    def code_lists(self) -> dict[str, CodeList]:
        """Give the code lists a sheet of figures is checked against.

        ``indicators``, ``indicator_units`` (``code|unit`` to unit), ``figure_kinds``,
        ``confidence`` and ``publication``. A formula's figures are computed, never delivered, so
        it is in none of them.
        """
        entered = [each for each in self if each.formula is None]
        spellings = {
            spelling: each.code
            for each in entered
            for written in (each.name, each.code, *each.aliases)
            for spelling in (written, _plain(written))
        }
        units = {f"{each.code}|{unit}": unit for each in entered for unit in each.units}
        kinds = {s: k.value for k in FigureKind for s in (k.label, k.value)}
        grades = {s: c.value for c in Confidence for s in (c.value, c.label)}
        return code_lists(
            (
                CodeList("indicators", spellings, labels={e.code: e.name for e in entered}),
                CodeList("indicator_units", units),
                CodeList("figure_kinds", kinds, labels={k.value: k.label for k in FigureKind}),
                CodeList("confidence", grades, labels={c.value: c.label for c in Confidence}),
                CodeList(
                    "publication",
                    {"公开": "public", "内部": "internal"},
                    labels={"public": "公开", "internal": "内部"},
                ),
            )
        )


@cache
def catalogue() -> Catalogue:
    """Give the catalogue shipped with the product.

    :raises InvalidDefinition: a definition is faulty.
    """
    return load_catalogue(_FOLDER)


def load_catalogue(folder: Path) -> Catalogue:
    """Read every ``*.yaml`` of a folder, each one theme.

    :raises InvalidDefinition: a definition is faulty.
    """
    return Catalogue(each for path in sorted(folder.glob("*.yaml")) for each in _read_file(path))


def _read_file(path: Path) -> Iterator[Indicator]:
    head = Entry(load_yaml(path), where=path.name, keys=_FILE_KEYS)
    theme = head.text("theme")
    if theme not in THEMES:
        raise head.fault(f"主题“{theme}”不在主题表中")
    for number, raw in enumerate(head.raw("indicators") or [], start=1):
        name = raw.get("code", number) if isinstance(raw, dict) else number
        entry = Entry(raw, where=f"{path.name} {name}", keys=_KEYS)
        yield _read(entry, theme)


def _read(entry: Entry, theme: str) -> Indicator:
    code = entry.text("code")
    if not (code.isascii() and code.isidentifier() and code.islower()):
        raise entry.fault("代码应为小写英文、数字和下划线")
    return Indicator(
        code=code,
        name=entry.text("name"),
        name_en=entry.text("name_en"),
        theme=theme,
        unit=entry.text("unit"),
        units=_units(entry),
        kind=entry.choice("kind", IndicatorKind),
        decimals=entry.whole("decimals"),
        definition=entry.text("definition"),
        caveats=entry.texts("caveats"),
        breaks=_breaks(entry),
        responsible=entry.text("responsible"),
        higher_is_better=_direction(entry),
        aliases=entry.texts("aliases"),
        formula=_formula(entry),
    )


def _units(entry: Entry) -> Mapping[str, Decimal]:
    raw = entry.raw("units")
    if not isinstance(raw, dict) or not all(isinstance(unit, str) and unit for unit in raw):
        raise entry.fault("units 应为单位和换算系数")
    units = {unit: entry.exact(factor, what=f"units {unit}") for unit, factor in raw.items()}
    if any(factor <= 0 for factor in units.values()):
        raise entry.fault("换算系数应大于零")
    if units.get(entry.text("unit")) != 1:
        raise entry.fault("units 应含标准单位，系数为 1")
    return MappingProxyType(units)


def _breaks(entry: Entry) -> tuple[tuple[str, str], ...]:
    pairs = []
    for pair in entry.raw("breaks") or []:
        texts = isinstance(pair, list) and all(isinstance(part, str) for part in pair)
        if not texts or len(pair) != 2:
            raise entry.fault("breaks 应为时期和原因的成对列表")
        try:
            Period.parse(pair[0])
        except InvalidPeriod as error:
            raise entry.fault(f"breaks：{error.detail}") from error
        pairs.append((pair[0], pair[1]))
    return tuple(sorted(pairs))


def _direction(entry: Entry) -> bool | None:
    value = entry.raw("higher_is_better")
    if value is not None and not isinstance(value, bool):
        raise entry.fault("higher_is_better 应为 true、false 或 null")
    return value


def _formula(entry: Entry) -> Ratio | None:
    if "formula" not in entry:
        return None
    part = Entry(entry.raw("formula"), where=f"{entry.where} formula", keys=_RATIO_KEYS)
    scale = part.number("scale")
    if scale <= 0:
        raise part.fault("scale 应大于零")
    return Ratio(part.text("numerator"), part.text("denominator"), scale)


def _check_formula(indicator: Indicator, known: Mapping[str, Indicator]) -> None:
    if indicator.formula is None:
        return
    for code in (indicator.formula.numerator, indicator.formula.denominator):
        if code not in known:
            raise _fault(indicator, f"公式中的 {code} 不存在")
        if known[code].formula is not None:
            raise _fault(indicator, f"公式中的 {code} 本身也是公式")


def _fault(indicator: Indicator, what: str) -> InvalidDefinition:
    return InvalidDefinition(f"{indicator.code}：{what}", hint="请改正定义文件后再启动")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
