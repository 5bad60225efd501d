"""States, verdicts, steps and releases of a case. Codes are never reused."""

from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    VERIFY = "verify"
    CONSULT = "consult"
    HANDLE = "handle"
    CLOSED = "closed"
    REVIEWED = "reviewed"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return _STATES[self]

    @property
    def open(self) -> bool:
        """Whether something is still to be done before the case is closed."""
        return self in OPEN


OPEN = (State.VERIFY, State.CONSULT, State.HANDLE)
_STATES = {
    State.VERIFY: "待核实",
    State.CONSULT: "待会商定级",
    State.HANDLE: "处置中",
    State.CLOSED: "已解除，待复盘",
    State.REVIEWED: "已复盘",
}


class Verdict(StrEnum):
    """What a verification found."""

    TRUE = "true"
    SEASONAL = "seasonal"
    DATA_ERROR = "data_error"
    POLICY = "policy"
    UNCLEAR = "unclear"

    @property
    def label(self) -> str:
        """The verdict in Chinese."""
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.TRUE: "属实",
    Verdict.SEASONAL: "季节性波动",
    Verdict.DATA_ERROR: "数据错误",
    Verdict.POLICY: "政策性变动",
    Verdict.UNCLEAR: "一时查不清",
}


class Stage(StrEnum):
    """What the running clock of a case waits for."""

    TAKE = "take"
    VERIFY = "verify"
    VISIT = "visit"
    CONSULT = "consult"
    PLAN = "plan"
    HANDLE = "handle"
    REVIEW = "review"

    @property
    def label(self) -> str:
        """The stage in Chinese."""
        return _STAGES[self]


_STAGES = {
    Stage.TAKE: "受理",
    Stage.VERIFY: "初步核实",
    Stage.VISIT: "现场核查",
    Stage.CONSULT: "会商定级",
    Stage.PLAN: "启动预案",
    Stage.HANDLE: "处置",
    Stage.REVIEW: "复盘",
}


class StepKind(StrEnum):
    """What was done with a case."""

    OPENED = "opened"
    JOINED = "joined"
    TAKEN = "taken"
    JUDGED = "judged"
    VISITED = "visited"
    OPINION = "opinion"
    GRADED = "graded"
    DRAFTED = "drafted"
    APPROVED = "approved"
    PLAN_STARTED = "plan_started"
    TASK_DONE = "task_done"
    MEASURE = "measure"
    LISTED = "listed"
    FOLLOWED = "followed"
    ESCALATED = "escalated"
    CLOSED = "closed"
    REVIEWED = "reviewed"
    NOTED = "noted"

    @property
    def label(self) -> str:
        """The step in Chinese."""
        return _STEPS[self]


_STEPS = {
    StepKind.OPENED: "立项",
    StepKind.JOINED: "并入信号",
    StepKind.TAKEN: "受理",
    StepKind.JUDGED: "核实判定",
    StepKind.VISITED: "现场核查",
    StepKind.OPINION: "会商意见",
    StepKind.GRADED: "定级",
    StepKind.DRAFTED: "拟稿",
    StepKind.APPROVED: "批准发布",
    StepKind.PLAN_STARTED: "启动预案",
    StepKind.TASK_DONE: "完成任务",
    StepKind.MEASURE: "选用措施",
    StepKind.LISTED: "登记人员",
    StepKind.FOLLOWED: "跟进人员",
    StepKind.ESCALATED: "超时上报",
    StepKind.CLOSED: "解除",
    StepKind.REVIEWED: "复盘",
    StepKind.NOTED: "记录",
}


class Audience(StrEnum):
    """Whom a release is for."""

    INTERNAL = "internal"
    DEPARTMENTS = "departments"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """The audience in Chinese."""
        return {"internal": "内部通报", "departments": "部门联动", "public": "向社会发布"}[
            self.value
        ]


class Found(StrEnum):
    """How a case came up. All but a signal of the watch are misses where the watch was silent."""

    SIGNAL = "signal"
    NOTICE = "notice"
    VISIT = "visit"
    COMPLAINT = "complaint"
    MEDIA = "media"
    UPPER = "upper"

    @property
    def label(self) -> str:
        """The way in Chinese."""
        return _FOUND[self]


_FOUND = {
    Found.SIGNAL: "监测信号",
    Found.NOTICE: "裁员、突发事件报告",
    Found.VISIT: "走访",
    Found.COMPLAINT: "来信来访、劳动监察",
    Found.MEDIA: "媒体、网络",
    Found.UPPER: "上级交办、其他部门通报",
}
