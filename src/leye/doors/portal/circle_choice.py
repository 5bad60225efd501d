"""What an address of the circle's pages asks for."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

from leye.analysis.atlas.circle_modes import CircleParameters, Mode
from leye.analysis.atlas.circle_sites import MOST_SITES
from leye.data.reference import Place, places
from leye.doors.web.circle import Question
from leye.kernel.errors import InvalidInput
from leye.kernel.place import PlaceLevel, contains
from leye.service.network.enums import PointKind

LEVELS = (PlaceLevel.CITY, PlaceLevel.COUNTY, PlaceLevel.TOWN)
COUNTS = (1, 2, 3, 5, 10)
_USUAL_COUNT = 3


@dataclass(frozen=True, slots=True)
class CircleChoice:
    """The whole state of a page: everything here stands in its address."""

    place: Place
    mode: Mode
    minutes: int
    kind: str
    estimate: bool
    count: int

    @property
    def question(self) -> Question:
        """What is to be worked out."""
        return self.asked_by(self.mode.code)

    @property
    def kind_label(self) -> str:
        """The kind of point in Chinese."""
        return PointKind(self.kind).label if self.kind else "全部网点"

    @property
    def title(self) -> str:
        """The circle by its minutes."""
        return f"{self.minutes}分钟就业服务圈"

    def asked_by(self, mode: str) -> Question:
        """Give the same question for another mode."""
        return Question(mode, self.minutes, self.kind, self.estimate)

    def query(self, **changed: str | int) -> str:
        """Give the choice as the query of an address, with some of it changed."""
        given: dict[str, str | int] = {
            "place": self.place.code,
            "mode": self.mode.code,
            "minutes": self.minutes,
            "kind": self.kind,
            "estimate": 1 if self.estimate else "",
            "count": "" if self.count == _USUAL_COUNT else self.count,
        }
        return urlencode({k: v for k, v in (given | changed).items() if v != ""})


def choose(request: HttpRequest, parameters: CircleParameters) -> CircleChoice:
    """Read what the address asks for; by default the city, and the usual minutes and mode.

    :raises UnknownCode: there is no such place or mode.
    :raises InvalidInput: a place outside the city or a village, other minutes, kind or count.
    """
    given = request.GET
    place = places().get(given.get("place") or settings.LEYE_CITY)
    if place.level not in LEVELS or not contains(settings.LEYE_CITY, place.code):
        raise InvalidInput(f"“{place.name}”不能这样看", hint="请选本市的县（市、区）或乡镇（街道）")
    kind = given.get("kind", "")
    if kind and kind not in {each.value for each in PointKind}:
        raise InvalidInput(f"没有“{kind[:20]}”这类网点", hint="请在页面上选择网点类型")
    return CircleChoice(
        place=place,
        mode=parameters.mode(given.get("mode") or parameters.usual_mode),
        minutes=_one_of(
            given.get("minutes") or str(parameters.usual_minutes), parameters.minutes, "分钟"
        ),
        kind=kind,
        estimate=given.get("estimate") == "1",
        count=_one_of(
            given.get("count") or str(_USUAL_COUNT), range(1, MOST_SITES + 1), "个新增网点"
        ),
    )


def _one_of(text: str, allowed: range | tuple[int, ...], unit: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1
    if number not in allowed:
        wanted = "、".join(str(each) for each in allowed)
        raise InvalidInput(f"“{text[:20]}”{unit}不能选", hint=f"可选：{wanted}")
    return number
