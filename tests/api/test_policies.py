"""The policies as JSON: what follows for a case, and OpenFisca's own web API."""

import json
import logging
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.decision.policy import catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pool")]

CHECK = "/api/v1/policies/check"
DISMISSED = {
    "ui_county": "袁州区",
    "ui_months": 62,
    "ui_months_left_over": 0,
    "ui_months_drawn": 0,
    "job_end_reason": "dismissed",
    "registered_unemployed": "yes",
    "wants_work": True,
    "work_status": "已登记失业",
    "in_military": "no",
    "emigrated": "否",
    "draws_pension": False,
    "refused_job": "no",
}
BENEFIT = {"month": "2025-01", "person": DISMISSED, "programmes": ["unemployment_benefit"]}


def ask(client: Client, body: Any, *, path: str = CHECK, status: int = 200) -> dict[str, Any]:
    sent = body if isinstance(body, str) else json.dumps(body)
    response = client.post(path, sent, content_type="application/json")
    assert response.status_code == status, response.content.decode()[:400]
    assert response["Cache-Control"] == "no-store"
    found: dict[str, Any] = response.json()
    return found


def test_a_case_is_answered_with_its_reasons(client: Client) -> None:
    found = ask(client, BENEFIT)
    assert found["month"] == "2025-01"
    assert "估算" in found["notice"]
    [benefit] = found["answers"]
    assert (benefit["outcome"], benefit["amount"], benefit["months"]) == ("eligible", "1683.00", 14)
    assert {each["result"] for each in benefit["conditions"]} == {"met"}
    assert benefit["conditions"][1]["basis"] == "《社会保险法》第四十五条"
    assert [each["path"] for each in benefit["rests_on_unverified"]]


def test_what_is_missing_is_named_with_who_has_it(client: Client) -> None:
    some = {name: value for name, value in DISMISSED.items() if name != "ui_months"}
    [benefit] = ask(client, BENEFIT | {"person": some | {"ui_months": None}})["answers"]
    assert (benefit["outcome"], benefit["amount"], benefit["months"]) == ("cannot_tell", None, None)
    [missing] = benefit["conditions"][1]["missing"]
    assert (missing["name"], missing["origin"]) == ("ui_months", "register")


def test_only_the_entities_given_are_answered_for(client: Client) -> None:
    found = ask(client, {"employer": {"firm_staff": 3}})
    who = {catalogue()[each["programme"]].who for each in found["answers"]}
    assert who == {"employer"}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, "至少写一组"),
        ({"person": {"sex": "neither"}}, 404, "性别"),
        ({"person": {"no_such_fact": 1}}, 404, "事实"),
        ({"person": {"firm_staff": 1}}, 400, "employer"),
        ({"person": {"ui_months": "many"}}, 400, "不是数"),
        ({"person": {"ui_months": -1}}, 400, "超出范围"),
        ({"person": {"ui_months": [1]}}, 400, "写法有误"),
        ({"person": {}, "month": "2025-13"}, 400, "月份"),
        ({"person": {}, "month": "202501"}, 400, "月份"),
        ({"person": {}, "programmes": ["no_such"]}, 404, "政策"),
        ({"person": {}, "name": "张三"}, 400, "name"),
        ("[1, 2", 400, ""),
        ('{"person": {"ui_months": NaN}}', 400, "不是数"),
    ],
)
def test_what_cannot_be_read_is_said_with_a_hint(
    client: Client, body: Any, status: int, words: str
) -> None:
    found = ask(client, body, status=status)
    assert set(found) == {"code", "title", "detail", "hint", "near"}
    assert words in json.dumps(found, ensure_ascii=False)


