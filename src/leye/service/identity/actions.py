"""What an audit event can say: the list of actions and the facts each may carry."""

from enum import StrEnum


class Action(StrEnum):
    """What was done. Codes are never reused."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_BLOCKED = "sign_in_blocked"
    SIGNED_OUT = "signed_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an action
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an action
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    GRANT_ADDED = "grant_added"
    GRANT_REMOVED = "grant_removed"
    ACCESS_REFUSED = "access_refused"
    DELIVERY_CHECKED = "delivery_checked"
    DELIVERY_SUBMITTED = "delivery_submitted"
    DELIVERY_PUBLISHED = "delivery_published"
    DELIVERY_OPENED = "delivery_opened"
    DELIVERY_DOWNLOADED = "delivery_downloaded"
    DELIVERY_ISSUES_EXPORTED = "delivery_issues_exported"
    FIGURES_EXPORTED = "figures_exported"
    ACCOUNT_OPENED = "account_opened"
    AUDIT_READ = "audit_read"
    AUDIT_EXPORTED = "audit_exported"
    DELIVERY_RECEIVED = "delivery_received"
    DELIVERY_HELD = "delivery_held"
    DELIVERY_CONFIRMED = "delivery_confirmed"
    DELIVERY_REJECTED = "delivery_rejected"
    REGISTERS_BUILT = "registers_built"
    LINEAGE_READ = "lineage_read"
    CONFLICT_OPENED = "conflict_opened"
    CONFLICT_DISMISSED = "conflict_dismissed"
    CONFLICT_CONFIRMED = "conflict_confirmed"
    CONFLICT_HANDED_OVER = "conflict_handed_over"
    CONFLICT_REOPENED = "conflict_reopened"
    CONFLICTS_EXPORTED = "conflicts_exported"
    PERSON_OPENED = "person_opened"
    PERSON_CHECKED = "person_checked"
    PERSONS_LISTED = "persons_listed"
    PERSONS_EXPORTED = "persons_exported"
    ENTITLED_LISTED = "entitled_listed"
    ENTITLED_EXPORTED = "entitled_exported"
    SCENARIO_ASKED = "scenario_asked"
    KEYS_ROTATED = "keys_rotated"
    SERVICE_POINT_ADDED = "service_point_added"
    SERVICE_POINT_CHANGED = "service_point_changed"
    SERVICE_POINT_CLOSED = "service_point_closed"
    SERVICE_POINT_REOPENED = "service_point_reopened"
    SERVICE_POINTS_IMPORTED = "service_points_imported"
    SERVICE_POINTS_EXPORTED = "service_points_exported"
    PLACE_POINTS_IMPORTED = "place_points_imported"
    PLACE_POINT_CHANGED = "place_point_changed"
    PLACE_POINTS_EXPORTED = "place_points_exported"
    ISOCHRONES_IMPORTED = "isochrones_imported"
    SCREEN_OPENED = "screen_opened"
    SCREEN_SHUT = "screen_shut"
    PANEL_DRAWN = "panel_drawn"
    MONITORING_POINT_ADDED = "monitoring_point_added"
    MONITORING_POINT_LEFT = "monitoring_point_left"
    MONITORING_POINT_REPLACED = "monitoring_point_replaced"
    REPORTING_LINK_ISSUED = "reporting_link_issued"
    REPORTING_LINK_REVOKED = "reporting_link_revoked"
    REPORTING_ENTERED = "reporting_entered"
    REPORTING_FAILED = "reporting_failed"
    REPORTING_PAUSED = "reporting_paused"
    REPORT_DRAFTED = "report_drafted"
    REPORT_SUBMITTED = "report_submitted"
    REPORT_PASSED = "report_passed"
    REPORT_CLOSED = "report_closed"
    REPORT_RETURNED = "report_returned"
    REPORT_REOPENED = "report_reopened"
    REPORT_BASE_CHANGED = "report_base_changed"
    REPORT_REMINDED = "report_reminded"
    REPORTS_EXPORTED = "reports_exported"
    REPORTS_DELIVERED = "reports_delivered"
    NOTICE_REPORTED = "notice_reported"
    NOTICE_DOCUMENT_ADDED = "notice_document_added"
    NOTICE_DOCUMENT_OPENED = "notice_document_opened"
    DESK_ITEM_TAKEN = "desk_item_taken"
    DESK_ITEM_CLOSED = "desk_item_closed"
    MONITORING_SETTING_CHANGED = "monitoring_setting_changed"
    CASE_OPENED = "case_opened"
    CASE_TAKEN = "case_taken"
    CASE_JUDGED = "case_judged"
    CASE_NOTED = "case_noted"
    CASE_OPINION_GIVEN = "case_opinion_given"
    CASE_GRADED = "case_graded"
    CASE_RELEASE_DRAFTED = "case_release_drafted"
    CASE_RELEASE_APPROVED = "case_release_approved"
    CASE_PLAN_STARTED = "case_plan_started"
    CASE_TASK_DONE = "case_task_done"
    CASE_MEASURE_CHOSEN = "case_measure_chosen"
    CASE_PERSONS_LISTED = "case_persons_listed"
    CASE_PERSON_FOLLOWED = "case_person_followed"
    CASES_EXPORTED = "cases_exported"
    CASE_PERSONS_EXPORTED = "case_persons_exported"
    CASE_ESCALATED = "case_escalated"
    CASE_CLOSED = "case_closed"
    CASE_REVIEWED = "case_reviewed"
    WARNING_LINE_SIGNED = "warning_line_signed"
    DRILL_STARTED = "drill_started"
    DRILL_ENDED = "drill_ended"
    RESIDENT_CODE_ISSUED = "resident_code_issued"
    RESIDENT_ACTIVATED = "resident_activated"
    RESIDENT_SIGNED_IN = "resident_signed_in"
    RESIDENT_SIGN_IN_FAILED = "resident_sign_in_failed"
    RESIDENT_SIGN_IN_BLOCKED = "resident_sign_in_blocked"
    RESIDENT_SIGNED_OUT = "resident_signed_out"
    RESIDENT_PASSWORD_CHANGED = "resident_password_changed"  # noqa: S105 - the name of an action
    RESIDENT_CLOSED = "resident_closed"
    RESIDENT_READ_RECORD = "resident_read_record"
    RESIDENT_READ_OPENINGS = "resident_read_openings"
    RESIDENT_CHECKED = "resident_checked"

    @property
    def label(self) -> str:
        """The action in Chinese."""
        return _LABELS[self]


_LABELS = {
    Action.SIGNED_IN: "登录",
    Action.SIGN_IN_FAILED: "登录失败",
    Action.SIGN_IN_BLOCKED: "登录被暂停",
    Action.SIGNED_OUT: "退出登录",
    Action.PASSWORD_CHANGED: "修改密码",
    Action.PASSWORD_RESET: "重置密码",
    Action.ACCOUNT_CREATED: "开通账号",
    Action.ACCOUNT_DISABLED: "停用账号",
    Action.ACCOUNT_ENABLED: "恢复账号",
    Action.GRANT_ADDED: "增加角色",
    Action.GRANT_REMOVED: "撤销角色",
    Action.ACCESS_REFUSED: "越权访问被拒绝",
    Action.DELIVERY_CHECKED: "检查数据文件",
    Action.DELIVERY_SUBMITTED: "报送数据文件",
    Action.DELIVERY_PUBLISHED: "公开批次",
    Action.DELIVERY_OPENED: "查看批次",
    Action.DELIVERY_DOWNLOADED: "下载原始文件",
    Action.DELIVERY_ISSUES_EXPORTED: "导出问题清单",
    Action.FIGURES_EXPORTED: "导出数据",
    Action.ACCOUNT_OPENED: "查看账号",
    Action.AUDIT_READ: "查看操作记录",
    Action.AUDIT_EXPORTED: "导出操作记录",
    Action.DELIVERY_RECEIVED: "接收部门数据",
    Action.DELIVERY_HELD: "暂存批次待确认",
    Action.DELIVERY_CONFIRMED: "确认暂存批次",
    Action.DELIVERY_REJECTED: "退回暂存批次",
    Action.REGISTERS_BUILT: "生成登记库",
    Action.LINEAGE_READ: "追溯数据来源",
    Action.CONFLICT_OPENED: "查看比对疑点",
    Action.CONFLICT_DISMISSED: "排除比对疑点",
    Action.CONFLICT_CONFIRMED: "确认比对疑点",
    Action.CONFLICT_HANDED_OVER: "比对疑点转办",
    Action.CONFLICT_REOPENED: "重开比对疑点",
    Action.CONFLICTS_EXPORTED: "导出比对疑点",
    Action.PERSON_OPENED: "查看个人身份信息",
    Action.PERSON_CHECKED: "带入登记库推算政策",
    Action.PERSONS_LISTED: "查看人员名单",
    Action.PERSONS_EXPORTED: "导出人员名单",
    Action.ENTITLED_LISTED: "查看应享名单",
    Action.ENTITLED_EXPORTED: "导出应享名单",
    Action.SCENARIO_ASKED: "运行政策仿真",
    Action.KEYS_ROTATED: "轮换身份库密钥",
    Action.SERVICE_POINT_ADDED: "新增服务网点",
    Action.SERVICE_POINT_CHANGED: "修改服务网点",
    Action.SERVICE_POINT_CLOSED: "撤销服务网点",
    Action.SERVICE_POINT_REOPENED: "恢复服务网点",
    Action.SERVICE_POINTS_IMPORTED: "导入服务网点",
    Action.SERVICE_POINTS_EXPORTED: "导出服务网点",
    Action.PLACE_POINTS_IMPORTED: "导入村镇坐标",
    Action.PLACE_POINT_CHANGED: "修改村镇坐标",
    Action.PLACE_POINTS_EXPORTED: "导出村镇坐标",
    Action.ISOCHRONES_IMPORTED: "导入路网等时圈",
    Action.SCREEN_OPENED: "开设大屏",
    Action.SCREEN_SHUT: "停用大屏",
    Action.PANEL_DRAWN: "抽取监测样本",
    Action.MONITORING_POINT_ADDED: "登记监测点",
    Action.MONITORING_POINT_LEFT: "监测点退出样本",
    Action.MONITORING_POINT_REPLACED: "替换监测点",
    Action.REPORTING_LINK_ISSUED: "发放填报链接",
    Action.REPORTING_LINK_REVOKED: "收回填报链接",
    Action.REPORTING_ENTERED: "进入填报",
    Action.REPORTING_FAILED: "填报码不对",
    Action.REPORTING_PAUSED: "填报被暂停",
    Action.REPORT_DRAFTED: "保存月报草稿",
    Action.REPORT_SUBMITTED: "提交监测月报",
    Action.REPORT_PASSED: "县级审核通过月报",
    Action.REPORT_CLOSED: "归档监测月报",
    Action.REPORT_RETURNED: "退回监测月报",
    Action.REPORT_REOPENED: "归档后退回更正",
    Action.REPORT_BASE_CHANGED: "调整建档期人数",
    Action.REPORT_REMINDED: "催报",
    Action.REPORTS_EXPORTED: "导出监测月报",
    Action.REPORTS_DELIVERED: "监测月报交付数据池",
    Action.NOTICE_REPORTED: "报告裁员、突发事件",
    Action.NOTICE_DOCUMENT_ADDED: "上传报告材料",
    Action.NOTICE_DOCUMENT_OPENED: "查看报告材料",
    Action.DESK_ITEM_TAKEN: "受理待办",
    Action.DESK_ITEM_CLOSED: "办结待办",
    Action.MONITORING_SETTING_CHANGED: "修改监测设置",
    Action.CASE_OPENED: "登记漏报事项",
    Action.CASE_TAKEN: "受理预警事项",
    Action.CASE_JUDGED: "核实判定预警事项",
    Action.CASE_NOTED: "记录预警事项进展",
    Action.CASE_OPINION_GIVEN: "发表会商意见",
    Action.CASE_GRADED: "预警定级",
    Action.CASE_RELEASE_DRAFTED: "拟预警发布稿",
    Action.CASE_RELEASE_APPROVED: "批准预警发布",
    Action.CASE_PLAN_STARTED: "启动应急预案",
    Action.CASE_TASK_DONE: "完成预案任务",
    Action.CASE_MEASURE_CHOSEN: "选用储备政策",
    Action.CASE_PERSONS_LISTED: "登记受影响人员",
    Action.CASE_PERSON_FOLLOWED: "跟进受影响人员",
    Action.CASES_EXPORTED: "导出预警事项",
    Action.CASE_PERSONS_EXPORTED: "导出受影响人员台账",
    Action.CASE_ESCALATED: "预警事项超时上报",
    Action.CASE_CLOSED: "解除预警事项",
    Action.CASE_REVIEWED: "复盘预警事项",
    Action.WARNING_LINE_SIGNED: "签发预警线",
    Action.DRILL_STARTED: "开始应急演练",
    Action.DRILL_ENDED: "结束应急演练",
    Action.RESIDENT_CODE_ISSUED: "发放居民开通码",
    Action.RESIDENT_ACTIVATED: "居民启用账号",
    Action.RESIDENT_SIGNED_IN: "居民登录",
    Action.RESIDENT_SIGN_IN_FAILED: "居民登录失败",
    Action.RESIDENT_SIGN_IN_BLOCKED: "居民登录被暂停",
    Action.RESIDENT_SIGNED_OUT: "居民退出登录",
    Action.RESIDENT_PASSWORD_CHANGED: "居民修改密码",
    Action.RESIDENT_CLOSED: "注销居民账号",
    Action.RESIDENT_READ_RECORD: "居民查看本人信息",
    Action.RESIDENT_READ_OPENINGS: "居民查看谁看过本人信息",
    Action.RESIDENT_CHECKED: "居民带入登记库推算政策",
}

DETAIL_KEYS = frozenset(
    {
        "role",
        "place",
        "verdict",
        "release",
        "rows",
        "repeated",
        "publishes",
        "reason",
        "action",
        "source",
        "month",
        "months",
        "rule",
        "conflicts",
        "purpose",
        "full_number",
        "key_version",
        "persons",
        "step",
        "days",
        "names_firms",
        "link",
        "way",
        "kind",
        "level",
        "value",
    }
)
"""The facts an event may carry besides its subject: codes and counts, nothing about a person."""
