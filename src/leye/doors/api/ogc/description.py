"""The description of the addresses under ``/ogc/`` as OpenAPI 3.0, and of what can be asked."""

from typing import Any

from leye.analysis.metrics.labels import axis_label
from leye.analysis.metrics.register_catalogue import AXES
from leye.analysis.metrics.register_figures import register_catalogue
from leye.doors.api.ogc.asked import LIMIT_MOST, LIMIT_USUAL
from leye.doors.api.ogc.collections import COLLECTIONS, GEOJSON, Collection
from leye.service.network.enums import PointKind

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
PROBLEMS = "application/json"
_TEXT = {"type": "string"}
_ASKED = {
    "indicator": "指标代码，几个用逗号隔开；不写是常用的几个",
    "parent": "只要这个地区里面的：区划代码",
    "group": "重点群体代码；不写是全部人员",
    "axis": "按什么细分，与 code 同用：" + "、".join(f"{each} {axis_label(each)}" for each in AXES),
    "code": "细分的代码，_U 是不详",
    "kind": "网点类型",
}


def queryables_of(collection: Collection, address: str) -> dict[str, Any]:
    """Give what can be asked of a collection as JSON Schema, whose own address is ``address``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": collection.title,
        "properties": {
            name: {"title": text, **_schema(name, collection)}
            for name, text in _ASKED.items()
            if _is_of(name, collection)
        },
        "additionalProperties": False,
    }


def description(root: str) -> dict[str, Any]:
    """Give the description; ``root`` is the address of the landing page."""
    paths = {
        "/": _get("landing", "有什么", "LandingPage"),
        "/conformance": _get("conformance", "符合的标准", "ConfClasses"),
        "/api": _get("api", "本说明", "", media=OPENAPI),
        "/collections": _get("collections", "图层", "Collections"),
    }
    for each in COLLECTIONS.values():
        paths |= _paths_of(each)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "人力资源地图的图层（OGC API - Features）",
            "version": "1.0",
            "description": "只读。匿名得到公开版，有权限的工作人员在自己的地区内得到精确数。",
            "license": {"name": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": root.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": _shapes(), "parameters": _parameters()},
    }


def _paths_of(each: Collection) -> dict[str, Any]:
    base, name = f"/collections/{each.id}", each.id.replace("-", "_")
    own = [{"$ref": f"#/components/parameters/{p}"} for p in _ASKED if _is_of(p, each)]
    shared = [
        {"$ref": f"#/components/parameters/{p}"} for p in ("limit", "offset", "bbox", "datetime")
    ]
    moment = [*shared[3:], *(p for p in own if not p["$ref"].endswith("/parent"))]
    fid = {"name": "featureId", "in": "path", "required": True, "schema": _TEXT}
    items = _get(f"{name}_items", f"{each.title}：要素", "FeatureCollection", media=GEOJSON)
    item = _get(f"{name}_item", f"{each.title}：一个要素", "Feature", media=GEOJSON)
    items["get"]["parameters"] = [*shared, *own]
    item["get"]["parameters"] = [fid, *moment]
    return {
        base: _get(f"{name}_collection", each.title, "Collection"),
        f"{base}/queryables": _get(f"{name}_queryables", f"{each.title}：可以怎样查", ""),
        f"{base}/items": items,
        f"{base}/items/{{featureId}}": item,
    }


def _get(name: str, summary: str, shape: str, *, media: str = "application/json") -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{shape}"} if shape else {"type": "object"}
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Exception"}}}
    failures = {"400": "参数有误", "404": "不存在", "429": "请求过于频繁"}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "responses": {
                "200": {"description": "成功", "content": {media: {"schema": schema}}},
                **{
                    status: {"description": words, "content": problem}
                    for status, words in failures.items()
                },
            },
        }
    }


def _parameters() -> dict[str, Any]:
    number = {"type": "number"}
    bbox = {"oneOf": [{"minItems": n, "maxItems": n} for n in (4, 6)], "items": number}
    found = {
        "limit": ("每页几个", _whole(1, LIMIT_USUAL, maximum=LIMIT_MOST)),
        "offset": ("从第几个起", _whole(0, 0)),
        "bbox": ("西,南,东,北，WGS-84；没有坐标的要素不在其中", {"type": "array", **bbox}),
        "datetime": ("时间或一段时间，取其中最近的月份；不写是最近的月份", _TEXT),
        **{name: (text, _schema(name, None)) for name, text in _ASKED.items()},
    }
    return {
        name: {
            "name": name,
            "in": "query",
            "required": False,
            "description": text,
            "schema": schema,
            "style": "form",
            "explode": False,
        }
        for name, (text, schema) in found.items()
    }


def _whole(minimum: int, default: int, **more: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": minimum, "default": default, **more}


def _is_of(name: str, collection: Collection) -> bool:
    if name == "parent":
        return True
    return (name == "kind") != bool(collection.level)


def _schema(name: str, collection: Collection | None) -> dict[str, Any]:
    if name == "axis":
        return {**_TEXT, "enum": list(AXES)}
    if name == "kind":
        return {**_TEXT, "enum": [each.value for each in PointKind]}
    if name == "indicator" and collection is not None:
        known = [each.code for each in register_catalogue() if collection.level in each.levels]
        return {"type": "array", "items": {**_TEXT, "enum": known}}
    return {"type": "array", "items": _TEXT} if name == "indicator" else _TEXT


def _shapes() -> dict[str, Any]:
    link = _object(("href", "rel"), href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT)
    links = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
    collection = _object(
        ("id", "links"), id=_TEXT, title=_TEXT, description=_TEXT, links=links, itemType=_TEXT
    )
    geometry = {"type": "object", "nullable": True}
    feature = _object(
        ("type", "geometry", "properties"),
        type={**_TEXT, "enum": ["Feature"]},
        id=_TEXT,
        geometry=geometry,
        properties={"type": "object", "nullable": True},
        links=links,
    )
    features = _object(
        ("type", "features"),
        type={**_TEXT, "enum": ["FeatureCollection"]},
        features={"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
        links=links,
        numberMatched={"type": "integer"},
        numberReturned={"type": "integer"},
    )
    every = {"type": "array", "items": {"$ref": "#/components/schemas/Collection"}}
    texts = {"type": "array", "items": _TEXT}
    return {
        "Link": link,
        "LandingPage": _object(("links",), title=_TEXT, description=_TEXT, links=links),
        "ConfClasses": _object(("conformsTo",), conformsTo=texts),
        "Collection": collection,
        "Collections": _object(("links", "collections"), links=links, collections=every),
        "Feature": feature,
        "FeatureCollection": features,
        "Exception": _object(("code",), code=_TEXT, description=_TEXT, hint=_TEXT, near=texts),
    }


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}
