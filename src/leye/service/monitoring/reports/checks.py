"""Reading and checking a filled form: hard errors, and soft ones that a reason settles. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from leye.service.identity.errors import InvalidText
from leye.service.identity.texts import plain_text
from leye.service.monitoring.reports.definitions import (
    FieldKind,
    FormDefinition,
    FormField,
    FormRule,
    Severity,
)

Value = int | str | None
Values = Mapping[str, Value]
MOST_WHY = 200
WHY = "why_"
"""A reason for a soft finding comes under this prefix and the finding's code."""
_OTHER_TYPE, _OTHER_REASON, _CLOSED, _LAID_OFF = "10", "15", "01", "03"
_REASONS = (("reason1", "note1"), ("reason2", "note2"), ("reason3", "note3"))
_FOR_REDUCTION = ("reduction", "reason1", "note1", "reason2", "note2", "reason3", "note3", "other")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, or worth a reason: where, what, and why it is asked."""

    code: str
    field: str
    severity: Severity
    text: str
    why: str = ""

    @property
    def hard(self) -> bool:
        """Whether it refuses the form."""
        return self.severity is Severity.HARD


@dataclass(frozen=True, slots=True)
class Known:
    """What the registers know of a firm, to hold a report against; None: nobody delivered it.

    ``month`` is the month of the figures, ``source`` says where they come from.
    """

    month: int
    insured: int | None
    hires: int | None = None
    separations: int | None = None
    source: str = "社会保险缴费明细"


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a form is checked against; ``settings`` are the monitoring settings of the day."""

    settings: Mapping[str, int]
    last: Values | None = None
    base: int | None = None
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """A form read: values under every field's name, findings, and reasons given for soft ones."""

    values: dict[str, Value]
    findings: tuple[Finding, ...]
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def unsettled(self) -> tuple[Finding, ...]:
        """The findings that keep the form from being handed in."""
        return tuple(f for f in self.findings if f.hard or f.code not in self.reasons)

    @property
    def soft(self) -> tuple[Finding, ...]:
        """The findings a reason settles."""
        return tuple(f for f in self.findings if not f.hard)


def read_form(form: FormDefinition, given: Mapping[str, str], context: CheckContext) -> Filled:
    """Read a form as typed and check it.

    A form with a field that cannot be read is not checked further.
    """
    values: dict[str, Value] = {}
    found: list[Finding] = []
    for each in form.fields():
        raw = given.get(each.name, "")
        if each.name == "base" and context.base is not None:
            raw = str(context.base)
        try:
            values[each.name] = _read(form, each, raw)
        except _Unreadable as error:
            values[each.name] = None
            found.append(Finding(f"{each.name}_unreadable", each.name, Severity.HARD, error.text))
    if not found:
        found = check(form, values, context)
    reasons, unusable = _reasons(found, given)
    return Filled(values, (*found, *unusable), reasons)


def check(form: FormDefinition, values: Values, context: CheckContext) -> list[Finding]:
    """Give what is wrong or odd of a form whose fields all can be read; hard findings first."""
    found = [f for rule in form.rules if (f := _declared(form, rule, values, context))]
    if form.kind == "firm":
        found += _reduction(values)
        found += _against_registers(values, context)
        found += _odd(values, context)
    return sorted(found, key=lambda f: not f.hard)


class _Unreadable(Exception):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _read(form: FormDefinition, each: FormField, raw: str) -> Value:
    text = unicodedata.normalize("NFKC", raw).strip()
    if not text:
        if each.required:
            raise _Unreadable(f"请填写{each.label}，没有就填 0")
        return None if each.kind is FieldKind.COUNT else ""
    if each.kind is FieldKind.COUNT:
        return _count(each, text)
    if each.kind is FieldKind.CHOICE:
        if text not in form.codes[each.codes]:
            raise _Unreadable(f"请选择列出的{each.label}")
        return text
    try:
        return plain_text(raw, what=each.label, most=each.most, required=False)
    except InvalidText as error:
        raise _Unreadable(f"{error.detail}。{error.hint}") from error


def _count(each: FormField, text: str) -> int:
    digits = text.replace(",", "").replace(" ", "").removesuffix(each.unit)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise _Unreadable(f"{each.label}“{text[:20]}”不是整数")
    number = int(digits)
    if number > each.most:
        raise _Unreadable(f"{each.label}不能超过 {each.most:,}")
    return number


def _reasons(
    found: list[Finding], given: Mapping[str, str]
) -> tuple[dict[str, str], list[Finding]]:
    reasons: dict[str, str] = {}
    unusable: list[Finding] = []
    for each in found:
        raw = given.get(WHY + each.code, "").strip()
        if each.hard or not raw:
            continue
        try:
            reasons[each.code] = plain_text(raw, what="原因", most=MOST_WHY)
        except InvalidText as error:
            words = f"{error.detail}。{error.hint}"
            unusable.append(Finding(f"{each.code}_why", WHY + each.code, Severity.HARD, words))
    return reasons, unusable


def _number(values: Values, name: str) -> int:
    found = values.get(name)
    return found if isinstance(found, int) else 0


