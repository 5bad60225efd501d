"""The addresses under ``/ogc/``."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from leye.doors.api.errors import UnknownAddress, status_of
from leye.doors.api.ogc.asked import OF_MAP, OF_POINTS, read_asked
from leye.doors.api.ogc.collections import (
    COLLECTIONS,
    CRS84,
    GEOJSON,
    SERVICE_POINTS,
    Collection,
    collection_of,
    extent_of,
)
from leye.doors.api.ogc.description import OPENAPI, PROBLEMS, description, queryables_of
from leye.doors.api.ogc.features import features_of
from leye.doors.api.parameters import check_parameters
from leye.doors.api.standard import boundaries_mark
from leye.doors.web.atlas import served_copy
from leye.doors.web.exports import record_exact
from leye.kernel.errors import LeyeError, UnknownCode, near_matches
from leye.service.network.models import ServicePoint

JSON = "application/json"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA = "application/schema+json"
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
)


def landing(request: HttpRequest) -> HttpResponse:
    """Give what there is and where."""
    check_parameters(request, ())
    links = [
        _link(request, "self", "", JSON, "本页"),
        _link(request, "service-desc", "api", OPENAPI, "接口说明（OpenAPI 3.0）"),
        {
            "href": request.build_absolute_uri(reverse("api:docs")),
            "rel": "service-doc",
            "type": "text/html",
            "title": "给人看的接口说明",
        },
        _link(request, "conformance", "conformance", JSON, "符合的标准"),
        _link(request, "data", "collections", JSON, "图层"),
    ]
    return _json(
        {
            "title": "人力资源地图的图层",
            "description": "各县、乡镇、村、园区每月的数和服务网点，按 OGC API - Features 提供。",
            "links": links,
        }
    )


def conformance(request: HttpRequest) -> HttpResponse:
    """Give the classes of requirements kept."""
    check_parameters(request, ())
    return _json({"conformsTo": list(CONFORMANCE)})


def api(request: HttpRequest) -> HttpResponse:
    """Give the OpenAPI 3.0 description."""
    check_parameters(request, ())
    return _json(description(_address(request, "")), content_type=OPENAPI)


def collections(request: HttpRequest) -> HttpResponse:
    """Give every collection."""
    check_parameters(request, ())
    every = [_collection_body(request, each) for each in COLLECTIONS.values()]
    own = _link(request, "self", "collections", JSON, "全部图层")
    return _json({"links": [own], "collections": every})


def collection(request: HttpRequest, name: str) -> HttpResponse:
    """Give one collection."""
    check_parameters(request, ())
    return _json(_collection_body(request, collection_of(name)))


def queryables(request: HttpRequest, name: str) -> HttpResponse:
    """Give what features of a collection can be asked for by, as JSON Schema."""
    check_parameters(request, ())
    found = collection_of(name)
    address = _address(request, f"collections/{found.id}/queryables")
    return _json(queryables_of(found, address), content_type=SCHEMA)


def items(request: HttpRequest, name: str) -> HttpResponse:
    """Give a page of the features of a collection."""
    found = collection_of(name)
    asked = read_asked(request, _parameters(found))
    features = features_of(request, found, asked)
    page = features[asked.offset : asked.offset + asked.limit]
    path = f"collections/{found.id}/items"
    links = [
        _link(request, "self", path, GEOJSON, "本页", request.GET.dict()),
        _link(request, "collection", f"collections/{found.id}", JSON, found.title),
    ]
    following = asked.offset + asked.limit
    if following < len(features):
        query = {**request.GET.dict(), "limit": str(asked.limit), "offset": str(following)}
        links.append(_link(request, "next", path, GEOJSON, "下一页", query))
    if asked.offset > 0:
        before = str(max(asked.offset - asked.limit, 0))
        query = {**request.GET.dict(), "limit": str(asked.limit), "offset": before}
        links.append(_link(request, "prev", path, GEOJSON, "上一页", query))
    bodies = [each.body for each in page]
    _recorded(request, found, bodies)
    body = {
        "type": "FeatureCollection",
        "features": bodies,
        "links": links,
        "numberMatched": len(features),
        "numberReturned": len(page),
    }
    return _json(body, content_type=GEOJSON)


def item(request: HttpRequest, name: str, fid: str) -> HttpResponse:
    """Give one feature.

    :raises UnknownCode: there is none of that id.
    """
    found = collection_of(name)
    known = tuple(each for each in _parameters(found) if each != "parent")
    check_parameters(request, ("datetime", *known))
    features = {each.id: each for each in features_of(request, found, read_asked(request, known))}
    if fid not in features:
        raise UnknownCode("要素", fid[:80], near=near_matches(fid, features))
    path = f"collections/{found.id}/items/{quote(fid)}"
    links = [
        _link(request, "self", path, GEOJSON, "本要素", request.GET.dict()),
        _link(request, "collection", f"collections/{found.id}", JSON, found.title),
    ]
    own = features[fid].body
    _recorded(request, found, [own])
    return _json(own | {"links": links}, content_type=GEOJSON)


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer an address under ``/ogc/`` that is none.

    :raises UnknownAddress: always.
    """
    raise UnknownAddress(request.path, hint=f"没有“{rest[:60]}”；全部地址见 /ogc/")


def failed(error: LeyeError) -> HttpResponse:
    """Write a failure as the exception of the standard, its hint beside it."""
    body = {
        "code": error.code,
        "description": f"{error.title}：{error.detail}",
        "hint": error.hint,
        "near": list(getattr(error, "near", ())),
    }
    return _json(body, content_type=PROBLEMS, status=status_of(error))


def mark(request: HttpRequest) -> object:
    """Give what answers depend on besides the data: boundaries, and staff's service points."""
    if SERVICE_POINTS not in request.path:
        return boundaries_mark()
    return ServicePoint.objects.aggregate(count=Count("pk"), last=Max("changed_at"))


def _recorded(request: HttpRequest, found: Collection, bodies: list[dict[str, Any]]) -> None:
    record_exact(request, f"ogc:{found.id}", [body["properties"] for body in bodies])


def _collection_body(request: HttpRequest, found: Collection) -> dict[str, Any]:
    path = f"collections/{found.id}"
    links = [
        _link(request, "self", path, JSON, found.title),
        _link(request, "items", f"{path}/items", GEOJSON, f"{found.title}：要素"),
        _link(request, QUERYABLES, f"{path}/queryables", SCHEMA, f"{found.title}：可以怎样查"),
    ]
    return {
        "id": found.id,
        "title": found.title,
        "description": found.description,
        "links": links,
        "extent": extent_of(found, served_copy()),
        "itemType": "feature",
        "crs": [CRS84],
    }


def _parameters(found: Collection) -> tuple[str, ...]:
    return OF_MAP if found.level else OF_POINTS


def _link(
    request: HttpRequest,
    rel: str,
    path: str,
    kind: str,
    title: str,
    query: dict[str, str] | None = None,
) -> dict[str, str]:
    address = _address(request, path) + (f"?{urlencode(query)}" if query else "")
    return {"href": address, "rel": rel, "type": kind, "title": title}


def _address(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(reverse("api:ogc-landing")) + path


def _json(body: Any, *, content_type: str = JSON, status: int = 200) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, allow_nan=False)
    return HttpResponse(text, content_type=content_type, status=status)
