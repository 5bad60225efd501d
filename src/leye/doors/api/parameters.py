"""Query parameters: a misspelt one is an error, never ignored."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from django.http import HttpRequest

from leye.doors.api.errors import InvalidParameter, UnknownParameter
from leye.kernel.errors import near_matches


def only_known_parameters(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse query parameters that the view's query model, if it has one, does not name."""
    query = signature(view).parameters.get("query")
    known = tuple(query.annotation.model_fields) if query else ()

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        check_parameters(request, known)
        return view(request, *args, **kwargs)

    return checked


def check_parameters(request: HttpRequest, known: tuple[str, ...]) -> None:
    """Do nothing where each query parameter is known, given once, and not blank.

    :raises UnknownParameter: one is not known, or given twice.
    :raises InvalidParameter: one is blank.
    """
    offered = "、".join(known)
    for name, values in request.GET.lists():
        if name not in known:
            near = near_matches(name, known)
            hint = f"您是不是要写：{'、'.join(near)}" if near else ""
            hint = hint or (f"可用的参数：{offered}" if known else "这个接口没有查询参数")
            raise UnknownParameter(f"没有参数“{name}”", hint=hint, near=near)
        if len(values) > 1:
            raise UnknownParameter(f"参数 {name} 出现了 {len(values)} 次", hint="每个参数只写一次")
        if values[0].strip() == "":
            raise InvalidParameter(f"参数 {name} 没有值", hint="不需要的参数请整个去掉")
