"""Policies as code: the facts, the conditions, the sums, and why.

One text of a rule answers for one person (:func:`check`), for a city (:meth:`System.run`) and for
another month or another law (:func:`system_with`). A new family is a module in ``law``.
"""

from leye.decision.policy.cases import Case, together
from leye.decision.policy.catalogue import FUNDS, PAID_ZH, Listing, Paid, catalogue, listing
from leye.decision.policy.check import (
    Answered,
    Checked,
    Missing,
    Unverified,
    amount_reads,
    check,
    rests_on_unverified,
)
from leye.decision.policy.conditions import CHANGES_ZH, Changes, Condition
from leye.decision.policy.facts import (
    ORIGIN_ZH,
    Fact,
    InvalidFact,
    Kind,
    Origin,
    fact,
    facts,
)
from leye.decision.policy.parameters import Change, Confidence, Dated, Described, Parameters
from leye.decision.policy.programmes import (
    OUTCOME_ZH,
    Outcome,
    Programme,
    Quantity,
    families,
    programme,
    programmes,
    quantities,
)
from leye.decision.policy.saying import sentence, show_value, value_words, with_unit
from leye.decision.policy.situation import DTYPES
from leye.decision.policy.sources import Source, source, sources
from leye.decision.policy.standing import in_force
from leye.decision.policy.system import Reads, Run, System, system, system_with

CountryTaxBenefitSystem = system
"""The name under which OpenFisca's own tools look for the rules of a package."""

__all__ = [
    "CHANGES_ZH",
    "DTYPES",
    "FUNDS",
    "ORIGIN_ZH",
    "OUTCOME_ZH",
    "PAID_ZH",
    "Answered",
    "Case",
    "Change",
    "Changes",
    "Checked",
    "Condition",
    "Confidence",
    "CountryTaxBenefitSystem",
    "Dated",
    "Described",
    "Fact",
    "InvalidFact",
    "Kind",
    "Listing",
    "Missing",
    "Origin",
    "Outcome",
    "Paid",
    "Parameters",
    "Programme",
    "Quantity",
    "Reads",
    "Run",
    "Source",
    "System",
    "Unverified",
    "amount_reads",
    "catalogue",
    "check",
    "fact",
    "facts",
    "families",
    "in_force",
    "listing",
    "programme",
    "programmes",
    "quantities",
    "rests_on_unverified",
    "sentence",
    "show_value",
    "source",
    "sources",
    "system",
    "system_with",
    "together",
    "value_words",
    "with_unit",
]
