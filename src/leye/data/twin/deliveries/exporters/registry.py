"""Which exporter makes which source."""

from collections.abc import Mapping
from types import MappingProxyType

from leye.data.twin.deliveries.exporters import economy, insurance, labour, people
from leye.data.twin.deliveries.exporters.desk import Exporter

EXPORTERS: Mapping[str, Exporter] = MappingProxyType(
    {
        exporter.__name__: exporter
        for exporter in (
            people.population,
            people.deaths,
            insurance.contributions,
            insurance.pensions,
            insurance.unemployment_benefit,
            labour.employment_registration,
            labour.unemployment_registration,
            labour.labour_filing,
            labour.hard_to_employ,
            labour.public_welfare_posts,
            labour.training,
            labour.certificates,
            labour.subsidies,
            labour.loans,
            people.graduates,
            people.veterans,
            people.disabled,
            people.poverty_workers,
            people.labour_ledger,
            people.enrolment,
            economy.firms,
            economy.payroll_tax,
            economy.electricity,
            economy.mobile_flows,
            economy.job_ads,
            economy.job_seekers,
            economy.credit_events,
            economy.firm_reports,
            economy.layoff_reports,
        )
    }
)
"""By the name of the source, in the order of the list of sources."""
