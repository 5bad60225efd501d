"""What every test stands on: settings for tests, a seeded pool, and one account per role.

Nothing here touches the installation's own data: the environment is set before Django reads it.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

_VAR = Path(tempfile.mkdtemp(prefix="leye-tests-"))
os.environ["LEYE_VAR"] = str(_VAR)
os.environ["LEYE_LOG_LEVEL"] = "ERROR"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leye.config.settings")

import pytest  # noqa: E402 - the environment comes first
from django.conf import settings as django_settings  # noqa: E402
from hypothesis import HealthCheck  # noqa: E402
from hypothesis import settings as hypothesis_settings  # noqa: E402

from tests.samples import (  # noqa: E402
    ACCOUNTS,
    AT,
    SEED_CITY,
    SEED_COUNTY,
    SEED_OTHER,
    SEED_PUBLIC,
    accept_figures,
    password_of,
    submitter,
)

if TYPE_CHECKING:
    from django.test import Client

    from leye.data.pool import Pool
    from leye.service.identity.models import User

# A busy machine is no failure: no test depends on time.
hypothesis_settings.register_profile(
    "leye", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.register_profile(
    "leye-ci", parent=hypothesis_settings.get_profile("leye"), derandomize=True
)
hypothesis_settings.load_profile("leye-ci" if os.environ.get("CI") else "leye")


class MissingVariable(str):  # noqa: SLOT000 - one object
    """What a template prints for a name nobody gave it: a failure of the test."""

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"the template uses {name}, which the view does not give")


def pytest_configure(config: pytest.Config) -> None:
    """Adjust Django's settings for tests: nothing about behavior, only what is slow or built."""
    # Ibis 12 calls methods that DuckDB 1.5 renamed; the newest Ibis still does.
    config.addinivalue_line(
        "filterwarnings", "ignore:fetch_(arrow_table|record_batch):DeprecationWarning"
    )
    django_settings.LEYE_VAR = _VAR
    django_settings.LEYE_POOL = _VAR / "pool"
    django_settings.STATIC_ROOT = _VAR / "static"
    django_settings.STATIC_ROOT.mkdir(exist_ok=True)
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


# -- Two processes --


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file's tests in one process, and the whole city's: what they stand on is made once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "tests/city" if file.startswith("tests/city/") else file

    return ByFile(config, log)


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
    appendonly.install(connection)
    yield
    appendonly.lift(connection)
