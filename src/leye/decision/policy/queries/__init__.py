"""What screening found, read for pages: small answers of one month, cut to the asker's places.

Figures count people, households or employers, whatever a programme is for. Keys are the pool's: who
somebody is, is asked elsewhere.
"""

from leye.decision.policy.queries.changes import ChangeCount, change_counts
from leye.decision.policy.queries.figures import (
    Figures,
    Obstacle,
    figures_by_group,
    figures_by_place,
    fund_costs,
    obstacles,
    programme_figures,
    screened_months,
)
from leye.decision.policy.queries.lists import (
    EntitledChoice,
    EntitledLine,
    entitled_lines,
    entitled_total,
    entitlements_of,
)

__all__ = [
    "ChangeCount",
    "EntitledChoice",
    "EntitledLine",
    "Figures",
    "Obstacle",
    "change_counts",
    "entitled_lines",
    "entitled_total",
    "entitlements_of",
    "figures_by_group",
    "figures_by_place",
    "fund_costs",
    "obstacles",
    "programme_figures",
    "screened_months",
]
