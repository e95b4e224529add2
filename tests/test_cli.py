"""The command line: what it prints, what it refuses and in which words, and how it ends."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flowsim.cli import VERBS
from flowsim.experiments.runs import run as running
from flowsim.experiments.runs.run import load_scenario
from tests.command_line import flowsim
from tests.experiments.work import in_a_process

pytestmark = pytest.mark.usefixtures("unpainted", "elsewhere")

SMALL = ["portsmouth-2016", "--change", "run.days=2", "--change", "run.warm_up=0 days"]
FLOWSIM = [sys.executable, "-m", "flowsim"]


def written() -> set[str]:
    return {file.as_posix() for file in Path().rglob("*")}


# What it does


def test_a_run_prints_its_figures_and_keeps_them_in_a_folder() -> None:
    result = flowsim("run", *SMALL, "--replications", "1", "--jobs", "1")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "Portsmouth and South East Hampshire, 2016/17\n1 April 2016 to 2 April 2016, 1 rep"
    )
    assert "\nChanged: run.days=2\nChanged: run.warm_up=0 days\n\n" in result.stdout
    assert "Within four hours, all types" in result.stdout
    assert result.stdout.endswith("results are in results/portsmouth-2016\n")
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert Path("results/portsmouth-2016/manifest.json").is_file()


def test_a_number_in_the_name_of_a_folder_is_told_before_the_run() -> None:
    Path("results/portsmouth-2016").mkdir(parents=True)
    Path("results/portsmouth-2016/notes.txt").write_text("mine")
    result = flowsim("run", *SMALL, "--replications", "1", "--jobs", "1")
    assert (
        "results/portsmouth-2016 holds other files; these results go to results/portsmouth-2016-2\n"
        in result.stderr
    )
    assert result.stdout.endswith("results are in results/portsmouth-2016-2\n")


def test_a_first_table_comes_after_two_replications_if_there_are_many_more() -> None:
    arguments = ["run", *SMALL, "--jobs", "1", "--out", "here", "--replications"]
    assert "after 2 of 10 replications:" in flowsim(*arguments, "10").stderr
    assert "after 2" not in flowsim(*arguments[:-2], "there", arguments[-1], "3", "--seed", "1").stderr


def test_json_is_one_object_and_nothing_else() -> None:
    asked = ("--replications", "2", "--jobs", "1", "--seed", "5", "--engine", "simpy")
    result = flowsim("run", *SMALL, *asked, "--json")
    printed = json.loads(result.stdout)
    assert list(printed) == [
        *("scenario", "engine", "seed", "replications", "metrics", "timing"),
        *("precision", "warm_up", "caveats", "warnings"),
    ]
    assert [printed[key] for key in list(printed)[:4]] == ["portsmouth-2016", "simpy", 5, 2]
    assert list(printed["metrics"]["attendances"]) == ["mean", "sd", "ci_low", "ci_high", "unit"]
    assert printed["metrics"]["attendances"]["unit"] == "patients"
    assert list(printed["timing"]) == ["sample_s", "simulate_s", "measure_s", "total_s"]
    assert printed["timing"]["total_s"] == pytest.approx(sum(list(printed["timing"].values())[:3]))
    assert printed["precision"] == []
    assert printed["warm_up"]["judged_days"] == 0
    assert "may be too short" in printed["warm_up"]["warning"]
    assert "results are in" in result.stderr


@pytest.mark.slow
def test_a_precision_is_run_for_and_told_of() -> None:
    asked = ["--precision", "9pp", "--precision", "attendances=0.1%", "--max-replications", "11"]
    result = flowsim("run", *SMALL, "--jobs", "1", *asked, "--out", "out", "--seed", "1")
    words = " ".join(result.stdout.split())
    assert "11 replications" in words
    assert "after 11 replications, as was asked for (± 9 points)." in words
    assert "not to the ± 0.1% of its mean asked for. About" in words
    assert "after 2 replications:" in result.stderr
    # The same question finds its folder again.
    again = flowsim("run", *SMALL, "--jobs", "1", *asked, "--out", "out", "--seed", "1", "--json")
    printed = json.loads(again.stdout)
    assert printed["replications"] == 11
    assert [one["reached"] for one in printed["precision"]] == [True, False]
    counted = ["run", *SMALL, "--jobs", "1", "--out", "out", "--seed", "1", "--replications"]
    assert flowsim(*counted, "10").exit_code == 2


def test_one_replication_has_null_for_an_interval() -> None:
    result = flowsim("run", *SMALL, "--replications", "1", "--jobs", "1", "--json")
    attendances = json.loads(result.stdout)["metrics"]["attendances"]
    assert attendances["mean"] > 0
    assert [attendances[key] for key in ("sd", "ci_low", "ci_high")] == [None] * 3


def test_the_number_of_processes_does_not_change_a_byte() -> None:
    for jobs in ("1", "2"):
        # Each with a store of its own, or the second would take what the first had finished.
        out = f"jobs-{jobs}/out"
        asked = ("--replications", "3", "--seed", "1", "--engine", "simpy", "--jobs", jobs, "--out", out)
        result = flowsim("run", *SMALL, *asked)
        assert result.exit_code == 0
        assert "already" not in result.stderr
    for name in ("metrics.parquet", "summary.csv", "scenario.resolved.yaml"):
        assert Path("jobs-1/out", name).read_bytes() == Path("jobs-2/out", name).read_bytes()


def test_a_change_sets_adds_or_multiplies() -> None:
    changes = (
        "acute_medicine.amu_beds=64",
        "acute_medicine.short_stay_beds+=3",
        "integrated_discharge.brokerage.P3*=0.5",
    )
    flags = [part for change in changes for part in ("--change", change)]
    flowsim("run", *SMALL, *flags, "--replications", "1", "--jobs", "1", "--out", "out")
    resolved = Path("out/scenario.resolved.yaml").read_text()
    assert "amu_beds: 64" in resolved
    before, after = load_scenario("portsmouth-2016").value, load_scenario("out/scenario.resolved.yaml").value
    assert after.acute_medicine.short_stay_beds == before.acute_medicine.short_stay_beds + 3
    assert (
        after.integrated_discharge.brokerage["P3"].mean
        == 0.5 * before.integrated_discharge.brokerage["P3"].mean
    )


def test_check_says_ok_for_each_and_goes_on_after_a_refusal() -> None:
    result = flowsim("check", "portsmouth-2016", "nowhere", "portsmouth-2016.yaml")
    assert result.exit_code == 2
    assert [line.split(",")[0] for line in result.stdout.splitlines()] == [
        "portsmouth-2016: ok",
        "portsmouth-2016.yaml: ok",
    ]
    assert 'unknown scenario "nowhere"' in result.stderr
    assert result.stderr.endswith("1 of 3 cannot be run\n")


def test_check_speaks_json() -> None:
    found = json.loads(flowsim("check", "portsmouth-2016", "--json").stdout)
    assert found == [{"scenario": "portsmouth-2016", "ok": True, "name": "portsmouth-2016", "warnings": []}]


def test_the_schema_is_that_of_scenario_files() -> None:
    schema = json.loads(flowsim("schema").stdout)
    assert {"extends", "changes", "run", "demand"} <= set(schema["properties"])


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_every_help_has_an_example(verb: str) -> None:
    result = flowsim(*filter(None, [verb]), "--help")
    assert result.exit_code == 0
    assert f"flowsim {verb}".strip() in result.stdout.split("Example")[1]


def test_an_unknown_verb_is_refused() -> None:
    result = flowsim("walk")
    assert result.exit_code == 2
    assert "No such command 'walk'" in result.stderr


def test_the_version_names_the_model() -> None:
    assert ", model " in flowsim("--version").stdout


# What it refuses

HEADER = "extends: portsmouth-2016\n"
REFUSED = {
    "unknown key": ("acute_medicine: {amu_bedz: 3}", 'did you mean "amu_beds"?'),
    "wrong unit": ("emergency_department: {patience: {exponential: {mean: 3 stones}}}", 'found "3 stones"'),
    "negative sd": ("acute_medicine: {amu_time: {lognormal: {mean: 1 h, sd: -3 h}}}", 'found "-3 h"'),
    "probability above 1": (
        "frailty: {fit_avoids: 1.2}",
        "must be a share from 0 to 1, such as 0.85; found 1.2",
    ),
    "repeated key": ("run: {days: 2}\nrun: {days: 3}", "must stand there once; found it on line 2, too"),
    "extends loop": ("extends: looped.yaml", "must not lead back to itself"),
    "never assessed": (
        'integrated_discharge: {assessors: {Mon-Sun: {"00:00": 0}}}',
        "ids_assessors: patients must pass here, but there is never a place",
    ),
    "no clinician": (
        'emergency_department: {clinicians: {Mon-Sun: {"00:00": 0}}}',
        "clinicians: patients must pass here, but there is never a place",
    ),
    "capacity 0": ("front_door: {assessment_bays: 0}", "must be a whole number >= 1; found 0"),
    "no days": ("run: {days: 0}", "must be greater than or equal to 1; found 0"),
    "a thousand years": ("run: {days: 365000}", "must be less than or equal to 3660; found 365000"),
    "a long warm-up": ("run: {warm_up: 1000000 days}", "must be a duration of at most 100 years"),
    "a name with a path": ("name: ../evil", 'found "../evil"'),
    "far too many": ("demand: {direct_per_day: 9000000}", "must draw at most 4,000,000 patients"),
    "empty": (None, "found an empty file"),
}


@pytest.mark.parametrize("mistake", list(REFUSED))
def test_a_mistake_is_refused_in_words_and_nothing_is_written(mistake: str) -> None:
    text, message = REFUSED[mistake]
    header = "" if text is None or text.startswith("extends") else HEADER
    Path("looped.yaml").write_text(header + (text or ""))
    result = flowsim("run", "looped.yaml")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.endswith("nothing was run\n")
    assert result.stdout == ""
    assert written() == {"looped.yaml"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("no/such/file.yaml",), "there is no file of that name"),
        (("portsmouth-2016", "--replications", "0"), "0 is not in the range x>=1"),
        (("portsmouth-2016", "--engine", "abacus"), "'abacus' is not "),
        (("portsmouth-2016", "--change", "acute_medicine.amu_beds"), "--change must be PATH=VALUE"),
        (("portsmouth-2016", "--change", "run.days=[1"), "--change run.days: must be YAML"),
        (("portsmouth-2016", "--change", "wards.bedz=1"), 'unknown path "wards.bedz"'),
        (
            ("portsmouth-2016", "--change", "run.days=[&a [1, 1], &b [*a, *a], [*b, *b]]"),
            "--change run.days: must be written out; found the anchor or alias",
        ),
        (("portsmouth-2016", "--change", "run.days=" + "[" * 5000), "must be at most 20 levels deep"),
        (
            (
                "portsmouth-2016",
                "--change",
                "run.days=[1",
                "--change",
                "run.days=64",
                "--change",
                "run.days=7",
            ),
            'found "[1"\n--change run.days must not be set after "run.days=64"; found "run.days=7"',
        ),
        (
            ("portsmouth-2016", "--change", "run.days=0", "--change", "foo=1"),
            'unknown path "foo".',
        ),
        (
            ("portsmouth-2016", "--change", "foo=1", "--change", "run.days=0"),
            "run.days\n  must be greater than or equal to 1; found 0",
        ),
        (("portsmouth-2016", "--change", "run.\x1b[31m=3"), "U+001B"),
        (("portsmouth-2016", "--max-patients", "9"), "must draw at most 9 patients"),
        (("portsmouth-2016", "--precision", "2%"), "a share, must be in percentage points"),
        (("portsmouth-2016", "--precision", "1pp", "--replications", "4"), "cannot both be given"),
        (("portsmouth-2016", "--max-replications", "40"), "must go with a precision"),
    ],
)
def test_wrong_arguments_are_refused_and_nothing_is_written(arguments: tuple[str, ...], message: str) -> None:
    result = flowsim("run", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert written() == set()


def test_a_folder_of_other_things_is_refused_before_the_run() -> None:
    Path("letters").mkdir()
    Path("letters/letter.txt").write_text("dear")
    result = flowsim("run", *SMALL, "--out", "letters")
    assert result.exit_code == 2
    assert "found other files in letters" in result.stderr


def test_a_place_that_cannot_be_written_is_refused_before_the_run() -> None:
    Path("file").write_text("")
    result = flowsim("run", *SMALL, "--out", "file/results")
    assert result.exit_code == 1
    assert "results cannot be written to file/results" in result.stderr


# How it ends


def test_an_interruption_ends_with_130_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "carry_out", interrupted)
    result = flowsim("run", *SMALL)
    assert result.exit_code == 130
    assert "stopped; nothing was written" in result.stderr
    assert written() == set()


ENDLESS = """
import signal, sys
from flowsim.cli import main
from flowsim.experiments.runs import replications
from tests.experiments.work import in_a_process

