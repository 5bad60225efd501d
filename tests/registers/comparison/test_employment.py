"""Comparisons of jobs, each drawn: who is found, and who is just outside."""

from typing import Any

EMPLOYERS = """
    employer | kind
    11       | 1
    12       | 1
    66       | 6
    """


def test_an_open_registration_and_a_later_job_conflict(found: Any) -> None:
    registrations = """
        person | record | registered | cancelled
        1      | S1     | 2024-04-30 |
        2      | S2     | 2024-05-01 |
        3      | S3     | 2024-04-30 | 2024-05-31
        4      | S4     | 2024-02-10 |
        5      | S5     | 2024-02-10 |
        6      | S6     | 2024-02-10 |
        """
    contributions = """
        person | employer | kind | insurance | month
        1      | 11       | 1    | 110       | 202405
        2      | 11       | 1    | 110       | 202405
        3      | 11       | 1    | 110       | 202405
        6      |          | 2    | 110       | 202405
        """
    filings = """
        person | contract | employer | start      | ended
        4      | H1       | 11       | 2024-02-11 |
        5      | H2       | 11       | 2024-02-10 |
        """
    # 2 registered in the month itself, after the job; 3 was cancelled on its last day; the filing
    # of 5 is the job lost; 6 pays as a flexible worker.
    assert found(
        "registered_but_employed",
        202405,
        unemployment_registration=registrations,
        contributions=contributions,
        labour_filing=filings,
    ) == [1, 4]


def test_a_standing_filing_without_contributions_is_found_where_the_person_has_not_moved_on(
    found: Any,
) -> None:
    filings = """
        person | contract | employer | start      | ended
        1      | H1       | 11       | 2024-04-30 |
        2      | H2       | 11       | 2024-05-01 |
        3      | H3       | 11       | 2024-01-01 | 2024-05-31
        4      | H4       | 11       | 2024-01-01 |
        5      | H5       | 11       | 2024-01-01 |
        6      | H6       | 11       | 2024-01-01 |
        7      | H7       | 11       | 2024-01-01 |
        8      | H8       | 99       | 2024-01-01 |
        9      | H9       | 11       | 2024-01-01 |
        9      | K9       | 12       | 2024-03-01 | 2024-04-01
        10     | K1       | 11       | 2024-01-01 |
        11     | K2       | 11       | 2024-01-01 |
        12     | K3       | 11       | 2024-01-01 |
        13     | K4       | 11       | 2024-01-01 |
        """
    registered = """
        person | record | form | employer | start      | end
        10     | J1     | 1    | 11       | 2024-01-01 | 2024-04-30
        11     | J2     | 6    |          | 2024-04-01 |
        13     | J3     | 3    |          | 2023-04-01 |
        """
    months = """
        person | status
        12     | migrant
        13     | unknown
        """
    insured = """
        person | employer | kind
        4      | 11       | 1
        5      | 12       | 1
        """
    registrations = """
        person | record | registered
        6      | S1     | 2024-05-03
        """
    deaths = """
        person | death_date
        7      | 2024-05-03
        """
    # 2 started in the month; 3 has ended; 4 is paid for; firm 99 is closed. Moved on have 5 to 7,
    # 9 by a newer filing, 10 and 11 by registrations, 12 by the ledger; that of 13 is older.
    assert found(
        "filed_without_contributions",
        202405,
        employer=EMPLOYERS,
        labour_filing=filings,
        insurance_month=insured,
        unemployment_registration=registrations,
        deaths=deaths,
        employment_registration=registered,
        person_month=months,
    ) == [1, 13]


def test_a_contribution_without_a_filing_that_reaches_the_month_is_found(found: Any) -> None:
    filings = """
        person | contract | employer | start      | ended
        2      | H2       | 11       | 2024-05-31 |
        3      | H3       | 11       | 2023-01-01 | 2024-04-02
        4      | H4       | 11       | 2023-01-01 | 2024-03-31
        5      | H5       | 12       | 2023-01-01 |
        7      | H7       | 11       | 2024-06-01 |
        """
    people = ((1, 11), (2, 11), (3, 11), (4, 11), (5, 11), (6, 66), (7, 11))
    insured = "person | employer | kind\n" + "\n".join(f"{p} | {e} | 1" for p, e in people)
    contributions = "person | employer | kind | insurance\n" + "\n".join(
        f"{p} | {e} | 1 | 110" for p, e in people
    )
    # 2 was filed on the last day; the filing of 3 ended the month before, that of 4 earlier; the
    # filing of 5 is another firm's; 6 is appointed by a public body.
    assert found(
        "contributions_without_filing",
        202405,
        employer=EMPLOYERS,
        labour_filing=filings,
        insurance_month=insured,
        contributions=contributions,
    ) == [1, 4, 5, 7]


def test_two_reasons_of_one_separation_conflict(found: Any) -> None:
    filings = """
        person | contract | employer | start      | ended      | end_reason
        1      | H1       | 11       | 2022-01-01 | 2024-04-10 | 3
        2      | H2       | 11       | 2022-01-01 | 2024-04-10 | 4
        3      | H3       | 11       | 2022-01-01 | 2024-02-10 | 3
        4      | H4       | 11       | 2022-01-01 | 2024-04-10 | 9
        5      | H5       | 12       | 2022-01-01 | 2024-04-10 | 3
        6      | H6       | 11       | 2022-01-01 |            |
        """
    registrations = """
        person | record | registered | reason | last_employer
        1      | S1     | 2024-05-02 | 1      | 11
        2      | S2     | 2024-05-02 | 1      | 11
        3      | S3     | 2024-05-02 | 1      | 11
        4      | S4     | 2024-05-02 | 1      | 11
        5      | S5     | 2024-05-02 | 1      | 11
        6      | S6     | 2024-05-02 | 1      | 11
        """
    # 2 agrees; 3 registered too long after; the filing of 4 says nothing; 5 lost another job.
    assert found(
        "separation_reason_differs",
        202405,
        labour_filing=filings,
        unemployment_registration=registrations,
    ) == [1]
