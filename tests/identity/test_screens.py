"""Screens that staff open: who may, what is kept, and what ends them."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from leye.kernel.errors import Forbidden, LeyeError, UnknownCode
from leye.service.identity.actions import Action
from leye.service.identity.errors import InvalidScreen, InvalidText, UnknownScreen
from leye.service.identity.models import AuditEvent, ScreenPass
from leye.service.identity.operations import Granted, change_grants, disable_account
from leye.service.identity.roles import Role
from leye.service.identity.screens import (
    MOST_DAYS,
    OpenedScreen,
    open_screen,
    screen_of,
    screens_for,
    shut_screen,
)
from tests.samples import AT

if TYPE_CHECKING:
    from leye.service.identity.models import User

Account = Callable[..., "User"]
ALLOWED = {
    ("city_official", "360900", "360900"),
    ("city_official", "360900", "360902"),
    ("county_official", "360902", "360902"),
}


def opened(user: "User", place: str = "360902", **given: Any) -> OpenedScreen:
    asked = {"label": "大厅", "days": 30, "shows_firms": False, "at": AT, **given}
    return open_screen(place=place, by=user, **asked)


@pytest.mark.parametrize("place", ["360900", "360902"])
@pytest.mark.parametrize(
    ("role", "of"),
    [
        ("city_official", "360900"),
        ("county_official", "360902"),
        ("county_official", "360981"),
        ("data_steward", "360900"),
        ("auditor", "360900"),
        ("administrator", "360900"),
        ("village_worker", "360902001"),
    ],
)
def test_who_opens_a_screen_may_see_what_it_shows(
    role: str, of: str, place: str, account: Account
) -> None:
    user = account(role, of)
    if (role, of, place) in ALLOWED:
        assert opened(user, place).screen.place == place
        return
    with pytest.raises(Forbidden):
        opened(user, place)
    assert not ScreenPass.objects.exists()


def test_the_address_is_known_to_the_screen_alone(account: Account) -> None:
    made, other = opened(account("city_official", "360900")), None
    other = opened(made.screen.issued_by)
    assert made.token != other.token
    assert len(made.token) >= 43
    kept = ScreenPass.objects.filter(pk=made.screen.pk).values().get()
    assert made.token not in str(kept)
    assert made.token not in str(list(AuditEvent.objects.values()))


def test_opening_and_shutting_are_recorded_once(account: Account) -> None:
    user = account("city_official", "360900")
    screen = opened(user, shows_firms=True).screen
    for _ in range(2):
        shut_screen(number=screen.number, by=user, at=AT)
    events = AuditEvent.objects.filter(subject_type="screen").order_by("pk")
    assert [(e.action, e.subject_id, e.place, e.detail) for e in events] == [
        (Action.SCREEN_OPENED, screen.number, "360902", {"days": 30, "names_firms": True}),
        (Action.SCREEN_SHUT, screen.number, "360902", {}),
    ]


def test_a_screen_shows_from_when_it_is_opened_until_it_ends(account: Account) -> None:
    made = opened(account("city_official", "360900"), days=2)
    end = AT + timedelta(days=2)
    assert screen_of(made.token, at=end - timedelta(seconds=1)) == made.screen
    assert screen_of(made.token, at=end) is None
    assert screen_of(made.token[:-1], at=AT) is None
    assert screen_of("", at=AT) is None


def test_a_screen_that_was_shut_shows_nothing(account: Account) -> None:
    user = account("city_official", "360900")
    made = opened(user)
    shut_screen(number=made.screen.number, by=user, at=AT)
    assert screen_of(made.token, at=AT) is None


def test_a_screen_ends_with_the_rights_of_who_opened_it(account: Account) -> None:
    user = account("county_official", "360902")
    made = opened(user)
    assert screen_of(made.token, at=AT) is not None
    granted = Granted(Role.COUNTY_OFFICIAL, "360902")
    change_grants(user=user, by=None, at=AT, remove=[granted])
    assert screen_of(made.token, at=AT) is None
    change_grants(user=user, by=None, at=AT, add=[granted])
    assert screen_of(made.token, at=AT) is not None
    disable_account(user=user, by=None, at=AT)
    assert screen_of(made.token, at=AT) is None


def test_staff_see_and_shut_the_screens_of_their_places(account: Account) -> None:
    city, county = account("city_official", "360900"), account("county_official", "360902")
    other = account("county_official", "360981", username="other")
    whole, part = opened(city, "360900").screen, opened(county).screen
    assert list(screens_for(city)) == [part, whole]
    assert list(screens_for(county)) == [part]
    assert list(screens_for(other)) == []
    for number in (part.number, whole.number, "s99999", "s٣", "", "x1"):
        with pytest.raises(UnknownScreen):
            shut_screen(number=number, by=other, at=AT)
    assert shut_screen(number=part.number, by=city, at=AT).shut_at == AT


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"days": 0}, InvalidScreen),
        ({"days": MOST_DAYS + 1}, InvalidScreen),
        ({"place": "360902001"}, InvalidScreen),
        ({"place": "360999"}, UnknownCode),
        ({"label": " "}, InvalidText),
        ({"label": "屏" * 41}, InvalidText),
    ],
)
def test_what_cannot_be_opened_is_refused(
    given: dict[str, Any], error: type[LeyeError], account: Account
) -> None:
    user = account("city_official", "360900")
    with pytest.raises(error):
        opened(user, **given)
    assert not AuditEvent.objects.filter(action=Action.SCREEN_OPENED).exists()
