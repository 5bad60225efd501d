"""Reading YAML into typed values, with every fault named by file and entry.

The house keeps its definitions and targets as YAML. Numbers that must stay exact are written as
text (``"0.0001"``), because a YAML float is a binary one.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from leye.kernel.errors import LeyeError

_Kind = TypeVar("_Kind", bound=StrEnum)


class InvalidDefinition(LeyeError):
    """A definition or a plan file contradicts itself or is incomplete."""

    code = "invalid_definition"
    title = "定义文件有误"


def load_yaml(path: Path) -> Mapping[str, Any]:
    """Give the mapping a YAML file holds.

    :raises InvalidDefinition: the file is missing, is not YAML, or holds no mapping.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidDefinition(f"{path.name}：{error}", hint="请核对文件内容") from error
    if not isinstance(content, dict):
        raise InvalidDefinition(f"{path.name}：应为键和值", hint="请核对文件内容")
    return content


class Entry:
    """One mapping of a YAML file, read field by field; ``where`` names it in errors.

    :raises InvalidDefinition: it is no mapping, or has a key outside ``keys``.
    """

    def __init__(self, raw: object, *, where: str, keys: frozenset[str]) -> None:
        self.where = where
        if not isinstance(raw, dict):
            raise self.fault("应为键和值")
        self._raw: dict[str, Any] = raw
        unknown = sorted(str(key) for key in raw if key not in keys)
        if unknown:
            raise self.fault(f"不认识的项：{'、'.join(unknown)}")

    def __contains__(self, key: str) -> bool:
        return self._raw.get(key) is not None

    def fault(self, what: str) -> InvalidDefinition:
        """Give (not raise) the error that names this entry."""
        return InvalidDefinition(f"{self.where}：{what}", hint="请改正定义文件后再启动")

    def raw(self, key: str) -> Any:
        """Give the value as YAML has it, or None."""
        return self._raw.get(key)

    def text(self, key: str, *, default: str | None = None) -> str:
        """Give a text; without ``default`` it must be there and not be empty.

        :raises InvalidDefinition: missing, empty, or not a text.
        """
        value = self._raw.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fault(f"{key} 应为文字")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts, empty when missing.

        :raises InvalidDefinition: not a list of texts.
        """
        value = self._raw.get(key) or []
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.fault(f"{key} 应为文字的列表")
        return tuple(value)

    def whole(self, key: str) -> int:
        """Give a whole number, not below zero.

        :raises InvalidDefinition: missing or something else.
        """
        value = self._raw.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.fault(f"{key} 应为不小于零的整数")
        return value

    def flag(self, key: str) -> bool:
        """Give a yes or no, no when missing.

        :raises InvalidDefinition: something else.
        """
        value = self._raw.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(f"{key} 应为 true 或 false")
        return value

    def number(self, key: str) -> Decimal:
        """Give an exact number, written as text.

        :raises InvalidDefinition: missing, a YAML float, or no finite number.
        """
        return self.exact(self._raw.get(key), what=key)

    def exact(self, value: object, *, what: str) -> Decimal:
        """Give ``value`` as an exact number.

        :raises InvalidDefinition: not text, or no finite number.
        """
        try:
            number = Decimal(value) if isinstance(value, str) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            raise self.fault(f'{what} 应为写成文字的数，如 "0.0001"')
        return number

    def choice(self, key: str, kind: type[_Kind]) -> _Kind:
        """Give a member of an enumeration.

        :raises InvalidDefinition: missing or not a member.
        """
        try:
            return kind(self.text(key))
        except ValueError:
            raise self.fault(f"{key} 应为 {'、'.join(kind)} 之一") from None
