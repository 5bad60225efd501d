"""OpenFisca's own web API over our rules, as a WSGI application for a server to mount.

Three things differ from ``openfisca serve``: JSON is strict both ways (a number not known is null,
NaN is refused), addresses in answers carry the path it is mounted at, and a failure says nothing of
what was asked.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from openfisca_web_api.app import create_app
from werkzeug.exceptions import HTTPException

from leye.decision.policy.system import system


class StrictJSON(JSONProvider):
    """JSON without NaN; Chinese is written as it is, keys stay in their order."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """Give the text; a number that is not known becomes null."""
        return json.dumps(_plain(obj), ensure_ascii=False, allow_nan=False)

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Read a text.

        :raises ValueError: it is no JSON, or names a number that JSON does not have.
        """
        return json.loads(s, parse_constant=_refused, parse_float=_finite)


@cache
def web_application() -> Flask:
    """Give the application; made once, at the first request."""
    app: Flask = create_app(system(), welcome_message=_WELCOME)
    app.json = StrictJSON(app)
    app.register_error_handler(HTTPException, _refusal)
    app.register_error_handler(Exception, _cannot)
    app.after_request(_mounted)
    return app


_WELCOME = "OpenFisca web API of the policies of Leye: spec, entities, variables, parameters"
_SHOWN = 20
_LISTING = frozenset({"get_parameters", "get_variables", "get_spec"})


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number - number != 0:
        raise ValueError(f"{digits[:_SHOWN]} is too large")
    return number


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _refusal(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    response = error.get_response()
    response.data = StrictJSON(web_application()).dumps({"error": error.description})
    response.content_type = "application/json"
    return response


def _cannot(_error: Exception) -> tuple[dict[str, str], int]:
    """A situation that OpenFisca fails on is a wrong one; its message may quote what was given."""
    return {"error": "The situation cannot be computed: see /spec for its form"}, 400


def _mounted(response: Response) -> Response:
    if request.endpoint in _LISTING and response.is_json:
        bare, mounted = request.host_url.rstrip("/"), request.root_url.rstrip("/")
        address = re.compile(f'"{re.escape(bare)}(?=[/"])')
        response.set_data(address.sub(f'"{mounted}', response.get_data(as_text=True)))
    return response
