"""What was done for a person of the ledger, and how it ended. Codes are never reused."""

from enum import StrEnum


class Help(StrEnum):
    """What happened on the way."""

    CONTACTED = "contacted"
    REGISTERED = "registered"
    BENEFIT = "benefit"
    TRAINING = "training"
    OFFERED = "offered"

    @property
    def label(self) -> str:
        """The help in Chinese."""
        return _HELP[self]


_HELP = {
    Help.CONTACTED: "已联系本人",
    Help.REGISTERED: "失业登记",
    Help.BENEFIT: "领取失业保险金",
    Help.TRAINING: "参加培训",
    Help.OFFERED: "推荐岗位",
}


class Outcome(StrEnum):
    """How it ended. Until then the person is followed."""

    JOB = "job"
    SELF_EMPLOYED = "self_employed"
    FLEXIBLE = "flexible"
    WELFARE_POST = "welfare_post"
    MIGRANT = "migrant"
    STUDY = "study"
    RETIRED = "retired"
    NOT_SEEKING = "not_seeking"
    STAYED = "stayed"
    DIED = "died"
    UNREACHABLE = "unreachable"

    @property
    def label(self) -> str:
        """The outcome in Chinese."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.JOB: "重新就业",
    Outcome.SELF_EMPLOYED: "自主创业",
    Outcome.FLEXIBLE: "灵活就业",
    Outcome.WELFARE_POST: "公益性岗位",
    Outcome.MIGRANT: "外出务工",
    Outcome.STUDY: "升学、入伍",
    Outcome.RETIRED: "退休",
    Outcome.NOT_SEEKING: "暂无就业意愿（本人确认）",
    Outcome.STAYED: "没有离职",
    Outcome.DIED: "死亡",
    Outcome.UNREACHABLE: "三次以上联系不上",
}


class Origin(StrEnum):
    """Where it is known from that a person is affected, or what became of them."""

    REGISTER = "register"
    STAFF = "staff"

    @property
    def label(self) -> str:
        """The origin in Chinese."""
        return {"register": "登记库", "staff": "经办人员"}[self.value]
