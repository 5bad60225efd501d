"""What every test stands on: settings for tests, a seeded pool, and one account per role.

Nothing here touches the installation's own data: the environment is set before Django reads it.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

_VAR = Path(tempfile.mkdtemp(prefix="leye-tests-"))
os.environ["LEYE_VAR"] = str(_VAR)
os.environ["LEYE_LOG_LEVEL"] = "ERROR"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leye.config.settings")

import pytest  # noqa: E402 - the environment comes first
from django.conf import settings as django_settings  # noqa: E402

if TYPE_CHECKING:
    from django.test import Client

    from leye.data.pool import Pool
    from leye.data.pool.types import Receipt, Submitter
    from leye.service.identity.models import User

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


class MissingVariable(str):
    """What a template prints for a name nobody gave it: a failure of the test."""

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"the template uses {name}, which the view does not give")


def pytest_configure() -> None:
    """Adjust Django's settings for tests: nothing about behavior, only what is slow or built."""
    django_settings.LEYE_VAR = _VAR
    django_settings.LEYE_POOL = _VAR / "pool"
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    django_settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = MissingVariable("%s")


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(_VAR, ignore_errors=True)


# -- The pool --


def figures_csv(*rows: str) -> bytes:
    """Give a sheet of figures: each row as the text under ``FIGURES_HEADER``."""
    return ("\n".join([FIGURES_HEADER, *rows]) + "\n").encode("utf-8-sig")


SEED_PUBLIC = figures_csv(
    "城镇新增就业,宜春市,2025,5.9,万人,年度数,宜春市统计公报,https://example.org/a,A,,公开",
    "城镇新增就业,宜春市,2024,5.8,万人,年度数,宜春市统计公报,https://example.org/a,A,,公开",
    "城镇新增就业,袁州区,2025,1.2,万人,年度数,袁州区统计公报,https://example.org/b,A,,公开",
)
SEED_CITY = figures_csv("城镇新增就业,宜春市,2026-08,4.1,万人,年内累计数,市局报表,,A,,内部")
SEED_COUNTY = figures_csv("城镇新增就业,袁州区,2026-08,0.9,万人,年内累计数,区局报表,,A,,内部")
SEED_OTHER = figures_csv("城镇新增就业,丰城市,2026-08,0.7,万人,年内累计数,丰城报表,,A,,内部")


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


@pytest.fixture(scope="session")
def seeded_pool_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool with public figures, and one unpublished delivery each of 360900, 360902, 360981.

    Deliveries D000001 (public, city) to D000004. Copy it before writing: ``pool`` does.
    """
    from leye.data.pool import Pool

    root = tmp_path_factory.mktemp("seeded") / "pool"
    pool = Pool(root)
    for content, by in (
        (SEED_PUBLIC, submitter("360900", may_publish=True)),
        (SEED_CITY, submitter("360900", may_publish=True)),
        (SEED_COUNTY, submitter("360902")),
        (SEED_OTHER, submitter("360981")),
    ):
        receipt = accept_figures(pool, content, by=by)
        assert receipt.delivery.verdict.value == "accepted", receipt.issues
    return root


@pytest.fixture
def pool(seeded_pool_folder: Path, tmp_path: Path, settings: Any) -> "Pool":
    """A copy of the seeded pool of the test's own, which the pages use."""
    from leye.data.pool import Pool

    root = tmp_path / "pool"
    shutil.copytree(seeded_pool_folder, root)
    settings.LEYE_POOL = root
    return Pool(root)


# -- Accounts --


@pytest.fixture
def account(db: None) -> Callable[..., "User"]:
    """Open an account with one grant and the password ``account.username + "-Passw0rd"``."""
    from leye.service.identity.operations import Granted, create_account
    from leye.service.identity.roles import Role

    def make(role: str, place: str, *, username: str = "", must_change: bool = False) -> "User":
        made = create_account(
            username=username or role.replace("_", "."),
            display_name="测试人员",
            place=place,
            grants=[Granted(Role(role), place)],
            by=None,
            at=AT,
            must_change_password=must_change,
        )
        made.user.set_password(password_of(made.user.username))
        made.user.save(update_fields=["password"])
        return made.user

    return make


def password_of(username: str) -> str:
    """Give the password of a test account."""
    return f"{username}-Passw0rd"


@pytest.fixture
def accounts(account: Callable[..., "User"]) -> dict[str, "User"]:
    """One account per line of ``ACCOUNTS``."""
    return {
        name: account(role, place, username=name.replace("_", "."))
        for name, (role, place) in ACCOUNTS.items()
    }


@pytest.fixture
def client_for(accounts: dict[str, "User"], pool: "Pool") -> Callable[[str], "Client"]:
    """Give a signed-in client of a name in ``ACCOUNTS``, or one of nobody for "public"."""
    from django.test import Client

    def give(name: str) -> "Client":
        client = Client()
        if name != "public":
            client.force_login(accounts[name])
        return client

    return give


# -- The database --


@pytest.fixture(autouse=True)
def _emptied_after_transactions(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests with real transactions empty the audit table, which itself refuses that."""
    if not {"transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    from django.db import connection

    from leye.service.identity import appendonly

    request.getfixturevalue("transactional_db")
    with connection.schema_editor() as editor:
        appendonly.install(editor)
    yield
    with connection.schema_editor() as editor:
        appendonly.lift(editor)
