from __future__ import annotations

import inspect
import re
import subprocess
import sys

import pytest

import flowsim


def test_the_front_door_is_small_and_sorted() -> None:
    assert flowsim.__all__ == sorted(
        flowsim.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name)
    )
    assert len(flowsim.__all__) == len(set(flowsim.__all__)) <= 40
    assert dir(flowsim) == sorted(flowsim.__all__)


@pytest.mark.parametrize("name", flowsim.__all__)
def test_every_public_name_is_there(name: str) -> None:
    found = getattr(flowsim, name)
    assert getattr(found, "__name__", name).rpartition(".")[2] == name


@pytest.mark.parametrize(
    "name", [name for name in flowsim.__all__ if inspect.isfunction(getattr(flowsim, name))]
)
def test_the_docstring_of_a_public_function_has_all_its_parameters_what_it_returns_and_its_errors(
    name: str,
) -> None:
    function = getattr(flowsim, name)
    text = inspect.getdoc(function) or ""
    told = {
        one.strip(" *") for line in re.findall(r"^(\S.*?) : ", text, re.MULTILINE) for one in line.split(",")
    }
    parameters = set(inspect.signature(function).parameters)
    assert parameters - told == set()
    assert not parameters or {"Parameters", "Returns", "Raises"} <= set(text.splitlines())


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'flowsim' has no attribute 'hospitals'"):
        flowsim.hospitals  # noqa: B018


def test_a_star_import_brings_exactly_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from flowsim import *", names)
    assert set(names) - {"__builtins__"} == set(flowsim.__all__)


def test_importing_flowsim_is_light() -> None:
    code = "import sys, flowsim; print(*sorted({'numpy', 'pydantic', 'click', 'simpy'} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout == "\n"


@pytest.mark.parametrize(
    "imported", ["flowsim.finance.prices", "flowsim.finance.finance", "flowsim.report.sign_off"]
)
def test_a_public_name_stays_a_function_when_the_room_of_its_name_is_imported_first(imported: str) -> None:
    code = f"import flowsim, {imported}; print(callable(flowsim.finance), flowsim.finance is flowsim.finance)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout == "True True\n"
