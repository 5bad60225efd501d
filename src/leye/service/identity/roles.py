"""Who may do what: roles, permissions, and which role holds which permission."""

from collections.abc import Mapping
from enum import StrEnum

from leye.kernel.place import PlaceLevel


class Permission(StrEnum):
    """One thing an account may do, always within a place."""

    READ_UNPUBLISHED = "read_unpublished"
    SUBMIT_FIGURES = "submit_figures"
    PUBLISH_FIGURES = "publish_figures"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"
    SUBMIT_SOURCES = "submit_sources"
    CONFIRM_DELIVERY = "confirm_delivery"
    READ_QUALITY = "read_quality"
    READ_CONFLICTS = "read_conflicts"
    DECIDE_CONFLICTS = "decide_conflicts"
    OPEN_PERSON = "open_person"
    READ_LINEAGE = "read_lineage"
    MANAGE_NETWORK = "manage_network"
    OPEN_SCREEN = "open_screen"
    READ_MONITORING = "read_monitoring"
    MANAGE_MONITORING = "manage_monitoring"
    DIRECT_MONITORING = "direct_monitoring"
    REPORT_EVENT = "report_event"

    @property
    def label(self) -> str:
        """The permission in Chinese."""
        return _PERMISSION_LABELS[self]


_PERMISSION_LABELS = {
    Permission.READ_UNPUBLISHED: "查看内部数据",
    Permission.SUBMIT_FIGURES: "报送数据",
    Permission.PUBLISH_FIGURES: "公开数据",
    Permission.MANAGE_ACCOUNTS: "管理账号",
    Permission.READ_AUDIT: "查看操作记录",
    Permission.SUBMIT_SOURCES: "报送部门数据",
    Permission.CONFIRM_DELIVERY: "确认暂存批次",
    Permission.READ_QUALITY: "查看数据质量",
    Permission.READ_CONFLICTS: "查看比对疑点",
    Permission.DECIDE_CONFLICTS: "处理比对疑点",
    Permission.OPEN_PERSON: "查看个人身份信息",
    Permission.READ_LINEAGE: "追溯数据来源",
    Permission.MANAGE_NETWORK: "维护服务网点",
    Permission.OPEN_SCREEN: "开设大屏",
    Permission.READ_MONITORING: "查看失业监测",
    Permission.MANAGE_MONITORING: "管理监测点、审核监测月报",
    Permission.DIRECT_MONITORING: "抽取监测样本、归档监测月报",
    Permission.REPORT_EVENT: "报告裁员和突发事件",
}


class Role(StrEnum):
    """What somebody does, within the place of the grant."""

    PUBLIC = "public"
    VILLAGE_WORKER = "village_worker"
    COUNTY_OFFICIAL = "county_official"
    CITY_OFFICIAL = "city_official"
    DATA_STEWARD = "data_steward"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role in Chinese."""
        return _ROLES[self][0]

    @property
    def description(self) -> str:
        """What the role is for, in one Chinese sentence."""
        return _ROLES[self][1]

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role may do within the place of its grant."""
        return PERMISSIONS[self]

    @property
    def levels(self) -> frozenset[PlaceLevel]:
        """The levels of place the role can be granted for."""
        return _LEVELS[self]


_ROLES = {
    Role.PUBLIC: ("公众", "不登录即可查看已公开的数据。"),
    Role.VILLAGE_WORKER: ("村（社区）工作人员", "查看本村、本乡镇的内部数据，报告裁员和突发事件。"),
    Role.COUNTY_OFFICIAL: (
        "县级经办人员",
        "查看本县（市、区）的内部数据，报送本县数据，处理本县的比对疑点，维护本县的服务网点，管理本县的监测点、审核监测月报，开设本县的大屏。",
    ),
    Role.CITY_OFFICIAL: (
        "市级经办人员",
        "查看全市内部数据，报送并公开全市数据，处理全市的比对疑点，维护全市的服务网点，抽取监测样本、归档监测月报，开设大屏。",
    ),
    Role.DATA_STEWARD: (
        "数据管理员",
        "在所辖地区内查看、报送、公开数据，接收部门数据，对数据质量负责；不能查看个人身份信息。",
    ),
    Role.AUDITOR: (
        "审计人员",
        "查看所辖地区的内部数据、数据质量、比对疑点、监测月报和操作记录，不能报送或处理。",
    ),
    Role.ADMINISTRATOR: (
        "账号管理员",
        "开通、停用所辖地区的账号，查看操作记录；不能查看内部数据。",
    ),
}

_SUBMIT = frozenset({Permission.READ_UNPUBLISHED, Permission.SUBMIT_FIGURES})
# Who handles a case must reach the person; who looks after the data or checks others need not.
_CASES = frozenset(
    {
        Permission.READ_CONFLICTS,
        Permission.DECIDE_CONFLICTS,
        Permission.OPEN_PERSON,
        Permission.READ_LINEAGE,
    }
)
_CHECKS = frozenset({Permission.READ_QUALITY, Permission.READ_CONFLICTS, Permission.READ_LINEAGE})
_MONITORS = frozenset(
    {Permission.READ_MONITORING, Permission.MANAGE_MONITORING, Permission.REPORT_EVENT}
)
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.PUBLIC: frozenset(),
    Role.VILLAGE_WORKER: frozenset({Permission.READ_UNPUBLISHED, Permission.REPORT_EVENT}),
    Role.COUNTY_OFFICIAL: _SUBMIT
    | _CASES
    | _MONITORS
    | {Permission.MANAGE_NETWORK, Permission.OPEN_SCREEN},
    Role.CITY_OFFICIAL: _SUBMIT
    | _CASES
    | _MONITORS
    | {
        Permission.DIRECT_MONITORING,
        Permission.PUBLISH_FIGURES,
        Permission.SUBMIT_SOURCES,
        Permission.READ_QUALITY,
        Permission.MANAGE_NETWORK,
        Permission.OPEN_SCREEN,
    },
    Role.DATA_STEWARD: _SUBMIT
    | _CHECKS
    | {Permission.PUBLISH_FIGURES, Permission.SUBMIT_SOURCES, Permission.CONFIRM_DELIVERY},
    Role.AUDITOR: _CHECKS
    | {Permission.READ_UNPUBLISHED, Permission.READ_AUDIT, Permission.READ_MONITORING},
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE_ACCOUNTS, Permission.READ_AUDIT}),
}
"""Which role may do what. Nobody may do everything: there is no superuser."""

GRANTABLE = tuple(role for role in Role if role is not Role.PUBLIC)
"""The roles an account can be given; the public needs no account."""

_REGIONS = frozenset({PlaceLevel.NATION, PlaceLevel.PROVINCE, PlaceLevel.CITY, PlaceLevel.COUNTY})
_LEVELS = {
    Role.PUBLIC: frozenset[PlaceLevel](),
    Role.VILLAGE_WORKER: frozenset({PlaceLevel.VILLAGE, PlaceLevel.TOWN}),
    Role.COUNTY_OFFICIAL: frozenset({PlaceLevel.COUNTY}),
    Role.CITY_OFFICIAL: frozenset({PlaceLevel.CITY}),
    Role.DATA_STEWARD: _REGIONS,
    Role.AUDITOR: _REGIONS,
    Role.ADMINISTRATOR: _REGIONS,
}


def roles_with(permission: Permission) -> frozenset[Role]:
    """Give the roles that hold the permission."""
    return frozenset(role for role, held in PERMISSIONS.items() if permission in held)
