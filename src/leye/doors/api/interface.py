"""The API as a whole: its operations, its errors, its description."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from leye.doors.api import (
    deliveries,
    figures,
    indicators,
    places,
    policies,
    register_figures,
    register_flows,
    register_indicators,
    targets,
)
from leye.doors.api.errors import (
    UnknownAddress,
    on_http_error,
    on_leye_error,
    on_validation_error,
)
from leye.doors.api.parameters import only_known_parameters
from leye.doors.api.throttles import AddressThrottle
from leye.kernel.errors import LeyeError, near_matches

ROOT = "/api/v1/"


class ChineseJSON(JSONRenderer):
    """JSON that people can read: Chinese is not escaped."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="乐业开放数据接口",
    version="1",
    description=(
        "只读，什么都不保存。匿名得到已公开的数据；登录的工作人员还能得到权限范围内未公开的数据。"
        "列表按 next_cursor 翻页，整个翻页过程用同一个数据版本，不重复、不遗漏。"
        "缺失的数值是 null，绝不写成 0。出错时返回 code、title、detail、hint、near。"
    ),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    renderer=ChineseJSON(),
    throttle=[AddressThrottle()],
    openapi_extra={"info": {"license": {"name": "AGPL-3.0-or-later"}}},
)
api.add_exception_handler(LeyeError, on_leye_error)  # type: ignore[arg-type]  # typed as class or instance; instances come
api.add_exception_handler(HttpError, on_http_error)  # type: ignore[arg-type]  # typed as class or instance; instances come
api.add_exception_handler(ValidationError, on_validation_error)  # type: ignore[arg-type]  # typed as class or instance; instances come

v1 = Router()
v1.add_decorator(only_known_parameters, mode="operation")
for each in (indicators, places, figures, targets, deliveries):
    v1.add_router("", each.router)
for each in (register_indicators, register_figures, register_flows, policies):
    v1.add_router("", each.router)
api.add_router("/v1", v1)


@cache
def description() -> dict[str, Any]:
    """Give the API's OpenAPI description."""
    return dict(api.get_openapi_schema())


def unknown_address(request: HttpRequest, **_rest: str) -> HttpResponseBase:
    """Answer an address under ``/api/`` that is none.

    :raises UnknownAddress: always.
    """
    near = near_matches(request.path.rstrip("/"), description()["paths"])
    raise UnknownAddress(
        request.path,
        hint=f"您是不是要找：{'、'.join(near)}" if near else "全部接口见 /api/docs",
        near=near,
    )
