"""What the city tells of everybody that policies ask about."""

import numpy as np

from leye.data.twin.codes import Contributor, Status
from leye.data.twin.facts import FACT, TOLD
from tests.twin.world.conftest import Run


def test_it_is_told_for_the_last_months_alone(small: Run) -> None:
    told = [month.month for month in small.months if len(month.facts)]
    assert told == [month.month for month in small.months[-TOLD:]]
    assert all(month.facts.dtype == np.dtype(FACT) for month in small.months)


def test_it_agrees_with_the_month(small: Run) -> None:
    month = small.months[-1]
    facts, who = month.facts, month.facts["person"]
    grown = (month.status > Status.CHILD) & (month.status < Status.GONE)
    assert who.tolist() == np.flatnonzero(grown).tolist()
    assert (facts["status"] == month.status[who]).all()
    assert (facts["insured"] == month.insured[who]).all()
    assert (facts["flexible"] == (month.contributor[who] == Contributor.FLEXIBLE)).all()
    paid = month.events.benefits
    assert facts["draws"].sum() == np.isin(paid["person"], who).sum() > 0
    drawing = facts[facts["draws"]]
    assert (drawing["drawn"] >= 1).all()
    assert (drawing["drawn"] <= drawing["granted"]).all()
    assert (facts["registered"][facts["status"] == Status.UNEMPLOYED_REGISTERED] > 0).all()
    assert (facts["birth_month"] < month.month - 1_500).all()
