"""The command that makes a city: what it writes, and what it will not do."""

from pathlib import Path

import pytest

from leye.data.twin.deliveries import read_manifest
from leye.doors.cli import main


def test_the_command_writes_deliveries_and_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "city"

    code = main(["twin", "make", "--people", "2000", "--months", "2", "--out", str(out)])

    assert code == 0
    assert "已写入" in capsys.readouterr().out
    assert {each.month for each in read_manifest(out)} == {202401, 202402}
    assert (out / "truth" / "person_month_202402.parquet").is_file()


def test_a_folder_in_use_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kept.txt").write_text("kept", encoding="utf-8")

    code = main(["twin", "make", "--people", "2000", "--months", "1", "--out", str(tmp_path)])

    assert code == 2
    assert "不是空的" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--people", "10"],
        ["--months", "0"],
        ["--seed", "-1"],
        ["--first-month", "202413"],
    ],
)
def test_a_city_out_of_bounds_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    code = main(["twin", "make", "--out", str(tmp_path / "city"), *wrong])

    assert code == 2
    assert "做不出这样的模拟城市" in capsys.readouterr().err
    assert not (tmp_path / "city").exists()
