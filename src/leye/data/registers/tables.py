"""The register tables in the order they are built: each may read those before it."""

from leye.data.pool.build import RegisterTable
from leye.data.registers import schemas
from leye.data.registers.comparison import build_conflicts
from leye.data.registers.employer_months import build_employer_months
from leye.data.registers.employers import build_employers
from leye.data.registers.firm_months import build_firm_months
from leye.data.registers.flows import build_flows
from leye.data.registers.households import build_households
from leye.data.registers.insurance import build_insurance
from leye.data.registers.map_cube import build_map_cube
from leye.data.registers.people import build_people
from leye.data.registers.person_months import build_person_months
from leye.data.registers.person_totals import build_person_totals
from leye.data.registers.spells import build_spells

MADE_BY = "2"
"""By what statuses and conflicts are made; another one has the months built before built again.

2: a row linked to a person adds no second evidence to that person's own; a zero-employment
household stands until somebody works; who left a firm before is not let go again.
"""

REGISTER_TABLES: tuple[RegisterTable, ...] = (
    RegisterTable(
        name="person",
        schema=schemas.PERSON,
        build=build_people,
        monthly=True,
        key=("person",),
        place="residence",
    ),
    RegisterTable(
        name="employer",
        schema=schemas.EMPLOYER,
        build=build_employers,
        monthly=True,
        key=("employer",),
        place="place",
    ),
    RegisterTable(
        name="insurance_month",
        schema=schemas.INSURANCE_MONTH,
        build=build_insurance,
        monthly=True,
        key=("person", "employer", "kind"),
        place="place",
    ),
    RegisterTable(
        name="job_spell",
        schema=schemas.JOB_SPELL,
        build=build_spells,
        monthly=True,
        key=("person", "employer"),
        place="",
    ),
    RegisterTable(
        name="person_month",
        schema=schemas.PERSON_MONTH,
        build=build_person_months,
        monthly=True,
        key=("person",),
        place="residence",
        version=MADE_BY,
    ),
    RegisterTable(
        name="person_total",
        schema=schemas.PERSON_TOTAL,
        build=build_person_totals,
        monthly=True,
        key=("person",),
        place="",
    ),
    RegisterTable(
        name="household",
        schema=schemas.HOUSEHOLD,
        build=build_households,
        monthly=True,
        key=("household",),
        place="residence",
    ),
    RegisterTable(
        name="employer_month",
        schema=schemas.EMPLOYER_MONTH,
        build=build_employer_months,
        monthly=True,
        key=("employer",),
        place="place",
    ),
    RegisterTable(
        name="conflict",
        schema=schemas.CONFLICT,
        build=build_conflicts,
        monthly=True,
        key=("id",),
        place="place",
        version=MADE_BY,
    ),
    RegisterTable(
        name="map_cube",
        schema=schemas.MAP_CUBE,
        build=build_map_cube,
        monthly=True,
        key=schemas.MAP_KEY,
        place="place",
    ),
    RegisterTable(
        name="flow",
        schema=schemas.FLOW,
        build=build_flows,
        monthly=True,
        key=("kind", "place", "origin", "destination"),
        place="place",
    ),
    RegisterTable(
        name="firm_month",
        schema=schemas.FIRM_MONTH,
        build=build_firm_months,
        monthly=True,
        key=("employer",),
        place="place",
    ),
)
"""Every table is cut by month and sorted by its key."""
