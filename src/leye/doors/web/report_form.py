"""A monthly form as a page shows it: fields with values, sources, errors and reasons asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from leye.doors.web.options import OptionGroup, options_html
from leye.service.monitoring.reports.checks import WHY, Finding, Value
from leye.service.monitoring.reports.definitions import FieldKind, FormDefinition, FormField


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field; ``fixed`` is shown and not asked, ``source`` says where the value comes from."""

    name: str
    label: str
    kind: str
    unit: str
    help: str
    required: bool
    most: int
    value: str
    fixed: bool
    source: str
    error: str
    options: SafeString

    @property
    def id(self) -> str:
        """The id of the control."""
        return f"id_{self.name}"

    @property
    def described(self) -> str:
        """The ids of what describes the control."""
        parts = [
            *([f"{self.id}_error"] if self.error else []),
            *([f"{self.id}_source"] if self.source else []),
            *([f"{self.id}_help"] if self.help else []),
        ]
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class ShownWhy:
    """A soft finding, and the reason that settles it."""

    name: str
    text: str
    why: str
    value: str
    error: str

    @property
    def id(self) -> str:
        """The id of the control."""
        return f"id_{self.name}"


@dataclass(frozen=True, slots=True)
class ShownSection:
    """Fields under a heading; ``folded`` ones are shut until one says or lacks something."""

    title: str
    help: str
    fields: tuple[ShownField, ...]
    folded: bool

    @property
    def open(self) -> bool:
        """Whether a folded section is open."""
        return any(each.value or each.error for each in self.fields)


@dataclass(frozen=True, slots=True)
class ShownForm:
    """A form for a page: sections of fields, reasons asked for, and every error with its target."""

    title: str
    basis: str
    sections: tuple[ShownSection, ...]
    whys: tuple[ShownWhy, ...]
    errors: tuple[tuple[str, str], ...]
    seen: int


def shown_form(
    form: FormDefinition,
    *,
    given: Mapping[str, str],
    offered: Mapping[str, Mapping[str, Value]],
    fixed: Mapping[str, int],
    findings: Sequence[Finding] = (),
    seen: int,
) -> ShownForm:
    """Give a form as a page shows it.

    ``given`` is what was typed, ``offered`` what a blank field begins with and from where,
    ``fixed`` what is not asked.
    """
    errors = {each.field: each.text for each in findings if each.hard}
    soft = [each for each in findings if not each.hard]
    sections = tuple(
        ShownSection(
            section.title,
            section.help,
            tuple(_field(form, each, given, offered, fixed, errors) for each in section.fields),
            section.folded,
        )
        for section in form.sections
    )
    whys = tuple(_why(each, given, errors) for each in soft)
    listed = [(f"id_{each.field}", each.text) for each in findings if each.hard]
    listed += [(why.id, f"{why.text}，请写明原因") for why in whys if not why.value]
    return ShownForm(form.title, form.basis, sections, whys, tuple(listed), seen)


def value_lines(
    form: FormDefinition,
    values: Mapping[str, Value],
    *,
    beside: Mapping[str, Value] | None = None,
) -> list[dict[str, Any]]:
    """Give a form's values as lines; ``beside`` are those of another version or month."""
    return [
        {
            "label": each.label,
            "unit": each.unit,
            "value": form.label(each, values.get(each.name)),
            "beside": form.label(each, beside.get(each.name)) if beside is not None else "",
            "changed": beside is not None and beside.get(each.name) != values.get(each.name),
            "number": each.kind is FieldKind.COUNT,
        }
        for each in form.fields()
    ]


def reason_lines(findings: Iterable[Finding], reasons: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the soft findings of a version with the reasons that were given for them."""
    texts = {each.code: each.text for each in findings}
    return [(texts.get(code, code), reason) for code, reason in reasons.items()]


def _field(
    form: FormDefinition,
    each: FormField,
    given: Mapping[str, str],
    offered: Mapping[str, Mapping[str, Value]],
    fixed: Mapping[str, int],
    errors: Mapping[str, str],
) -> ShownField:
    offer = offered.get(each.name, {})
    value = given.get(each.name, "" if given else str(offer.get("value", "")))
    if each.name in fixed:
        value = str(fixed[each.name])
    choices = (("", "请选择"), *form.codes[each.codes].items()) if each.codes else ()
    return ShownField(
        name=each.name,
        label=each.label,
        kind=each.kind.value,
        unit=each.unit,
        help=each.help,
        required=each.required,
        most=each.most,
        value=value,
        fixed=each.name in fixed,
        source=_source(offer, each),
        error=errors.get(each.name, ""),
        options=options_html([OptionGroup("", choices)], chosen=value),
    )


def _source(offer: Mapping[str, Value], each: FormField) -> str:
    if not offer:
        return ""
    value = offer["value"]
    shown = f"{value:,}" if isinstance(value, int) else str(value)
    return f"参考：{shown}{each.unit}（{offer['source']}）"


def _why(each: Finding, given: Mapping[str, str], errors: Mapping[str, str]) -> ShownWhy:
    name = f"{WHY}{each.code}"
    return ShownWhy(name, each.text, each.why, given.get(name, ""), errors.get(name, ""))
