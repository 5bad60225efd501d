"""The codes the synthetic city counts in: small whole numbers in arrays, with what they mean."""

from enum import IntEnum, StrEnum


class Status(IntEnum):
    """The one true status of a person aged 16 or over; CHILD is below 16, GONE dead or unborn."""

    CHILD = 0
    EMPLOYED_INSURED = 1
    EMPLOYED_FILED = 2
    PUBLIC_WELFARE_POST = 3
    SELF_EMPLOYED = 4
    FLEXIBLE = 5
    FARMING = 6
    MIGRANT = 7
    UNEMPLOYED_REGISTERED = 8
    UNEMPLOYED_LOOKING = 9
    STUDENT = 10
    RETIRED = 11
    INACTIVE = 12
    GONE = 13


STATUS_CODES: tuple[str, ...] = tuple(
    "" if status in {Status.CHILD, Status.GONE} else status.name.lower() for status in Status
)
"""The text code of each status by its number; blank for those who have none."""


class Contributor(IntEnum):
    """Who pays a person's social insurance this month (``contributor`` of the feed), 0 nobody."""

    NONE = 0
    UNIT = 1
    FLEXIBLE = 2
    PLATFORM = 3


class Pension(IntEnum):
    """The pension paid to a person this month (``kind`` of the feed), 0 none."""

    NONE = 0
    EMPLOYEE = 1
    RESIDENT = 2


class FirmKind(IntEnum):
    """The kind of a firm (``kind`` of the feed)."""

    COMPANY = 1
    SOLE = 2
    PARTNERSHIP = 3
    COOPERATIVE = 4
    HOUSEHOLD = 5
    PUBLIC = 6


class EndReason(IntEnum):
    """Why a labour filing ended (``end_reason`` of the feed), 0 still open."""

    OPEN = 0
    EXPIRED = 1
    AGREED = 2
    RESIGNED = 3
    LAID_OFF = 4
    RETIRED = 5
    DIED = 6
    OTHER = 9


class LossReason(IntEnum):
    """The reason written into an unemployment registration (``reason`` of the feed)."""

    DISMISSED = 1
    EXPIRED = 2
    RESIGNED = 3
    GRADUATE = 4
    OTHER = 5


class CancelReason(IntEnum):
    """Why an unemployment registration was cancelled (``cancel_reason``), 0 still open."""

    OPEN = 0
    EMPLOYED = 1
    RETIRED = 2
    DIED = 3
    OTHER = 4


class EmploymentForm(IntEnum):
    """The form of an employment registration (``form`` of the feed)."""

    UNIT = 1
    STARTUP = 2
    FLEXIBLE = 3
    WELFARE_POST = 4
    FARMING = 5
    MIGRANT = 6


class LedgerStatus(IntEnum):
    """The status a village writes into the labour ledger (``status`` of the feed)."""

    NONE = 0
    FARMING = 1
    LOCAL_WORK = 2
    OUTSIDE_WORK = 3
    FLEXIBLE = 4
    STARTUP = 5
    LOOKING = 6
    CARE_OR_UNWILLING = 7
    STUDENT = 8
    UNABLE = 9
    RETIRED = 10


class Programme(StrEnum):
    """The subsidy programmes (``programme`` of the feed); arrays hold positions in PROGRAMMES."""

    FLEXIBLE_INSURANCE = "flexible_insurance"
    WELFARE_POST = "welfare_post"
    FIRM_INSURANCE = "firm_insurance"
    TRAINEE = "trainee"
    STARTUP = "startup"
    TRAINING = "training"
    JOB_SEEKING = "job_seeking"
    ABSORPTION = "absorption"


PROGRAMMES: tuple[Programme, ...] = tuple(Programme)


class ComparisonRule(StrEnum):
    """What a comparison of registers is to find; the world knows where each is true."""

    BENEFIT_WHILE_INSURED = "benefit_while_insured"
    REGISTERED_BUT_EMPLOYED = "registered_but_employed"
    FILED_WITHOUT_CONTRIBUTIONS = "filed_without_contributions"
    CONTRIBUTIONS_WITHOUT_FILING = "contributions_without_filing"
    DEAD_OR_RETIRED_PAID = "dead_or_retired_paid"
    OWNER_WITH_FLEXIBLE_SUBSIDY = "owner_with_flexible_subsidy"
    WELFARE_POST_EMPLOYED_ELSEWHERE = "welfare_post_employed_elsewhere"
    OVERLAPPING_TRAININGS = "overlapping_trainings"
    SAME_SUBSIDY_TWICE = "same_subsidy_twice"
    GRADUATE_WITHOUT_EVIDENCE = "graduate_without_evidence"
    HOUSEHOLD_ZERO_EMPLOYMENT = "household_zero_employment"
    UNREPORTED_LAYOFF = "unreported_layoff"
    REPORT_FAR_FROM_INSURED = "report_far_from_insured"
    SEPARATION_REASON_DIFFERS = "separation_reason_differs"


COMPARISON_RULES: tuple[ComparisonRule, ...] = tuple(ComparisonRule)


class ScenarioKind(StrEnum):
    """What can be planted beside the frauds, which are named by their comparison rule."""

    PLANT_CLOSURE = "plant_closure"
    UNREPORTED_LAYOFF = "unreported_layoff"
    SECTOR_SLUMP = "sector_slump"
    RETURN_OF_MIGRANTS = "return_of_migrants"
