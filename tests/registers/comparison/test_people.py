"""Comparisons about people and households, each drawn."""

from typing import Any


def test_two_classes_on_one_day_overlap(found: Any) -> None:
    training = """
        person | record | class_id | start      | end
        1      | P1     | A        | 2024-05-01 | 2024-05-10
        1      | P2     | B        | 2024-05-10 | 2024-05-20
        2      | P3     | A        | 2024-05-01 | 2024-05-10
        2      | P4     | B        | 2024-05-11 | 2024-05-20
        3      | P5     | A        | 2024-05-01 | 2024-05-10
        3      | P6     | A        | 2024-05-01 | 2024-05-10
        4      | P7     | A        | 2023-04-01 | 2023-05-31
        4      | P8     | B        | 2023-05-01 | 2023-05-31
        5      | P9     | A        | 2023-05-01 | 2023-06-01
        5      | Q1     | B        | 2023-05-01 | 2023-06-01
        """
    # 2 went from one to the next; 3 stands twice in one class; the classes of 4 ended over a year
    # ago, those of 5 just within.
    assert found("overlapping_trainings", 202405, training=training) == [1, 5]


def test_a_graduate_of_whom_nothing_is_known_half_a_year_later_is_found(found: Any) -> None:
    graduates = """
        person | graduated
        1      | 202306
        2      | 202307
        3      | 202306
        4      | 202112
        5      | 202201
        6      | 202306
        """
    months = """
        person | status           | residence
        1      | unknown          | 360902001001
        2      | unknown          | 360902001001
        3      | employed_insured | 360902001001
        4      | unknown          | 360902001001
        5      | unknown          | 360902001001
        """
    # 2 left less than six months ago; 3 works; 4 left two years ago, 5 just under.
    assert found("graduate_without_evidence", 202312, graduates=graduates, person_month=months) == [
        1,
        5,
    ]


def test_a_household_that_lost_its_last_job_is_found_and_stays_found(found: Any) -> None:
    households = """
        month  | household | residence    | able | employed | zero_employment
        202405 | A         | 360902001001 | 2    | 0        | yes
        202405 | B         | 360902001001 | 2    | 0        | yes
        202405 | C         | 360902001001 | 2    | 0        | yes
        202405 | D         | 360902001001 | 2    | 0        | no
        202405 | E         | 360902001001 | 2    | 0        | yes
        202401 | A         | 360902001001 | 2    | 1        | no
        202312 | B         | 360902001001 | 2    | 1        | no
        202404 | D         | 360902001001 | 2    | 1        | no
        202404 | E         | 360902001001 | 2    | 1        | no
        202403 | F         | 360902001001 | 1    | 1        | no
        202404 | F         | 360902001001 | 0    | 0        | no
        202405 | F         | 360902001001 | 1    | 0        | yes
        202404 | G         | 360902001001 | 2    | 1        | no
        202405 | G         | 360902001001 | 1    | 0        | yes
        202404 | H         | 360902001001 | 2    | 0        | no
        202405 | H         | 360902001001 | 1    | 0        | yes
        202404 | I         | 360902001001 | 1    | 1        | no
        202405 | I         | 360902001001 | 1    | 0        | yes
        202312 | J         | 360902001001 | 1    | 0        | yes
        202405 | J         | 360902001001 | 1    | 0        | yes
        """
    persons = """
        person | state | birth_month
        1      | 1     | 198001
        2      | 1     | 198001
        3      | 1     | 198001
        4      | 1     | 198001
        5      | 1     | 198001
        6      | 1     | 198001
        7      | 1     | 198001
        8      | 3     | 198001
        9      | 1     | 198001
        10     | 1     | 198001
        11     | 1     | 198001
        """
    months = """
        person | household | status             | confidence
        1      | A         | unemployed_looking | 0.9
        6      | E         | unemployed_looking | 0.89
        9      | H         | unemployed_looking | 0.5
        10     | I         | unemployed_looking | 0.5
        """
    population = """
        person | household | relation
        1      | A         | 01
        2      | B         | 01
        3      | C         | 01
        4      | D         | 01
        5      | A         | 02
        6      | E         | 01
        7      | F         | 01
        8      | G         | 01
        9      | H         | 01
        10     | I         | 01
        11     | J         | 01
        """
    earlier = """
        month  | rule                      | person
        202404 | household_zero_employment | 3
        202404 | benefit_while_insured     | 2
        202403 | household_zero_employment | 9
        202403 | household_zero_employment | 10
        202312 | household_zero_employment | 11
        """
    # In A somebody worked four months ago, in B five; C was found the month before; D has somebody
    # who seeks no work; of E it is not sure. F gave up work and sought it a month later; the head
    # of G has died. H was found two months ago and is not sure any more, but nobody has worked
    # since; so was I, where somebody has. J was found too long ago.
    assert found(
        "household_zero_employment",
        202405,
        household=households,
        person=persons,
        population=population,
        person_month=months,
        conflict=earlier,
    ) == [1, 3, 9]