def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    found = ask(client, {"person": {"sex": "x" * 300_000}}, status=413)
    assert found["code"] == "too_large"
    assert ask(client, {"x": "y" * 300_000}, path="/openfisca/calculate", status=413)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_case_is_asked_by_post_alone(method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.generic(method, CHECK)
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    assert client.options(CHECK)["Allow"] == "POST, OPTIONS"
    assert (
        client.post(CHECK, json.dumps(BENEFIT), content_type="application/json").status_code == 200
    )


def test_a_case_costs_the_database_nothing_and_leaves_no_trace(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as queries:
        ask(client, BENEFIT)
        ask(client, {"person": {"wage_month": "四千二"}}, status=400)
        asked = {"persons": {"某人": {"wage_month": {"2025-01": "四千二"}}}}
        ask(client, asked, path="/openfisca/calculate", status=400)
    assert [query["sql"] for query in queries] == []
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert "四千二" not in logged
    assert "dismissed" not in logged
    assert "某人" not in logged


def test_the_limit_on_requests_holds_here_too(client: Client, settings: Any) -> None:
    cache.clear()
    settings.LEYE_API_RATE = "2/m"
    for _ in range(2):
        assert client.get("/openfisca/entities").status_code == 200
    refused = client.post("/openfisca/calculate", {}, content_type="application/json")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    cache.clear()


def test_the_list_says_who_what_and_whether_in_force(client: Client) -> None:
    found = client.get("/api/v1/policies?who=employer&limit=500").json()
    assert {each["who"] for each in found["items"]} == {"employer"}
    assert found["total"] == sum(each.who == "employer" for each in catalogue().values())
    [one] = client.get("/api/v1/policies?q=失业保险金续发").json()["items"]
    assert one["id"] == "unemployment_benefit_to_retirement"
    detail = client.get("/api/v1/policies/unemployment_benefit").json()
    assert "满12个月" in detail["conditions"][0]["sentence"]
    assert detail["conditions"][2]["details"][0]["joined"] == "all"
    assert detail["formula"][-2] == "每月失业保险金 ＝ 失业保险金月标准"
    assert any("服兵役" in each for each in detail["stops"])
    assert "ui_months" in {each["name"] for each in detail["facts"]}
    assert "unemployment_insurance.minimum_months" in detail["parameters"]
    assert client.get("/api/v1/policies?who=dog").status_code == 400
    near = client.get("/api/v1/policies/unemployment_benefits").json()["near"]
    assert "unemployment_benefit" in near


def test_openfisca_calculates(client: Client) -> None:
    person: dict[str, Any] = {
        **DISMISSED,
        "ui_county": 360902,
        "work_status": "unemployed_registered",
        "wants_work": "yes",
        "emigrated": "no",
        "draws_pension": "no",
        "unemployment_benefit": None,
        "unemployment_benefit_amount": None,
    }
    asked = {"persons": {"a": {name: {"2025-01": value} for name, value in person.items()}}}
    found = ask(client, asked, path="/openfisca/calculate")["persons"]["a"]
    assert found["unemployment_benefit"] == {"2025-01": "eligible"}
    assert found["unemployment_benefit_amount"] == {"2025-01": 1683.0}


def test_a_number_nobody_knows_is_null_there(client: Client) -> None:
    asked = {"persons": {"a": {"unemployment_benefit_amount": {"2025-01": None}}}}
    response = client.post("/openfisca/calculate", asked, content_type="application/json")
    assert b"NaN" not in response.content
    assert response.json()["persons"]["a"] == {"unemployment_benefit_amount": {"2025-01": None}}
    traced = ask(client, asked, path="/openfisca/trace")
    assert traced["requestedCalculations"] == ["unemployment_benefit_amount<2025-01>"]


def test_openfisca_describes_itself_where_it_is(client: Client) -> None:
    spec = client.get("/openfisca/spec").json()
    assert spec["servers"] == [{"url": "http://testserver/openfisca"}]
    assert "/calculate" in spec["paths"]
    parameters = client.get("/openfisca/parameters").json()
    href = parameters["unemployment_insurance.minimum_months"]["href"]
    assert href.startswith("http://testserver/openfisca/parameter/")
    assert client.get(href.removeprefix("http://testserver")).json()["values"] == {"2011-07-01": 12}
    variables = client.get("/openfisca/variables").json()
    address = variables["unemployment_benefit"]["href"].removeprefix("http://testserver")
    assert client.get(address).json()["entity"] == "person"
    assert client.get("/openfisca/spec/").status_code == 200
    assert client.get("/openfisca/").status_code == 300
    assert client.get("/openfisca/nothing").json()["error"]


def test_openfisca_does_not_believe_a_forwarded_host(client: Client) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    assert "evil" not in client.get("/openfisca/parameters", headers=headers).content.decode()
    assert client.get("/openfisca/spec", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{",
        '{"persons": 5}',
        '{"persons": {"a": 5}}',
        '{"persons": {"a": {"ui_months": {"2025-01": NaN}}}}',
        '{"persons": {"a": {"ui_months": {"2025-01": 1e999}}}}',
        '{"persons": {"a/b": {"unemployment_benefit": {"2025-01": null}}}}',
        '{"persons": {"a": {"unemployment_benefit": {"2025": null}}}}',
        '{"persons": {"a": {"unemployment_benefit": {"not a month": null}}}}',
        '{"dogs": {}}',
        "[" * 50_000,
    ],
)
def test_what_openfisca_cannot_read_is_refused_as_json(client: Client, body: str) -> None:
    response = client.post("/openfisca/calculate", body, content_type="application/json")
    assert response.status_code in {400, 404}
    assert response.json()
    assert "Traceback" not in response.content.decode()
