"""Comparisons about firms, each drawn."""

from typing import Any


def leaving(**firms: tuple[int, str, str]) -> str:
    """Draw filings that end: for each firm how many, on which day, for which reason."""
    lines = ["person | contract | employer | start | ended | end_reason"]
    for name, (count, day, reason) in firms.items():
        firm = name.removeprefix("firm").partition("_")[0]
        lines += [
            f"{firm}{reason}{number:03} | {firm}-{reason}{number} | {firm} | 2022-01-01 | {day} |"
            f" {reason}"
            for number in range(count)
        ]
    return "\n".join(lines)


def test_twenty_or_a_tenth_of_the_staff_gone_without_a_report_is_found(found: Any) -> None:
    filings = leaving(
        firm1=(20, "2024-05-10", "4"),
        firm2=(19, "2024-05-10", "4"),
        firm3=(10, "2024-05-31", "4"),
        firm4=(9, "2024-05-10", "4"),
        firm5=(30, "2024-05-10", "3"),
        firm6=(30, "2024-05-10", "4"),
        firm7=(30, "2024-04-30", "4"),
        firm8=(10, "2024-05-10", "4"),
        firm9=(12, "2024-05-10", "4"),
        firm10=(18, "2024-05-10", "4"),
        firm11=(3, "2024-05-10", "4"),
        firm11_left=(38, "2024-05-10", "3"),
        firm12=(10, "2024-05-10", "4"),
        firm13=(10, "2024-05-10", "4"),
    )
    months = """
        employer | place  | insured | insured_last_month | separations
        1        | 360902 | 480     | 500                | 20
        2        | 360902 | 480     | 500                | 19
        3        | 360902 | 90      | 100                | 10
        4        | 360902 | 10      | 19                 | 9
        5        | 360902 | 70      | 100                | 30
        6        | 360902 | 70      | 100                | 30
        7        | 360902 | 70      | 100                |
        8        | 360902 | 90      | 101                | 10
        10       | 360902 | 480     | 500                | 20
        11       | 360902 | 1960    | 2000               | 59
        12       | 360902 | 0       | 9                  | 10
        13       | 360902 | 0       | 9                  | 10
        """
    jobs = """
        person | employer | ended | paid_month
        124000 | 12       | yes   | 202403
        124001 | 12       | yes   | 202404
        124002 | 12       | no    | 202402
        134000 | 13       | yes   | 202404
        """
    reports = """
        employer | report | reported   | planned
        6        | R1     | 2024-04-15 | 2024-05-10
        """
    # 2: nineteen of five hundred; 4: a small unit; 5 resigned; 6 reported; 7 was the month before;
    # 8: a little less than a tenth; 9: nobody was insured, all who were filed have gone;
    # 10: of twenty who are no longer paid for, two filings were left open; 11: eighteen were, where
    # nearly all resigned; 12: one of the ten had left long before; 13: nobody had.
    assert found(
        "unreported_layoff",
        202405,
        labour_filing=filings,
        employer_month=months,
        job_spell=jobs,
        layoff_reports=reports,
    ) == [1, 3, 9, 10, 13]


def test_a_report_is_compared_by_share_and_by_number(found: Any) -> None:
    reports = """
        employer | current
        1        | 121
        2        | 120
        3        | 79
        4        | 20
        5        | 21
        6        |
        """
    months = """
        employer | insured
        1        | 100
        2        | 100
        3        | 100
        4        | 10
        5        | 10
        6        | 100
        """
    # 2 differs by just a fifth; 4 by ten persons; 6 left the form blank.
    assert found(
        "report_far_from_insured", 202405, firm_reports=reports, employer_month=months
    ) == [1, 3, 5]
