"""Comparisons of what is paid to people, each drawn: who is found, and who is just outside."""

from typing import Any


def test_benefit_and_a_units_contribution_in_one_month_conflict(found: Any) -> None:
    benefits = """
        person | month  | nth
        1      | 202405 | 3
        2      | 202405 | 3
        3      | 202405 | 3
        4      | 202404 | 3
        """
    contributions = """
        person | employer | kind | insurance | month
        1      | 11       | 1    | 110       | 202405
        2      |          | 2    | 110       | 202405
        4      | 11       | 1    | 110       | 202405
        5      | 11       | 1    | 110       | 202405
        """
    # 2 pays as a flexible worker; 3 is paid for by nobody; 4 drew the month before.
    assert found(
        "benefit_while_insured",
        202405,
        unemployment_benefit=benefits,
        contributions=contributions,
    ) == [1]


def test_a_payment_after_the_month_of_death_conflicts(found: Any) -> None:
    deaths = """
        person | death_date
        1      | 2024-04-30
        2      | 2024-05-01
        3      | 2024-03-10
        4      | 2024-03-10
        """
    pensions = """
        person | kind | month
        1      | 2    | 202405
        2      | 2    | 202405
        9      | 2    | 202405
        """
    subsidies = """
        person | payment | programme    | from_month | to_month
        3      | B1      | welfare_post | 202403     | 202405
        4      | B2      | welfare_post | 202404     | 202406
        """
    # 2 died in the month itself; the payment to 3 begins in the month of death.
    assert found(
        "dead_or_retired_paid", 202405, deaths=deaths, pensions=pensions, subsidies=subsidies
    ) == [1, 4]


def test_a_workers_pension_and_a_benefit_of_the_unemployed_conflict(found: Any) -> None:
    pensions = """
        person | kind | month
        1      | 1    | 202405
        2      | 2    | 202405
        3      | 1    | 202405
        4      | 1    | 202405
        """
    benefits = """
        person | month
        1      | 202405
        2      | 202405
        """
    subsidies = """
        person | payment | programme          | from_month | to_month
        3      | B1      | flexible_insurance | 202405     | 202407
        4      | B2      | flexible_insurance | 202402     | 202405
        """
    # 2 draws the residents' pension; the subsidy of 4 began before the pension was paid.
    assert found(
        "dead_or_retired_paid",
        202405,
        pensions=pensions,
        unemployment_benefit=benefits,
        subsidies=subsidies,
    ) == [1, 3]


def test_an_owner_of_an_open_firm_is_no_flexible_worker(found: Any) -> None:
    employers = """
        employer | owner | active
        11       | 1     | yes
        12       | 2     | no
        13       | 3     | yes
        14       | 4     | yes
        15       | 5     | yes
        """
    firms = """
        employer | person | opened
        11       | 1      | 2024-04-30
        12       | 2      | 2020-01-01
        13       | 3      | 2020-01-01
        14       | 4      | 2020-01-01
        15       | 5      | 2024-05-01
        """
    subsidies = """
        person | payment | programme          | from_month | to_month | paid
        1      | B1      | flexible_insurance | 202311     | 202404   | 2024-05-31
        2      | B2      | flexible_insurance | 202311     | 202404   | 2024-05-31
        3      | B3      | flexible_insurance | 202311     | 202404   | 2024-04-30
        4      | B4      | startup            | 202311     | 202404   | 2024-05-31
        5      | B5      | flexible_insurance | 202311     | 202404   | 2024-05-31
        """
    # The firm of 2 is closed; 3 was paid the month before; 4 draws another subsidy; the firm of 5
    # opened after the months paid for.
    assert found(
        "owner_with_flexible_subsidy",
        202405,
        employer=employers,
        firms=firms,
        subsidies=subsidies,
    ) == [1]


def test_a_welfare_post_and_another_units_contribution_conflict(found: Any) -> None:
    posts = """
        person | agreement | employer | start      | end
        1      | G1        | 21       | 2024-01-01 |
        2      | G2        | 21       | 2024-01-01 |
        3      | G3        | 21       | 2024-01-01 | 2024-05-31
        4      | G4        | 21       | 2024-05-01 |
        """
    contributions = """
        person | employer | kind | insurance | month
        1      | 11       | 1    | 110       | 202405
        2      | 21       | 1    | 110       | 202405
        3      | 11       | 1    | 110       | 202405
        4      | 11       | 1    | 110       | 202405
        """
    # 2 is paid for by the unit of the post; 3 has left the post; 4 came from the other unit.
    assert found(
        "welfare_post_employed_elsewhere",
        202405,
        public_welfare_posts=posts,
        contributions=contributions,
    ) == [1]


def test_one_programme_is_paid_once_for_a_month(found: Any) -> None:
    subsidies = """
        person | employer | payment | programme          | from_month | to_month | paid
        1      |          | B1      | flexible_insurance | 202401     | 202403   | 2024-03-20
        1      |          | B2      | flexible_insurance | 202403     | 202405   | 2024-05-20
        2      |          | B3      | flexible_insurance | 202401     | 202403   | 2024-03-20
        2      |          | B4      | flexible_insurance | 202404     | 202406   | 2024-05-20
        3      |          | B5      | flexible_insurance | 202401     | 202403   | 2024-03-20
        3      |          | B6      | job_seeking        | 202401     | 202403   | 2024-03-20
        4      |          | B7      | flexible_insurance | 202401     | 202403   | 2024-03-20
        5      |          | B8      | flexible_insurance | 202401     | 202403   | 2024-03-20
               | 31       | B9      | firm_insurance     | 202401     | 202403   | 2024-03-20
               | 31       | C1      | firm_insurance     | 202402     | 202404   | 2024-04-20
               | 32       | C2      | firm_insurance     | 202401     | 202403   | 2024-03-20
        6      |          | C3      | flexible_insurance | 202401     | 202403   | 2024-03-20
        6      |          | C4      | flexible_insurance | 202401     | 202403   | 2024-06-01
        7      |          | C5      | startup            | 202305     | 202305   | 2023-05-20
        7      |          | C6      | startup            | 202305     | 202305   | 2023-05-20
        """
    # 2 was paid for following months; 3 for two programmes; 6 is paid again next month; with 7 it
    # is a year ago.
    assert found("same_subsidy_twice", 202405, subsidies=subsidies) == [1, 31]
