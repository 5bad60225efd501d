"""The catalogue of register indicators, read from ``registers/`` and checked when it is loaded."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from leye.analysis.metrics.reading import Entry, InvalidDefinition, load_yaml
from leye.analysis.metrics.register_types import Basis, RegisterIndicator, Terms
from leye.analysis.metrics.types import IndicatorKind
from leye.data.registers.schemas import (
    MAP_MEASURES,
    MARKET_MEASURES,
    RESIDENCE_MEASURES,
    WORKPLACE_MEASURES,
)
from leye.kernel.errors import UnknownCode, near_matches

REGISTER_THEMES = (
    "劳动力资源",
    "就业",
    "失业",
    "新增与流动",
    "创业",
    "技能",
    "工资",
    "供求",
    "企业与用电",
)
"""The themes, in the order pages show them."""

AXES = ("industry", "division", "occupation", "occupation4", "education", "age", "sex", "skill")
"""The ways a figure can be told apart, one at a time."""

LEVELS = ("city", "county", "town", "village", "park")
_FOLDER = Path(__file__).parent / "registers"
_FILE_KEYS = frozenset({"theme", "basis", "axes", "groups", "levels", "indicators"})
_KEYS = frozenset(
    {"code", "name", "name_en", "unit", "kind", "decimals", "definition", "caveats"}
    | {"numerator", "denominator", "scale", "higher_is_better", "additive"}
)
_MEASURES = {
    Basis.RESIDENCE: RESIDENCE_MEASURES,
    Basis.WORKPLACE: WORKPLACE_MEASURES,
    Basis.MARKET: MARKET_MEASURES,
}


class RegisterCatalogue:
    """The indicators in the order of their themes.

    :raises InvalidDefinition: a code or a name is used twice.
    """

    def __init__(self, indicators: Iterable[RegisterIndicator]) -> None:
        ordered = sorted(indicators, key=lambda each: REGISTER_THEMES.index(each.theme))
        self._by_code: dict[str, RegisterIndicator] = {}
        names: set[str] = set()
        for each in ordered:
            if each.code in self._by_code or each.name in names:
                raise InvalidDefinition(
                    f"{each.code}：代码或名称重复", hint="请改正定义文件后再启动"
                )
            self._by_code[each.code] = each
            names.add(each.name)

    def __iter__(self) -> Iterator[RegisterIndicator]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str) -> RegisterIndicator:
        """Give the indicator of a code.

        :raises UnknownCode: there is none; the hint names near matches.
        """
        try:
            return self._by_code[code]
        except KeyError:
            near = near_matches(code, self._by_code)
            raise UnknownCode("指标代码", code, near=near) from None

    def themes(self) -> Mapping[str, tuple[RegisterIndicator, ...]]:
        """Give the indicators of each theme, themes in page order, none empty."""
        grouped = {name: tuple(i for i in self if i.theme == name) for name in REGISTER_THEMES}
        return {name: members for name, members in grouped.items() if members}


@cache
def register_catalogue() -> RegisterCatalogue:
    """Give the catalogue shipped with the product.

    :raises InvalidDefinition: a definition is faulty.
    """
    return load_register_catalogue(_FOLDER)


def load_register_catalogue(folder: Path) -> RegisterCatalogue:
    """Read every ``*.yaml`` of a folder, each one theme.

    :raises InvalidDefinition: a definition is faulty.
    """
    files = sorted(folder.glob("*.yaml"))
    return RegisterCatalogue(each for path in files for each in _read_file(path))


def _read_file(path: Path) -> Iterator[RegisterIndicator]:
    head = Entry(load_yaml(path), where=path.name, keys=_FILE_KEYS)
    if head.text("theme") not in REGISTER_THEMES:
        raise head.fault(f"主题“{head.text('theme')}”不在主题表中")
    for key, known in (("axes", AXES), ("levels", LEVELS)):
        if strange := set(head.texts(key)) - set(known):
            raise head.fault(f"{key} 中不认识：{'、'.join(sorted(strange))}")
    for number, raw in enumerate(head.raw("indicators") or [], start=1):
        name = raw.get("code", number) if isinstance(raw, dict) else number
        yield _read(Entry(raw, where=f"{path.name} {name}", keys=_KEYS), head)


def _read(entry: Entry, head: Entry) -> RegisterIndicator:
    code = entry.text("code")
    if not (code.isascii() and code.isidentifier() and code.islower()):
        raise entry.fault("代码应为小写英文、数字和下划线")
    better = entry.raw("higher_is_better")
    if better is not None and not isinstance(better, bool):
        raise entry.fault("higher_is_better 应为 true、false 或 null")
    indicator = RegisterIndicator(
        code=code,
        name=entry.text("name"),
        name_en=entry.text("name_en"),
        theme=head.text("theme"),
        unit=entry.text("unit"),
        kind=entry.choice("kind", IndicatorKind),
        decimals=entry.whole("decimals"),
        definition=entry.text("definition"),
        caveats=entry.texts("caveats"),
        basis=head.choice("basis", Basis),
        numerator=_terms(entry, "numerator"),
        denominator=_terms(entry, "denominator"),
        scale=entry.number("scale") if "scale" in entry else Decimal(1),
        axes=head.texts("axes"),
        groups=head.flag("groups"),
        levels=head.texts("levels"),
        higher_is_better=better,
        additive=entry.flag("additive"),
    )
    return _checked(indicator, entry)


def _terms(entry: Entry, key: str) -> Terms:
    found = []
    for written in entry.texts(key):
        name = written.removeprefix("-")
        if name not in MAP_MEASURES:
            raise entry.fault(f"{key} 中的 {name} 不是地图的计数")
        found.append((name, -1 if written.startswith("-") else 1))
    return tuple(found)


def _checked(indicator: RegisterIndicator, entry: Entry) -> RegisterIndicator:
    if not indicator.numerator:
        raise entry.fault("numerator 不能为空")
    if indicator.scale <= 0:
        raise entry.fault("scale 应大于零")
    if strange := indicator.measures - _MEASURES[indicator.basis].keys():
        raise entry.fault(f"{'、'.join(sorted(strange))} 不是{indicator.basis.label}的")
    is_rate = indicator.kind is IndicatorKind.RATE
    if is_rate != bool(indicator.denominator) or is_rate == indicator.additive:
        raise entry.fault("比率才有 denominator，比率不能相加，其他都能相加")
    return indicator
