"""Places, from the nation down to the village."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from leye.data.reference import Place, places, town_points
from leye.doors.api.answers import ANSWERS, example
from leye.doors.api.paging import PageQuery, page
from leye.doors.api.schemas import PlaceDetail, PlacePage
from leye.kernel.place import PlaceLevel

router = Router(tags=["地区"])


class PlacesQuery(PageQuery):
    """Which places."""

    parent: str | None = Field(
        None,
        max_length=12,
        description="只要这个地区的直接下级；与 level 同用时，要它里面这一级的全部",
    )
    level: PlaceLevel | None = Field(None, description="只要这一级")
    q: str | None = Field(None, max_length=50, description="名称中含有的文字，或代码的开头")


def place_body(place: Place) -> dict[str, Any]:
    """Give a place as the API writes it."""
    return {
        "code": place.code,
        "name": place.name,
        "level": place.level,
        "parent": place.parent,
    }


@router.get(
    "/places",
    response={200: PlacePage, **ANSWERS},
    summary="地区列表",
    description="按代码排序。没有参数时给出全部地区。",
    url_name="places",
    operation_id="list_places",
    openapi_extra=example("/api/v1/places?parent=360900"),
)
def list_places(request: HttpRequest, query: Query[PlacesQuery]) -> dict[str, Any]:
    """Give the places inside another, of one level, or whose name holds a text."""
    if query.parent is not None:
        places().get(query.parent)
    return page(
        request,
        query,
        select=lambda _reading: [p for p in _chosen(query) if _matches(p, query.q)],
        key=lambda place: (place.code,),
        body=place_body,
        empty="没有符合条件的地区：可能没有下一级，或名称中没有这段文字。",
    )


def _chosen(query: PlacesQuery) -> Sequence[Place]:
    if query.level is not None:
        return places().at_level(query.level, within=query.parent)
    if query.parent is not None:
        return places().children(query.parent)
    return [place for level in PlaceLevel for place in places().at_level(level)]


def _matches(place: Place, text: str | None) -> bool:
    return text is None or text in place.name or place.code.startswith(text)


@router.get(
    "/places/{code}",
    response={200: PlaceDetail, **ANSWERS},
    summary="一个地区，连同上级和下级",
    description="代码不存在时返回 404，并给出相近的代码。",
    url_name="place",
    operation_id="get_place",
    openapi_extra=example("/api/v1/places/360902"),
)
def get_place(
    request: HttpRequest,  # noqa: ARG001 - the framework passes it by this name
    code: Annotated[str, Path(description="区划代码：6、9 或 12 位")],
) -> dict[str, Any]:
    """Give one place with its path, its children and where it lies."""
    place = places().get(code)
    point = town_points().get(code)
    return place_body(place) | {
        "path": [place_body(each) for each in places().path(code)],
        "children": [place_body(each) for each in places().children(code)],
        "point": point
        and {
            "lng": point.lng,
            "lat": point.lat,
            "source": point.source,
            "accuracy_m": point.accuracy_m,
        },
        "edition": f"{places().edition.title}（{places().edition.source}）",
    }
