"""What staff fill in at the desk of warnings; one form for each thing that can be done."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from leye.analysis.warning import Origin
from leye.doors.console.monitoring_forms import choose, text_field, whole_field
from leye.doors.console.months import month_choices
from leye.kernel.months import month_add, month_of, month_range
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.cases.enums import Audience, Found, State, Verdict
from leye.service.response.cases.handling import MOST_PERSONS, usual_kind
from leye.service.response.cases.models import MOST_TEXT, Case, CaseStep
from leye.service.response.cases.opening import MOST_TITLE
from leye.service.response.cases.planned import plan_of, tasks_of
from leye.service.response.cases.queries import tasks_done
from leye.service.response.cases.releasing import MOST_PARAGRAPH, MOST_PARAGRAPHS
from leye.service.response.drills.scenario import scenarios
from leye.service.response.ledger.enums import Help, Outcome
from leye.service.response.ledger.models import MOST_NOTE
from leye.service.response.lines.models import MOST_BASIS
from leye.service.response.plans.catalogue import PlanKind
from leye.service.response.reserve.catalogue import reserve

_CHOOSE = {"required": "请选择", "invalid_choice": "请选择列出的一项"}
LEVELS = [(str(level.value), level.label) for level in Level]
BACK = 12


def _choice(label: str, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, error_messages=_CHOOSE, **kwargs)


def _long(label: str, most: int = MOST_TEXT, *, required: bool = True, **kwargs: Any) -> Any:
    return text_field(
        label, most, required=required, widget=forms.Textarea(attrs={"rows": 3}), **kwargs
    )


class CaseForm(forms.Form):
    """A form of one case. ``do`` names what is done; ``seen`` how many steps were on the page."""

    do: ClassVar[str] = ""
    title: ClassVar[str] = ""
    button: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, case: Case, data: Any = None) -> None:
        super().__init__(data, initial={"seen": case.steps}, auto_id=f"{self.do}_%s")
        self.case = case
        self.fitted()

    def fitted(self) -> None:
        """Set choices that depend on the case."""


class TakeForm(CaseForm):
    """Taking it."""

    do, title, button = "take", "受理", "受理"
    hint = "受理后由您负责核实。"


class JudgeForm(CaseForm):
    """What is behind it."""

    do, title, button = "judge", "核实判定", "提交判定"
    hint = "先打电话、查数据；一时查不清的选“一时查不清”，三天内到现场。"

    verdict = _choice("判定", [(each.value, each.label) for each in Verdict])
    text = _long("核实情况", help_text="找了谁、看了什么、为什么这样判定。不写身份证号、手机号。")


class VisitForm(CaseForm):
    """What was seen on the spot."""

    do, title, button = "visit", "现场核查", "记下现场情况"

    text = _long("现场情况")


class NoteForm(CaseForm):
    """How things stand."""

    do, title, button = "note", "报进展", "记下进展"

    text = _long("进展")


class OpinionForm(CaseForm):
    """At which level, and why."""

    do, title, button = "opinion", "会商意见", "提交意见"
    hint = "意见署名保存。橙色、红色须两人以上发表意见，由市级定级。"

    level = _choice("建议定为", LEVELS)
    text = _long("理由")


class GradeForm(CaseForm):
    """The level decided."""

    do, title, button = "grade", "定级", "定级"

    level = _choice("定为", LEVELS)
    text = _long("定级理由")

    def fitted(self) -> None:
        if self.case.grade is not None:
            left = [each for each in LEVELS if each[0] != str(self.case.grade)]
            choose(self, "level", left)


class PlanForm(CaseForm):
    """Which plan is started."""

    do, title, button = "plan", "启动预案", "启动预案"
    hint = "启动后各项任务从现在起计时。"

    kind = _choice("情形", [(each.value, each.value) for each in PlanKind])

    def fitted(self) -> None:
        choose(self, "kind", [(each.value, each.label) for each in PlanKind])
        self.initial["kind"] = usual_kind(self.case).value


class TaskForm(CaseForm):
    """A task of the plan that is done."""

    do, title, button = "task", "完成任务", "记为完成"

    task = _choice("任务", [])
    text = _long("完成情况", help_text="做了什么，材料在哪里。")

    def fitted(self) -> None:
        plan = plan_of(self.case)
        done = tasks_done(CaseStep.objects.filter(case=self.case))
        left = [] if plan is None else [
            (task.code, task.title) for task, _ in tasks_of(self.case, plan)
            if task.code not in done
        ]  # fmt: skip
        choose(self, "task", left)


class MeasureForm(CaseForm):
    """A measure of the reserve, and for how many."""

    do, title, button = "measure", "选用储备政策", "选用"

    measure = _choice("措施", [])
    persons = whole_field("人数", 1, MOST_PERSONS)
    text = text_field("说明", MOST_TEXT)

    def fitted(self) -> None:
        grade = self.case.grade or Level.BLUE.value
        usable = [
            (each.code, each.title)
            for each in reserve().measures
            if each.usable_at(grade) and not each.ended
        ]
        choose(self, "measure", usable)


class DraftForm(CaseForm):
    """A text for an audience."""

    do, title, button = "draft", "拟发布稿", "存为待批准稿"
    hint = "由另一位有权限的同事批准后才发出；部门联动、向社会发布由市级批准。"

    audience = _choice("范围", [(each.value, each.label) for each in Audience])
    text = forms.CharField(
        label="正文",
        max_length=MOST_PARAGRAPH * MOST_PARAGRAPHS,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "请填写正文"},
    )

    def fitted(self) -> None:
        allowed = [each for each in Audience if self.case.drill_id is None
                   or each is not Audience.PUBLIC]  # fmt: skip
        choose(self, "audience", [(each.value, each.label) for each in allowed])


class ApproveForm(CaseForm):
    """A text somebody else drafted."""

    do, title, button = "approve", "批准发布", "批准发布"

    release = forms.IntegerField(widget=forms.HiddenInput)


class CloseForm(CaseForm):
    """Why it is over."""

    do, title, button = "close", "解除", "解除这个事项"
    hint = "解除后不能再改，只能复盘。"

    text = _long("解除理由")


class ReviewForm(CaseForm):
    """What was learned."""

    do, title, button = "review", "复盘", "提交复盘"

    text = _long("复盘意见", help_text="哪里快、哪里慢，监测线和预案要不要改。")


class ListForm(CaseForm):
    """Persons taken over from the registers."""

    do, title, button = "list", "从登记库登记人员", "登记人员"
    hint = "查找这个事项的用人单位从立项上一个月起非本人意愿离职的人，逐人进入台账。"


class RefreshForm(CaseForm):
    """Persons followed by the registers."""

    do, title, button = "refresh", "按登记库更新", "按登记库更新"


class FollowForm(forms.Form):
    """What was done for a person, or how it ended."""

    what = _choice(
        "事项",
        [
            ("", "请选择"),
            ("已办", [(each.value, each.label) for each in Help]),
            ("去向（跟进结束）", [(each.value, each.label) for each in Outcome]),
        ],
    )
    on = forms.DateField(
        label="日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "请填写日期", "invalid": "日期写成 2026-11-05"},
    )
    text = text_field("说明", MOST_NOTE, help_text="无意愿、没有离职、联系不上的要写明情况。")

    def chosen(self) -> Help | Outcome:
        """Give what was chosen; only of a form that is valid."""
        what = self.cleaned_data["what"]
        return Help(what) if what in {each.value for each in Help} else Outcome(what)


class MissForm(forms.Form):
    """Something the watch had not seen."""

    title = text_field("标题", MOST_TITLE, required=True, help_text="哪里、发生了什么。")
    place = forms.ChoiceField(label="地区", error_messages=_CHOOSE)
    month = forms.ChoiceField(label="发生月份", error_messages=_CHOOSE)
    found = _choice(
        "怎样发现",
        [(e.value, e.label) for e in Found if e not in (Found.SIGNAL, Found.NOTICE)],
    )
    level = _choice("您看属于哪一级", LEVELS)
    persons = whole_field("涉及人数", 0, MOST_PERSONS, required=False)
    why = _long("为什么没有预警", help_text="哪条数据没有来、哪条线没有到；说不清就写“待查”。")

    def __init__(self, data: Any = None, *, places: list[tuple[str, str]]) -> None:
        newest = month_of(timezone.localdate())
        months = month_range(month_add(newest, -BACK), newest)
        super().__init__(data, initial={"month": newest})
        choose(self, "place", places)
        choose(self, "month", month_choices(tuple(reversed(months))))


class DrillForm(forms.Form):
    """Which scenario is replayed where."""

    scenario = _choice("情景", [])
    place = forms.ChoiceField(label="地区", error_messages=_CHOOSE)

    def __init__(self, data: Any = None, *, places: list[tuple[str, str]]) -> None:
        super().__init__(data)
        choose(self, "scenario", [(each.code, each.title) for each in scenarios().values()])
        choose(self, "place", places)


class LessonsForm(forms.Form):
    """What was learned from a drill."""

    lessons = _long("复盘意见")


class CaseFilter(forms.Form):
    """Which cases are listed."""

    state = forms.ChoiceField(label="状态", required=False)
    place = forms.ChoiceField(label="地区", required=False)

    def __init__(self, data: Any, *, places: list[tuple[str, str]]) -> None:
        super().__init__(data)
        choose(self, "state", [("open", "没有解除的"), *((e.value, e.label) for e in State),
                               ("missed", "漏报"), ("all", "全部")])  # fmt: skip
        choose(self, "place", [("", "全部"), *places])


class SignForm(forms.Form):
    """A line of a watch, to be signed."""

    value = forms.DecimalField(
        label="界线",
        max_digits=14,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": "请填写界线", "invalid": "界线要写数字",
                        "max_decimal_places": "最多四位小数", "max_digits": "数太大了"},
    )  # fmt: skip
    valid_from = forms.DateField(
        label="起用日",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "请填写起用日", "invalid": "日期写成 2026-12-01"},
    )
    origin = _choice("来历", [(each.value, each.label) for each in Origin])
    basis = text_field("依据", MOST_BASIS, required=True, help_text="文件、条款，或者会议。")
