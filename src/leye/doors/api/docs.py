"""``/api/docs``: the OpenAPI description as a page for people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leye.doors.api.interface import description

_TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "true 或 false",
    "object": "对象",
    "null": "null",
}
_FORMATS = {"date-time": "时间", "date": "日期"}
_STATUS = {
    "200": "成功",
    "400": "参数有误",
    "404": "代码或地址不存在",
    "429": "请求过于频繁",
}


@dataclass(frozen=True, slots=True)
class Type:
    """A type in words; ``schema`` is the shape it refers to, to link to."""

    words: str
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a shape."""

    name: str
    type: Type
    required: bool
    text: str
    limits: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One status an operation answers with."""

    status: str
    words: str
    schema: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One address. ``body`` is the shape of what is sent, ``body_example`` one as JSON."""

    id: str
    method: str
    path: str
    summary: str
    text: str
    parameters: tuple[Field, ...]
    answers: tuple[Answer, ...]
    example: str
    body: str = ""
    body_example: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of the answers."""

    name: str
    text: str
    fields: tuple[Field, ...]


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show every address, parameter, answer and shape."""
    found = description()
    shapes = found["components"]["schemas"]
    context = {
        "api": found["info"],
        "operations": [
            _operation(path, method, item)
            for path, items in found["paths"].items()
            for method, item in items.items()
        ],
        "shapes": [_shape(name, each) for name, each in shapes.items() if "properties" in each],
    }
    return render(request, "api/docs.html", context)


def _operation(path: str, method: str, item: Mapping[str, Any]) -> Operation:
    sent = item.get("x-body")
    return Operation(
        id=item["operationId"],
        method=method.upper(),
        path=path,
        summary=item["summary"],
        text=item.get("description", ""),
        parameters=tuple(
            Field(
                name=each["name"],
                type=_type(each["schema"]),
                required=each["required"],
                text=each.get("description", ""),
                limits=_limits(each["schema"]),
                where="地址" if each["in"] == "path" else "查询",
            )
            for each in item["parameters"]
        ),
        answers=tuple(
            Answer(str(status), _STATUS.get(str(status), ""), _answer_schema(answer))
            for status, answer in item["responses"].items()
        ),
        example=item.get("x-example", ""),
        body=_answer_schema(item.get("requestBody", {})),
        body_example=json.dumps(sent, ensure_ascii=False, indent=2) if sent else "",
    )


def _answer_schema(answer: Mapping[str, Any]) -> str:
    content = answer.get("content", {}).get("application/json", {})
    return _type(content.get("schema", {})).schema


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    required = set(schema.get("required", ()))
    return Shape(
        name=name,
        text=schema.get("description", ""),
        fields=tuple(
            Field(field, _type(each), field in required, each.get("description", ""))
            for field, each in schema["properties"].items()
        ),
    )


def _type(schema: Mapping[str, Any]) -> Type:
    if "$ref" in schema:
        return _referred(schema["$ref"].rpartition("/")[2])
    options = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if options:
        inner = _type(options[0])
        may_be_missing = len(options) < len(schema["anyOf"])
        return Type(inner.words + ("，可为 null" if may_be_missing else ""), inner.schema)
    if schema.get("type") == "array":
        inner = _type(schema["items"])
        return Type(f"{inner.words}的列表", inner.schema)
    words = _FORMATS.get(schema.get("format", "")) or _TYPES.get(schema.get("type", ""), "任意")
    return Type(words)


def _referred(name: str) -> Type:
    schema = description()["components"]["schemas"][name]
    if "enum" in schema:
        return Type("、".join(str(each) for each in schema["enum"]) + " 之一")
    return Type(name, name)


def _limits(schema: Mapping[str, Any]) -> str:
    parts = {**schema, **next((s for s in schema.get("anyOf", ()) if "maxLength" in s), {})}
    words = []
    if "minimum" in parts:
        words.append(f"{parts['minimum']}—{parts['maximum']}")
    if "maxLength" in parts:
        words.append(f"最多 {parts['maxLength']} 个字符")
    if parts.get("default") is not None:
        words.append(f"默认 {parts['default']}")
    return "，".join(words)