def _declared(
    form: FormDefinition, rule: FormRule, values: Values, context: CheckContext
) -> Finding | None:
    mine = values.get(rule.field)
    if not isinstance(mine, int):
        return None
    label = form.field(rule.field).label
    if rule.rule == "at_most":
        other = values.get(rule.other)
        if not isinstance(other, int) or mine <= other:
            return None
        more = form.field(rule.other).label
        text = f"{label} {mine:,} 比{more} {other:,} 还多"
        code = f"{rule.field}_over_{rule.other}"
        return Finding(code, rule.field, rule.severity, text, rule.why)
    before = (context.last or {}).get(rule.field)
    if not isinstance(before, int) or not _far(mine, before, context.settings, "change"):
        return None
    text = f"{label}从上月的 {before:,} 变成 {mine:,}"
    why = "变化很大：可能是填错，也可能出了大事，请核对并写明原因。"
    return Finding(f"{rule.field}_jump", rule.field, rule.severity, text, why)


def _far(one: int, other: int, settings: Mapping[str, int], what: str) -> bool:
    apart = abs(one - other)
    share = settings[f"{what}_share"]
    return apart >= settings[f"{what}_least"] and apart * 100 >= share * max(other, 1)


def _reduction(values: Values) -> list[Finding]:
    """Check that a reduction is explained, and that only a reduction is."""
    base, current = _number(values, "base"), _number(values, "current")
    if current >= base:
        if any(values.get(name) for name in _FOR_REDUCTION if name != "other"):
            text = "调查期人数没有比建档期少，减少类型和原因要空着"
            return [Finding("reduction_without_loss", "reduction", Severity.HARD, text)]
        return []
    found = []
    lost = f"比建档期少了 {base - current:,} 人"
    if not values.get("reduction"):
        found.append(_hard("reduction_missing", "reduction", f"{lost}，请选择减少类型"))
    if not values.get("reason1"):
        found.append(_hard("reason_missing", "reason1", f"{lost}，请选择主要原因"))
    for (earlier, _), (later, _) in pairwise(_REASONS):
        if values.get(later) and not values.get(earlier):
            found.append(
                _hard(f"{later}_before", later, "请按主要、次要、第三的次序填，中间不要空")
            )
    return found + _repeated(values) + _explained(values)


def _repeated(values: Values) -> list[Finding]:
    seen: set[Value] = set()
    found = []
    for name, _ in _REASONS:
        chosen = values.get(name)
        if chosen and chosen in seen:
            found.append(_hard(f"{name}_repeated", name, "同一个原因只选一次"))
        seen.add(chosen)
    return found


def _explained(values: Values) -> list[Finding]:
    found = []
    for name, note in _REASONS:
        if values.get(name) == _OTHER_REASON and not values.get(note):
            found.append(_hard(f"{note}_missing", note, "选了“其他”，请写明是什么原因"))
        if values.get(note) and not values.get(name):
            found.append(_hard(f"{name}_of_note", name, "写了说明，请选择它说的是哪一种原因"))
    if values.get("reduction") == _OTHER_TYPE and not (values.get("note1") or values.get("other")):
        found.append(_hard("type_other", "other", "减少类型选了“其他”，请写明情况"))
    return found


def _against_registers(values: Values, context: CheckContext) -> list[Finding]:
    known, current = context.known, _number(values, "current")
    if known is None or known.insured is None:
        return []
    if not _far(current, known.insured, context.settings, "insured"):
        return []
    month = f"{known.month // 100}年{known.month % 100}月"
    text = f"{month}社保参保 {known.insured:,} 人，与填报的 {current:,} 人相差较大"
    why = "两边都可能有道理（新进的人还没参保、退休返聘、异地参保等），请写明是哪一种。"
    return [Finding("current_unlike_insured", "current", Severity.SOFT, text, why)]


def _odd(values: Values, context: CheckContext) -> list[Finding]:
    base, current = _number(values, "base"), _number(values, "current")
    before = (context.last or {}).get("current")
    from_ = before if isinstance(before, int) else base
    lost, rules = from_ - current, context.settings
    found = []
    line = lost >= rules["layoff_persons"] or lost * 100 >= rules["layoff_share"] * max(from_, 1)
    if values.get("reduction") == _LAID_OFF and lost > 0 and line:
        text = f"经济性裁员 {lost:,} 人，达到规模裁员的标准"
        why = "《劳动合同法》第四十一条：要提前30日向工会或全体职工说明，并向人社部门报告。"
        found.append(Finding("layoff_reportable", "reduction", Severity.SOFT, text, why))
    if values.get("reduction") == _CLOSED and current > 0:
        text = f"选了“关闭破产”，但仍有 {current:,} 人"
        why = "清算期间留守的人可以有，请写明。"
        found.append(Finding("closed_with_staff", "reduction", Severity.SOFT, text, why))
    if current == 0 and base > 0:
        why = "一个人也没有，多半是停产或关闭，请写明；也可能是填错了。"
        found.append(Finding("nobody_left", "current", Severity.SOFT, "调查期人数是 0", why))
    if _number(values, "gap") > 0 and _number(values, "planned") == 0:
        text = f"缺工 {_number(values, 'gap'):,} 人，却没有招聘计划"
        why = "缺人而不招，请写明是什么情况。"
        found.append(Finding("gap_without_plan", "planned", Severity.SOFT, text, why))
    return found


def _hard(code: str, name: str, text: str) -> Finding:
    return Finding(code, name, Severity.HARD, text)
