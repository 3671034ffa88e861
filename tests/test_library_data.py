"""Tables of cited facts: whole, exact, in agreement with what their sources say and with the models that use them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from scipy.stats import spearmanr

import deterrence as dt
from deterrence.errors import ModelFileError
from deterrence.library import data_names, models_folder
from deterrence.library import facts as reader


def test_the_burdens_of_1964_rank_as_published() -> None:
    table = dt.data("burden-1964")
    gnp, share = ([float(x) for x in table.numbers(name)] for name in ("gnp", "share"))
    assert len(gnp) == 14
    assert f"{spearmanr(gnp, share).statistic:.3f}" == "0.490"
    assert "Economic Theory of Alliances" in table.sources[0]


def test_the_count_of_allies_at_two_per_cent() -> None:
    table = dt.data("burden-2014-2024")
    assert [sum(x >= 2 for x in table.numbers(name)) for name in ("share_2014", "share_2024")] == [3, 23]
    assert table.by("iso3", "share_2024")["POL"] == Fraction(412, 100)


def test_the_model_of_thirty_one_allies_has_these_incomes() -> None:
    game = dt.load("free-riding/thirty-one-allies")
    incomes = {p.name.removeprefix("w_"): p.default for p in game.parameters if p.name.startswith("w_")}
    assert incomes == dict(dt.data("burden-2014-2024").by("iso3", "gdp_2023"))


@pytest.mark.parametrize("name", data_names())
def test_every_table_is_described_and_sourced(name: str) -> None:
    table = dt.data(name)
    assert table.title
    assert table.sources
    assert all(column.meaning for column in table.columns.values())
    assert (models_folder() / "data" / f"{name}.csv").is_file()
    assert len({len(column.values) for column in table.columns.values()}) == 1


def test_every_file_is_described() -> None:
    assert {path.stem for path in (models_folder() / "data").glob("*.csv")} == set(data_names())


def test_what_is_not_there_is_said_with_a_suggestion() -> None:
    with pytest.raises(ModelFileError, match="no table") as unknown:
        dt.data("burden-1946")
    assert "burden-1964" in unknown.value.remedy
    table = dt.data("burden-1964")
    with pytest.raises(ModelFileError, match="no column 'shar'"):
        table.numbers("shar")
    with pytest.raises(ModelFileError, match="'ally' holds text"):
        table.numbers("ally")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ally,share\nA\n", "line 2: 1 cells"),
        ("ally\nA\n", "columns ally"),
        ("ally,share\nA,much\n", "much"),
    ],
)
def test_a_table_that_its_description_does_not_fit(
    text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "t.csv").write_text(text, encoding="utf-8")
    described = 'format = 1\n[t.columns]\nally = {}\nshare = { unit = "%" }\n'
    (tmp_path / "data" / "tables.toml").write_text(described, encoding="utf-8")
    monkeypatch.setattr(reader, "models_folder", lambda: tmp_path)
    with pytest.raises(ModelFileError) as error:
        dt.data("t")
    assert says in str(error.value)
