"""What the law leaves to the city, or what could not be found: set by the city, never guessed.

``settings.yaml`` says what each is and gives a default only where one is documented. A setting that
is not set makes what rests on it unknown. A city's own value is a change of ``setting.<name>``.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from leye.decision.policy.parameters import Confidence, InvalidParameter

_KEYS = frozenset({"label_zh", "label_en", "unit", "default", "basis"})
_FROM_THE_START = "1000-01-01"


@cache
def declared_settings() -> Mapping[str, Any]:
    """Give the settings as a parameter node, each with its default, or null where not set.

    :raises InvalidParameter: a setting does not say what it is, or a default has no basis.
    """
    text = (Path(__file__).parent / "settings.yaml").read_text(encoding="utf-8")
    return MappingProxyType(
        {name: _node(name, given) for name, given in yaml.safe_load(text).items()}
    )


def _node(name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    if set(given) != _KEYS:
        raise InvalidParameter(
            f"setting.{name} 应有且只有 {sorted(_KEYS)}", hint="请改正 settings.yaml"
        )
    default = given["default"]
    about = {
        "reference": given["basis"],
        "confidence": (Confidence.SET if default is None else Confidence.UNVERIFIED).value,
    }
    return {
        "metadata": {key: given[key] for key in ("label_zh", "label_en", "unit")},
        "values": {_FROM_THE_START: {"value": default, "metadata": about}},
    }
