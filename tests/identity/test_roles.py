"""Roles and permissions: the table, and the levels a role can be granted for."""

import pytest

from leye.kernel.place import PlaceLevel
from leye.service.identity.roles import GRANTABLE, PERMISSIONS, Permission, Role, roles_with

EXPECTED = {
    Role.PUBLIC: set(),
    Role.VILLAGE_WORKER: {"read_unpublished", "report_event"},
    Role.COUNTY_OFFICIAL: {
        "read_unpublished",
        "submit_figures",
        "read_conflicts",
        "decide_conflicts",
        "open_person",
        "read_lineage",
        "manage_network",
        "open_screen",
        "read_monitoring",
        "manage_monitoring",
        "report_event",
    },
    Role.CITY_OFFICIAL: {
        "read_unpublished",
        "submit_figures",
        "publish_figures",
        "submit_sources",
        "read_quality",
        "read_conflicts",
        "decide_conflicts",
        "open_person",
        "read_lineage",
        "manage_network",
        "open_screen",
        "read_monitoring",
        "manage_monitoring",
        "direct_monitoring",
        "report_event",
    },
    Role.DATA_STEWARD: {
        "read_unpublished",
        "submit_figures",
        "publish_figures",
        "submit_sources",
        "confirm_delivery",
        "read_quality",
        "read_conflicts",
        "read_lineage",
    },
    Role.AUDITOR: {
        "read_unpublished",
        "read_audit",
        "read_monitoring",
        "read_quality",
        "read_conflicts",
        "read_lineage",
    },
    Role.ADMINISTRATOR: {"manage_accounts", "read_audit"},
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_holds_what_the_table_says(role: Role) -> None:
    assert {permission.value for permission in role.permissions} == EXPECTED[role]


def test_nobody_holds_everything() -> None:
    assert all(held != set(Permission) for held in PERMISSIONS.values())


def test_who_writes_figures_does_not_manage_accounts() -> None:
    assert not roles_with(Permission.SUBMIT_FIGURES) & roles_with(Permission.MANAGE_ACCOUNTS)


def test_who_opens_persons_neither_audits_nor_manages_accounts() -> None:
    others = roles_with(Permission.READ_AUDIT) | roles_with(Permission.MANAGE_ACCOUNTS)
    assert not roles_with(Permission.OPEN_PERSON) & others


def test_who_decides_on_a_conflict_may_read_it_and_open_the_person() -> None:
    deciders = roles_with(Permission.DECIDE_CONFLICTS)
    assert deciders <= roles_with(Permission.READ_CONFLICTS)
    assert deciders <= roles_with(Permission.OPEN_PERSON)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_words(role: Role) -> None:
    assert role.label
    assert role.description.endswith("。")


@pytest.mark.parametrize("permission", list(Permission))
def test_each_permission_has_a_role_and_words(permission: Permission) -> None:
    assert roles_with(permission)
    assert permission.label


def test_the_public_needs_no_account() -> None:
    assert Role.PUBLIC not in GRANTABLE
    assert not Role.PUBLIC.levels


def test_a_county_official_is_of_a_county() -> None:
    assert Role.COUNTY_OFFICIAL.levels == {PlaceLevel.COUNTY}
