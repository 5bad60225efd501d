"""Who a policy speaks of: a person, a household, an employer."""

from openfisca_core.entities import Entity, GroupEntity, build_entity

PERSON: Entity = build_entity(key="person", plural="persons", label="Person 个人", is_person=True)
HOUSEHOLD: GroupEntity = build_entity(
    key="household",
    plural="households",
    label="Household 家庭",
    roles=[{"key": "member", "plural": "members", "label": "Member 成员"}],
)
EMPLOYER: GroupEntity = build_entity(
    key="employer",
    plural="employers",
    label="Employer 用人单位",
    roles=[{"key": "worker", "plural": "workers", "label": "Worker 职工"}],
)

ENTITIES = (PERSON, HOUSEHOLD, EMPLOYER)
ENTITY_KEYS = ("person", "household", "employer")
