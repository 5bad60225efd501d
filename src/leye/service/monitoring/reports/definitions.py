"""Monthly forms as data: sections, fields, codes and rules. Read from ``forms/*.yaml``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leye.kernel.errors import UnknownCode

_FOLDER = Path(__file__).with_name("forms")


class FieldKind(StrEnum):
    """What is written in a field."""

    COUNT = "count"
    CHOICE = "choice"
    TEXT = "text"


class Severity(StrEnum):
    """A hard finding refuses the form; a soft one asks for a reason."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field; ``most`` is the largest number, or the longest text."""

    name: str
    label: str
    kind: FieldKind
    unit: str = ""
    help: str = ""
    required: bool = False
    most: int = 0
    codes: str = ""


@dataclass(frozen=True, slots=True)
class FormSection:
    """Fields under a heading; ``folded``: most leave all of them blank."""

    title: str
    help: str
    fields: tuple[FormField, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class FormRule:
    """A check declared with the form: ``at_most`` another field, or ``jump`` against last month."""

    rule: str
    field: str
    other: str = ""
    severity: Severity = Severity.SOFT
    why: str = ""


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """A monthly form. ``codes`` are its lists: name, then code to label."""

    name: str
    title: str
    kind: str
    edition: str
    basis: str
    sections: tuple[FormSection, ...]
    codes: Mapping[str, Mapping[str, str]]
    rules: tuple[FormRule, ...]

    def fields(self) -> Iterator[FormField]:
        """Give every field in the order of the form."""
        for section in self.sections:
            yield from section.fields

    def field(self, name: str) -> FormField:
        """Give a field by name.

        :raises UnknownCode: the form has no such field.
        """
        for each in self.fields():
            if each.name == name:
                return each
        raise UnknownCode("表单项", name)

    def label(self, field: FormField, value: Any) -> str:
        """Give a value as people read it; a dash where nothing was written."""
        if value is None or value == "":
            return "—"
        if field.kind is FieldKind.CHOICE:
            return self.codes[field.codes].get(str(value), str(value))
        return f"{value:,}" if isinstance(value, int) else str(value)


@cache
def forms() -> Mapping[str, FormDefinition]:
    """Give every form by name."""
    found = (_form(path) for path in sorted(_FOLDER.glob("*.yaml")))
    return {each.name: each for each in found}


def form_named(name: str) -> FormDefinition:
    """Give a form by name.

    :raises UnknownCode: there is none.
    """
    if name not in forms():
        raise UnknownCode("表单", name, near=forms())
    return forms()[name]


def _form(path: Path) -> FormDefinition:
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    sections = tuple(
        FormSection(
            each["title"],
            each.get("help", ""),
            tuple(FormField(**{**f, "kind": FieldKind(f["kind"])}) for f in each["fields"]),
            bool(each.get("folded", False)),
        )
        for each in given["sections"]
    )
    rules = tuple(
        FormRule(**{**each, "severity": Severity(each.get("severity", "soft"))})
        for each in given["rules"]
    )
    heads = {name: given[name] for name in ("name", "title", "kind", "edition", "basis")}
    return FormDefinition(**heads, sections=sections, codes=given["codes"], rules=rules)
