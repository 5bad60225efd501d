"""OpenFisca's own tools read our rules: its web API answers with them."""

import pytest
from flask.testing import FlaskClient
from openfisca_web_api.app import create_app

from leye.decision.policy import CountryTaxBenefitSystem


@pytest.fixture(scope="module")
def web() -> FlaskClient:
    return create_app(CountryTaxBenefitSystem()).test_client()


def test_the_web_api_calculates(web) -> None:
    person = {
        "ui_county": 360902,
        "ui_months": 62,
        "ui_months_left_over": 0,
        "ui_months_drawn": 0,
        "job_end_reason": "dismissed",
        "registered_unemployed": "yes",
        "work_status": "unemployed_registered",
        "in_military": "no",
        "emigrated": "no",
        "draws_pension": "no",
        "refused_job": "no",
        "unemployment_benefit": None,
        "unemployment_benefit_amount": None,
    }
    asked = {"persons": {"a": {name: {"2025-01": value} for name, value in person.items()}}}
    found = web.post("/calculate", json=asked).json["persons"]["a"]
    assert found["unemployment_benefit"] == {"2025-01": "eligible"}
    assert found["unemployment_benefit_amount"] == {"2025-01": 1683.0}


def test_a_fact_nobody_gave_is_unknown_there_too(web) -> None:
    asked = {"persons": {"a": {"unemployment_benefit": {"2025-01": None}}}}
    found = web.post("/calculate", json=asked).json["persons"]["a"]
    assert found["unemployment_benefit"] == {"2025-01": "cannot_tell"}


def test_parameters_carry_their_words_and_references(web) -> None:
    found = web.get("/parameter/unemployment_insurance/minimum_months").json
    assert found["description"] == "失业前最少缴费月数"
    assert found["values"] == {"2011-07-01": 12}
    assert web.get("/spec").status_code == 200