if __name__ == "__main__":
    replications.carry_out_task = in_a_process.never_ends
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whatever nohup said of the tests
    main(sys.argv[1:])
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs processes that can be waited for by number")
@pytest.mark.parametrize("order", ["SIGINT", "SIGTERM", "SIGHUP"])  # by name: Windows has no SIGHUP
def test_an_interrupted_run_waits_for_no_replication_and_leaves_no_process_behind(
    tmp_path_factory: pytest.TempPathFactory, order: str
) -> None:
    begun = tmp_path_factory.mktemp("begun")
    Path("endless.py").write_text(ENDLESS)
    environment = {
        **os.environ,
        in_a_process.MARKER: str(begun),
        "PYTHONPATH": os.pathsep.join(map(str, (Path(__file__).parents[1], *sys.path))),
    }
    with subprocess.Popen(
        [sys.executable, "endless.py", "run", *SMALL, "--replications", "2", "--jobs", "2"],
        env=environment,
        stderr=subprocess.PIPE,
    ) as process:
        while len(workers := [int(file.name) for file in begun.iterdir()]) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        ends = [os.pidfd_open(worker) for worker in workers]
        process.send_signal(getattr(signal, order))
        # Neither wait would end if a replication were waited for, since none ends.
        _, stderr = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in stderr
    assert stderr.endswith(b"stopped; nothing was written\n")
    for end in ends:
        select.select([end], [], [])
        os.close(end)
    assert written() == {"endless.py"}


def test_who_asked_not_to_be_stopped_with_the_terminal_is_not() -> None:
    code = (
        "import os, signal; from click.testing import CliRunner; from flowsim import cli; import click\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"  # as nohup does
        "@click.command()\n"
        "def verb(): os.kill(os.getpid(), signal.SIGHUP); click.echo('went on')\n"
        "cli.Commands.get_command = lambda *_: verb\n"
        "print(CliRunner().invoke(cli.main, ['run']).output)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout == "went on\n\n"


def test_a_closed_pipe_is_no_traceback() -> None:
    process = subprocess.Popen([*FLOWSIM, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    assert process.wait() != 0
    process.stderr.close()


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from flowsim.cli import main\n"
        "assert CliRunner().invoke(main, ['run', '--help']).exit_code == 0\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'pydantic', 'rich', 'duckdb', 'ruamel', 'simpy'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout == "\n"


@pytest.mark.parametrize("no_color", [True, False])
def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch, no_color: bool) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    result = flowsim("run", *SMALL, "--replications", "1", "--jobs", "1")
    coloured = re.search(r"\x1b\[[0-9;]*(3[0-8]|9[0-7])[0-9;]*m", result.stdout + result.stderr)
    assert bool(coloured) is not no_color
