"""The facts of a household that registers give."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from leye.decision.policy.frames.coding import answer, number


def household_facts(p: ir.Table) -> Mapping[str, ir.Value]:
    """Give each fact by its name, as stored numbers."""
    return {
        "home_urban": answer(ibis.ifelse(p.hukou_known, p.urban, ibis.null("boolean"))),
        "home_able": number(p.able),
        "home_unemployed": number(p.jobless),
        "home_employed": number(p.employed),
    }
