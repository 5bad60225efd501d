"""Sample sheets, people and places that tests share."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leye.data.pool import Pool
    from leye.data.pool.types import Receipt, Submitter

AT = datetime(2026, 9, 1, 1, 30, tzinfo=UTC)
"""When everything in the seeded pool was accepted, and every test account opened."""

FIGURES_HEADER = "指标,地区,时期,数值,单位,数据性质,来源,来源网址,可信度,备注,公开范围"

ACCOUNTS = {
    "village_worker": ("village_worker", "360902001"),
    "county_official": ("county_official", "360902"),
    "other_county_official": ("county_official", "360981"),
    "city_official": ("city_official", "360900"),
    "data_steward": ("data_steward", "360900"),
    "auditor": ("auditor", "360900"),
    "administrator": ("administrator", "360900"),
    "county_administrator": ("administrator", "360902"),
}
"""Account names (an underscore is written as a dot) with their one grant."""


def figures_csv(*rows: str) -> bytes:
    """Give a sheet of figures: each row as the text under ``FIGURES_HEADER``."""
    return ("\n".join([FIGURES_HEADER, *rows]) + "\n").encode("utf-8-sig")


SEED_PUBLIC = figures_csv(
    "城镇新增就业,宜春市,2025,5.9,万人,年度数,宜春市统计公报,https://example.org/a,A,,公开",
    "城镇新增就业,宜春市,2024,5.8,万人,年度数,宜春市统计公报,https://example.org/a,A,,公开",
    "城镇新增就业,袁州区,2025,1.2,万人,年度数,袁州区统计公报,https://example.org/b,A,,公开",
)
SEED_CITY = figures_csv(
    "城镇新增就业,宜春市,2026-01..2026-08,4.1,万人,年内累计数,市局报表,,A,,内部"
)
SEED_COUNTY = figures_csv(
    "城镇新增就业,袁州区,2026-01..2026-08,0.9,万人,年内累计数,区局报表,,A,,内部"
)
SEED_OTHER = figures_csv(
    "城镇新增就业,丰城市,2026-01..2026-08,0.7,万人,年内累计数,丰城报表,,A,,内部"
)


def submitter(place: str, *, may_publish: bool = False, account: str = "u000001") -> "Submitter":
    """Give somebody who answers for one place."""
    from leye.data.pool.types import Submitter
    from leye.kernel.place import Scope

    return Submitter(account, place, Scope.of([place]), may_publish)


def accept_figures(
    pool: "Pool", content: bytes, *, by: "Submitter", at: datetime = AT, name: str = "figures.csv"
) -> "Receipt":
    """Hand a sheet of figures to the pool."""
    from leye.data.pool import contracts
    from leye.data.pool.types import Submission
    from leye.doors.web.deliveries import figure_code_lists

    return pool.accept(
        Submission(name, content, by, at),
        contract=contracts()["figures"],
        code_lists=figure_code_lists(),
    )


def password_of(username: str) -> str:
    """Give the password of a test account."""
    return f"{username}-Passw0rd"
