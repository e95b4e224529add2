"""What the documentation tells a reader to type: commands parse, files load, Python names what there is."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import shutil
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

import flowsim
from flowsim.cli import VERBS, main
from flowsim.experiments.sweeps.file import read_sweep
from flowsim.scenario.interventions import read_intervention
from flowsim.scenario.shipped import shipped_interventions, shipped_scenarios, shipped_sweeps
from tests.command_line import flowsim as typed
from tests.documentation.pages import COMMAND, PAGES, ROOT, Snippet, arguments, blocks, commands
from tests.small_portsmouth import small_portsmouth

CALLS = [one for page in PAGES for one in commands(page)]
YAMLS = [one for page in PAGES for one in blocks(page) if one.kind == "yaml"]
PYTHONS = [one for page in PAGES for one in blocks(page) if one.kind == "python"]
SHIPPED = {*shipped_scenarios(), *shipped_interventions(), *shipped_sweeps()}
NAMED = ("scenario", "baseline", "interventions", "scenarios", "sweep")
"""Arguments that take the name of something shipped, or a file."""


def test_there_is_something_to_check() -> None:
    assert len(CALLS) > 60
    assert len(YAMLS) > 4
    assert len(PYTHONS) > 6


def context(call: Snippet) -> click.Context | None:
    """Return a call as the command line understands it; None if only the verb is named."""
    verb, *rest = arguments(call)
    if verb.startswith("-"):
        return main.make_context("flowsim", [verb], resilient_parsing=True)
    command = main.get_command(click.Context(main), verb)
    assert command, f"{call}: there is no verb {verb}"
    if call.kind == "words" and not rest:
        return None
    return command.make_context(verb, rest)


def options_are_there(call: Snippet) -> bool:
    """Return whether a verb has the options that a sentence names it with."""
    verb, *rest = arguments(call)
    command = main.get_command(click.Context(main), verb)
    known = {name for one in command.params for name in one.opts} if command else set()
    return {one for one in rest if one.startswith("-")} <= known


@pytest.mark.parametrize("call", CALLS, ids=lambda one: f"{one} {one.text[:40]}")
def test_a_command_on_a_page_is_understood(call: Snippet, elsewhere: None) -> None:
    if arguments(call) == ["VERB", "--help"]:
        return
    for path in ("results/portsmouth-2016-comparison", "results/portsmouth-2016-finance", "data"):
        Path(path).mkdir(parents=True)
    shutil.copy(ROOT / "data/rhu_observed_2016.csv", "data")
    try:
        understood = context(call)
    except click.ClickException as error:
        assert call.kind == "words" and options_are_there(call), f"{call}: {error.format_message()}"
        return
    if understood is None:
        return
    for name in NAMED:
        given = understood.params.get(name) or ()
        for one in [given] if isinstance(given, str) else given:
            for part in str(one).split("+"):
                assert part in SHIPPED or re.search(r"[./]|^[A-Z]+$", part), f"{call}: {part} is not shipped"
    changes, baseline = understood.params.get("changes"), understood.params.get("scenario")
    if changes and baseline in shipped_scenarios():
        flowsim.load_scenario(str(baseline), changes)


@pytest.mark.parametrize("verb", VERBS)
def test_the_examples_of_help_are_understood(verb: str, elsewhere: None) -> None:
    epilog = main.get_command(click.Context(main), verb).epilog or ""  # type: ignore[union-attr]
    examples = COMMAND.findall(re.sub(r"\\\n *", "", epilog).replace("\n  ", "\n"))
    assert examples
    for example in examples:
        try:
            assert context(Snippet(ROOT / "help", 0, "call", example.strip()))
        except click.BadParameter as error:
            assert "does not exist" in str(error), example


@pytest.mark.parametrize("file", YAMLS, ids=str)
def test_a_file_on_a_page_loads(file: Snippet, elsewhere: None) -> None:
    keys = set(YAML(typ="safe").load(file.text))
    shutil.copy(ROOT / "data/example_census.csv", "census.csv")
    here = Path("here.yaml")
    here.write_text(file.text, encoding="utf-8")
    if "extends" in keys:
        assert flowsim.load_scenario(here).value.name
    elif "vary" in keys:
        assert read_sweep(here)
    else:
        assert read_intervention(here).levers


@pytest.mark.parametrize("code", PYTHONS, ids=str)
def test_python_on_a_page_names_what_there_is(code: Snippet) -> None:
    for node in ast.walk(ast.parse(code.text)):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "flowsim"
        ):
            assert node.attr in flowsim.__all__
        if isinstance(node, ast.ImportFrom) and node.module == "flowsim":
            assert {one.name for one in node.names} <= set(flowsim.__all__)


def test_a_mistake_on_a_page_is_seen() -> None:
    def page(text: str) -> Snippet:
        return Snippet(ROOT / "README.md", 1, "call", text)

    with pytest.raises(click.NoSuchOption):
        context(page("run portsmouth-2016 --replication-s 4"))
    with pytest.raises(AssertionError, match="no verb walk"):
        context(page("walk portsmouth-2016"))
    assert arguments(page("run a.yaml --jobs 4    # what it does")) == ["run", "a.yaml", "--jobs", "4"]


# README


def readme(kind: str) -> list[Snippet]:
    return [one for one in blocks(ROOT / "README.md") if one.kind == kind]


def printed(code: str) -> str:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(code, {"__name__": "__main__"})
    return told.getvalue()


def test_the_queue_of_readme_prints_what_stands_below_it() -> None:
    (queue,) = [one for one in readme("python") if "cubicles" in one.text]
    assert printed(queue.text) in {block.text.lstrip() for block in readme("")}


def test_the_refusal_in_readme_is_what_is_printed(elsewhere: None) -> None:
    (plan,) = readme("yaml")
    Path("more-fit.yaml").write_text(plan.text.replace("fit_hours", "fit_hourz"), encoding="utf-8")
    assert typed("check", "more-fit.yaml").exit_code == 2
    (shown,) = [one for one in readme("") if "fit_hourz" in one.text]
    told = typed("check", "more-fit.yaml").stderr
    assert told.startswith(shown.text.strip().removesuffix("…").rstrip())


def test_the_scenario_of_readme_can_be_run(elsewhere: None) -> None:
    (plan,) = readme("yaml")
    Path("more-fit.yaml").write_text(plan.text, encoding="utf-8")
    assert typed("check", "more-fit.yaml").exit_code == 0


# As typed, on a hospital of ten days

TYPED = ("README.md", "docs/tutorial.md", "docs/comparisons.md", "docs/finance.md", "docs/board-pack.md")
LONG = ("sweep", "bottlenecks", "seek", "run scenarios", "app")
"""Not typed: what takes the shipped hospital whatever stands in the folder, takes minutes, or never ends."""


def few_of(call: Snippet) -> tuple[str, ...]:
    """Return how to keep a call small that does not say itself how many replications it wants."""
    counted = call.text.startswith(("check", "report", "finance results")) or "--precision" in call.text
    return () if counted or "--replications" in call.text else ("--replications", "2")


@pytest.mark.slow
@pytest.mark.parametrize("name", TYPED)
def test_the_commands_of_a_page_run_in_order(name: str, elsewhere: None) -> None:
    small_portsmouth(Path())
    Path("my-plan.yaml").write_text(readme("yaml")[0].text.replace("more-fit", "my-plan"), encoding="utf-8")
    shutil.copy(ROOT / "data/prices.yaml", "my-prices.yaml")
    for block in blocks(ROOT / name):
        if block.kind == "yaml" and "extends" in block.text:
            Path("more-fit.yaml").write_text(block.text, encoding="utf-8")
    for call in commands(ROOT / name):
        if call.kind == "call" and not call.text.startswith(LONG):
            result = typed(*arguments(call), *few_of(call))
            assert result.exit_code == 0, f"{call}: {call.text}\n{result.stderr}"
