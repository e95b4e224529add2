from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from flowsim.errors import InputError
from flowsim.scenario import shipped
from flowsim.scenario.shipped import (
    find_data,
    find_intervention,
    find_scenario,
    find_sweep,
    shipped_folder,
    shipped_interventions,
    shipped_scenarios,
    shipped_sweeps,
)

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a shipped folder of every kind of file, with the working folder somewhere else."""
    root = tmp_path / "shipped"
    names = ("portsmouth-2016", "templates/small", "interventions/fit-12x7", "interventions/amu-beds-12")
    for name in (*names, "sweeps/grid"):
        (root / "scenarios" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "scenarios" / f"{name}.yaml").write_text(f"name: {name}\n")
    (root / "data").mkdir()
    (root / "data" / "secret.yaml").write_text("name: not a scenario\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setattr(shipped, "shipped_folder", lambda: root)
    return root


def test_the_installed_package_carries_every_file_of_the_checkout() -> None:
    found = [find_scenario(name) for name in shipped_scenarios()]
    found += [find_intervention(name) for name in shipped_interventions()]
    found += [find_sweep(name) for name in shipped_sweeps()]
    names = sorted(file.relative_to(shipped_folder()) for file in found)
    assert names == sorted(file.relative_to(CHECKOUT) for file in (CHECKOUT / "scenarios").rglob("*.yaml"))


def test_the_installed_package_carries_the_data_beside_the_scenarios() -> None:
    for file in (CHECKOUT / "data").rglob("*.*"):
        there = shipped_folder() / file.relative_to(CHECKOUT)
        assert there.read_bytes() == file.read_bytes()


def test_names_are_sorted_and_each_kind_has_its_own(folder: Path) -> None:
    assert shipped_scenarios() == ["portsmouth-2016", "templates/small"]
    assert shipped_interventions() == ["amu-beds-12", "fit-12x7"]
    assert shipped_sweeps() == ["grid"]


@pytest.mark.parametrize("suffix", ["", ".yaml"])
def test_a_shipped_name_is_found_from_anywhere(folder: Path, suffix: str) -> None:
    found = find_scenario("templates/small" + suffix)
    assert found == folder / "scenarios/templates/small.yaml"
    assert found.is_absolute()


@pytest.mark.parametrize("name", ["fit-12x7", "fit-12x7.yaml", "interventions/fit-12x7"])
def test_an_intervention_is_found_with_or_without_its_folder(folder: Path, name: str) -> None:
    assert find_intervention(name) == folder / "scenarios/interventions/fit-12x7.yaml"


def test_a_sweep_is_found_with_or_without_its_folder(folder: Path) -> None:
    assert find_sweep("grid") == find_sweep("sweeps/grid.yaml") == folder / "scenarios/sweeps/grid.yaml"


@pytest.mark.parametrize("name", ["fit-12x7", "interventions/fit-12x7"])
def test_an_intervention_asked_for_as_a_scenario_is_told_what_it_needs(folder: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        find_scenario(name)
    assert str(caught.value) == (
        'must be a scenario; found the intervention "fit-12x7", which changes one: '
        "flowsim compare BASELINE fit-12x7"
    )


def test_a_scenario_with_its_data_beside_it_has_the_name_of_its_folder(folder: Path) -> None:
    (folder / "scenarios" / "derby").mkdir()
    (folder / "scenarios" / "derby" / "derby.yaml").write_text("name: derby\n")
    assert "derby" in shipped_scenarios()
    assert find_scenario("derby") == folder / "scenarios/derby/derby.yaml"


def test_data_named_relative_to_a_found_scenario_is_there(folder: Path) -> None:
    assert (find_scenario("portsmouth-2016").parent / "../data/secret.yaml").is_file()


def test_a_file_wins_over_a_shipped_name(folder: Path) -> None:
    Path("portsmouth-2016").write_text("name: mine\n")
    assert find_scenario("portsmouth-2016") == Path("portsmouth-2016")


def test_a_file_outside_may_be_named_by_any_path(folder: Path) -> None:
    Path("../mine.yaml").write_text("name: mine\n")
    assert find_scenario("../mine.yaml") == Path("../mine.yaml")


def test_a_folder_of_a_shipped_name_does_not_hide_the_scenario(folder: Path) -> None:
    Path("portsmouth-2016").mkdir()
    assert find_scenario("portsmouth-2016") == folder / "scenarios/portsmouth-2016.yaml"


def test_an_unknown_name_is_refused_with_what_was_looked_for_and_where_and_the_nearest_name(
    folder: Path,
) -> None:
    with pytest.raises(InputError) as caught:
        find_scenario("scenarios/portsmuth-2016.yaml")
    assert str(caught.value) == (
        'unknown scenario "scenarios/portsmuth-2016"; did you mean "portsmouth-2016"? '
        "Allowed here: portsmouth-2016, templates/small\n"
        f"there is no file of that name in {Path.cwd()}, "
        f"and no scenario of that name in {folder / 'scenarios'}"
    )
    assert caught.value.exit_code == 2


def test_a_folder_is_refused_as_a_folder(folder: Path) -> None:
    with pytest.raises(InputError, match="there is a folder of that name in"):
        find_scenario(str(folder / "scenarios"))


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../data/secret", "../data/secret.yaml", "templates/../portsmouth-2016"),
        *("/portsmouth-2016", "/no/such/file.yaml", "~/portsmouth-2016", "a\0b", "x" * 5000),
    ],
)
def test_no_name_leads_outside_the_shipped_scenarios(folder: Path, name: str) -> None:
    with pytest.raises(InputError):
        find_scenario(name)


def test_the_installed_layout_is_used_where_it_exists(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "flowsim"
    (package / "_shipped").mkdir(parents=True)
    assert shipped._folder_beside(package) == package / "_shipped"


def test_a_source_checkout_uses_its_own_folders(tmp_path: Path) -> None:
    assert shipped._folder_beside(tmp_path / "src" / "flowsim") == tmp_path


def test_shipped_data_are_found_by_name_and_a_file_wins(folder: Path) -> None:
    assert find_data("secret.yaml") == find_data("data/secret.yaml") == folder / "data" / "secret.yaml"
    Path("secret.yaml").write_text("mine\n")
    assert find_data("secret.yaml") == Path("secret.yaml")


def test_what_is_no_shipped_data_stays_as_it_was_given(folder: Path) -> None:
    for name in ("nowhere.csv", "../secret.yaml", "data/../secret.yaml", "data"):
        assert find_data(name) == Path(name)


def test_a_file_in_a_folder_that_one_may_not_enter_is_not_told_as_absent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.stat

    def locked(path: str | Path, **how: Any) -> os.stat_result:
        if str(path).startswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path, **how)

    monkeypatch.setattr("os.stat", locked)  # the superuser, as whom tests may run, is let in everywhere
    with pytest.raises(InputError, match="there is nothing one may look at of that name in"):
        find_scenario("locked/a.yaml")
