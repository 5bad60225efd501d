"""What a source's contract says: its columns, checks and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from leye.data.pool.contract import Privacy
from leye.data.pool.types import Severity


class Shape(StrEnum):
    """How the deliveries of a source follow each other.

    Monthly: each holds its whole month. Standing: the first holds every record, later ones the new
    and the changed.
    """

    MONTHLY = "monthly"
    STANDING = "standing"


class Kind(StrEnum):
    """What the cells of a source's column hold."""

    IDENTITY = "identity"
    NAME = "name"
    PHONE = "phone"
    CREDIT_CODE = "credit_code"
    CODE = "code"
    YES_NO = "yes_no"
    PLACE = "place"
    MONTH = "month"
    DATE = "date"
    BIRTH = "birth"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return _LABELS[self.value]


_LABELS = {
    "identity": "公民身份号码",
    "name": "姓名",
    "phone": "电话",
    "credit_code": "统一社会信用代码",
    "code": "代码",
    "yes_no": "是或否",
    "place": "区划代码",
    "month": "年月（202401）",
    "date": "日期（2024-01-31）",
    "birth": "日期（1990-01-31）",
    "integer": "整数",
    "decimal": "数",
    "text": "文字",
}
_STORED: Mapping[Kind, str] = {
    Kind.IDENTITY: "int64",
    Kind.NAME: "int64",
    Kind.PHONE: "int64",
    Kind.CREDIT_CODE: "int64",
    Kind.CODE: "string",
    Kind.YES_NO: "boolean",
    Kind.PLACE: "string",
    Kind.MONTH: "int32",
    Kind.DATE: "date",
    Kind.BIRTH: "int32",
    Kind.INTEGER: "int64",
    Kind.DECIMAL: "decimal(18, 2)",
    Kind.TEXT: "string",
}
LEVELS = ("village", "town", "county", "city", "province", "outside")
"""Place levels a column may accept; ``outside`` is a province or city beyond the reference list."""


class SourceRule(StrEnum):
    """The checks over a row. Those written in a contract come after those every source has."""

    IDENTITY_CHECK = "id_check_digit"
    CREDIT_CHECK = "uscc_check_digit"
    FAULTY_CELL = "faulty_cell"
    DUPLICATE_KEY = "duplicate_key"
    PERSONAL_IN_TEXT = "personal_in_text"
    BIRTH_MATCHES = "birth_matches_id"
    SEX_MATCHES = "sex_matches_id"
    BORN_BEFORE = "born_before"
    AGE_BETWEEN = "age_between"
    ORDER = "order"
    NOT_AFTER = "not_after"
    BETWEEN = "between"
    NEEDS = "needs"

    @property
    def bit(self) -> int:
        """The bit that stands for the rule in ``flags``, the same in every source."""
        return 1 << _BITS[self]


_BITS = {rule: at for at, rule in enumerate(SourceRule)}
CONSISTENCY = frozenset(
    {
        SourceRule.BIRTH_MATCHES,
        SourceRule.SEX_MATCHES,
        SourceRule.BORN_BEFORE,
        SourceRule.ORDER,
        SourceRule.NEEDS,
    }
)
"""The rules that hold one cell against another; the others are of validity."""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column of a source.

    ``stored`` is the name it is kept under, "" where it is not. ``keep`` keeps a credit code's text
    beside its number. ``token`` keeps a keyed number in place of a name or phone.
    """

    field: str
    kind: Kind
    header: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    codes: str = ""
    levels: tuple[str, ...] = ()
    privacy: Privacy = Privacy.OPEN
    token: bool = False
    keep: bool = False
    stored: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every header text that names this column."""
        return (self.header, *self.aliases)

    @property
    def stored_columns(self) -> Mapping[str, str]:
        """What is kept of it: names and types."""
        kept = {self.stored: _STORED[self.kind]} if self.stored else {}
        return {**kept, self.field: "string"} if self.keep else kept


@dataclass(frozen=True, slots=True)
class When:
    """The rows a rule speaks of: a column's codes, or a number less than another."""

    column: str
    among: tuple[str, ...] = ()
    less_than: str = ""


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """One check over a row; which of the fields count depends on ``rule``."""

    rule: SourceRule
    columns: tuple[str, ...] = ()
    severity: Severity = Severity.FLAG
    least: Decimal | None = None
    most: Decimal | None = None
    when: When | None = None


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What refuses or holds a delivery as a whole.

    More than ``most_refused_share`` bad rows refuse it. It is held for a person when more than
    ``most_flagged_share`` are flagged, or it has less than ``least_rows_ratio`` of the rows of the
    last one (0: any number will do).
    """

    most_refused_share: Decimal = Decimal("0.05")
    most_flagged_share: Decimal = Decimal("0.3")
    least_rows_ratio: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class SourceContract:
    """The standard the deliveries of one source are held to.

    ``key`` names the stored columns of which a newer row replaces an older, ``place`` the one that
    decides who may see a row ("": whoever sees the whole city). ``effective_from`` and
    ``effective_to`` are stored dates or months between which a row says something; a blank
    ``effective_to`` is without end. ``due_day`` is the day of the next month it is due. What an
    ``authoritative`` source says of a person's name and place replaces what was known.
    """

    name: str
    title: str
    department: str
    edition: str
    shape: Shape
    columns: tuple[SourceColumn, ...]
    key: tuple[str, ...]
    place: str
    due_day: int
    effective_from: str
    effective_to: str
    codes: Mapping[str, Mapping[str, tuple[str, ...]]] = field(hash=False)
    checks: tuple[SourceCheck, ...]
    limits: BatchLimits
    authoritative: bool = False

    @property
    def table(self) -> str:
        """The name of its table in the pool."""
        return f"s_{self.name}"

    @property
    def personal(self) -> bool:
        """Whether a column of it is personal: then its files are kept sealed."""
        return any(column.privacy is Privacy.PERSONAL for column in self.columns)

    def column(self, field: str) -> SourceColumn:
        """Give the column of a field.

        :raises KeyError: there is none.
        """
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(field)

    def of_kind(self, kind: Kind) -> tuple[SourceColumn, ...]:
        """Give the columns of a kind."""
        return tuple(column for column in self.columns if column.kind is kind)
