"""A sweep on a Dask cluster: the same bytes, whatever happens to workers; nothing unlike or open to all."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from flowsim.cli import main
from flowsim.errors import InputError, WorkersError
from flowsim.experiments.work import cluster as module
from flowsim.experiments.work.cluster import likeness, open_cluster
from flowsim.experiments.work.workers import perform
from tests.experiments.sweeps.small_sweep import TEXT, files, write
from tests.experiments.work import in_a_process
from tests.experiments.work.dask_cluster import PATIENCE, Loopback, loopback, wait_for

pytest.importorskip("distributed")

FLOWSIM = [sys.executable, "-m", "flowsim"]
MANY = TEXT.replace("replications: 3", "replications: 400")


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    """Give a scheduler with two workers; tests may add others and kill those."""
    with loopback(tmp_path_factory.mktemp("cluster"), 2) as cluster:
        yield cluster


@pytest.fixture
def no_workers(tmp_path: Path) -> Iterator[Loopback]:
    """Give a scheduler without workers."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    with loopback(folder, 0) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a sweep on no cluster."""
    folder = tmp_path_factory.mktemp("alone")
    assert sweep(folder, "--jobs", "1").exit_code == 0
    return folder / "results"


def sweep(folder: Path, *more: str, text: str = TEXT) -> Result:
    arguments = ["sweep", str(write(folder, text)), "--out", str(folder / "results"), *more]
    return CliRunner().invoke(main, arguments)


def stored(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the finished replications, by what would change if one were written again."""
    found = [file for file in (folder / ".store").rglob("[!.]*") if file.is_file()]
    return {file.name + file.parent.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in found}


# The same work


def test_a_sweep_on_a_cluster_has_the_same_bytes_and_goes_on_where_it_was(
    tmp_path: Path, two_workers: Loopback, alone: Path
) -> None:
    result = sweep(tmp_path, "--dask", two_workers.address)
    assert result.exit_code == 0, result.stderr
    assert files(tmp_path / "results") == files(alone)
    before = stored(tmp_path)
    chosen = sorted((tmp_path / ".store").rglob("00001"))
    for file in chosen:
        file.unlink()
    assert sweep(tmp_path, "--dask", two_workers.address).exit_code == 0
    assert files(tmp_path / "results") == files(alone)
    again = {name for name, found in stored(tmp_path).items() if found != before[name]}
    assert again == {file.name + file.parent.name for file in chosen}


def kill_when(look: Callable[[], bool], victim: subprocess.Popen[bytes]) -> threading.Thread:
    """Kill a worker as soon as something is so."""

    def wait_and_kill() -> None:
        wait_for(lambda: look() or None)
        victim.kill()

    killer = threading.Thread(target=wait_and_kill, daemon=True)
    killer.start()
    return killer


def test_a_killed_worker_loses_nothing_and_nothing_that_was_finished_is_done_twice(
    tmp_path: Path, two_workers: Loopback
) -> None:
    hangs = tmp_path / "hangs"
    victim = two_workers.add_worker({in_a_process.MARKER: str(hangs)})
    finished: list[int] = []
    before: list[int] = []

    def hung_and_others_went_on() -> bool:
        if hangs.exists() and len(finished) >= 10:
            before.extend(finished)
        return bool(before)

    with open_cluster(two_workers.address) as cluster:
        wait_for(lambda: cluster.threads == 3 or None)
        killer = kill_when(hung_and_others_went_on, victim)
        tasks = [(str(tmp_path), number) for number in range(60)]
        for _, number in perform(in_a_process.noted, tasks, executor=cluster):
            finished.append(number)
        killer.join()
    assert sorted(finished) == list(range(60))
    notes = [file.name.split(".") for file in tmp_path.glob("*.*")]
    begun = Counter(int(number) for _, number in notes)
    twice = {number for number, times in begun.items() if times > 1}
    assert set(begun) == set(range(60))
    assert twice <= {int(number) for process, number in notes if int(process) == victim.pid}
    assert twice, "what the worker had in hand is done by others"
    assert not twice & set(before)


@pytest.mark.slow
def test_a_sweep_whose_worker_is_killed_has_the_same_bytes(
    tmp_path: Path, two_workers: Loopback, alone: Path
) -> None:
    killer = kill_when(lambda: len(stored(tmp_path)) >= 3, two_workers.add_worker())
    assert sweep(tmp_path, "--dask", two_workers.address).exit_code == 0
    killer.join()
    assert files(tmp_path / "results") == files(alone)


def test_an_error_on_a_worker_is_told_here(two_workers: Loopback) -> None:
    with open_cluster(two_workers.address) as cluster, pytest.raises(ZeroDivisionError):
        list(perform(in_a_process.fails, range(3), executor=cluster))


@pytest.mark.slow
def test_a_task_that_kills_its_workers_is_named(no_workers: Loopback) -> None:
    for _ in range(4):
        no_workers.add_worker()
    with open_cluster(no_workers.address) as cluster, pytest.raises(WorkersError) as caught:
        wait_for(lambda: cluster.threads == 4 or None)
        list(perform(in_a_process.dies, [1], executor=cluster))
    assert str(caught.value) == "1 was lost: 4 workers died of it, maybe for lack of memory"


# Gone


@pytest.mark.slow
def test_a_scheduler_that_dies_is_told_and_the_same_command_goes_on(
    tmp_path: Path, no_workers: Loopback, alone: Path
) -> None:
    no_workers.add_worker()
    folder = tmp_path / "sweep"
    killer = kill_when(lambda: len(stored(folder)) >= 3, no_workers.scheduler)
    result = sweep(folder, "--dask", no_workers.address, text=MANY)
    killer.join()
    assert result.exit_code == 1
    assert f"was lost: the Dask scheduler at {no_workers.address} is gone\n" in result.stderr
    assert f"finished replications are in {folder / '.store'}: the same command goes on\n" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (folder / "results").exists()
    before = stored(folder)
    assert sweep(folder, "--jobs", "1").exit_code == 0
    assert files(folder / "results") == files(alone)
    assert {name: stored(folder)[name] for name in before} == before


@pytest.mark.slow
def test_workers_that_do_not_come_back_are_told(
    monkeypatch: pytest.MonkeyPatch, no_workers: Loopback
) -> None:
    monkeypatch.setattr(module, "LOOK", 0.05)
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    worker = no_workers.add_worker({in_a_process.MARKER: str(no_workers.folder / "hangs")})
    killer = kill_when((no_workers.folder / "hangs").exists, worker)
    tasks = [(str(no_workers.folder), number) for number in range(9)]
    with open_cluster(no_workers.address) as cluster, pytest.raises(WorkersError) as caught:
        list(perform(in_a_process.noted, tasks, executor=cluster))
    killer.join()
    assert f"the Dask cluster at {no_workers.address} has had no workers for 0.5 s" in str(caught.value)


def test_no_workers_and_no_scheduler_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_workers: Loopback
) -> None:
    monkeypatch.setattr(module, "CONNECT", 1.0)
    result = sweep(tmp_path, "--dask", no_workers.address)
    assert result.exit_code == 1
    assert f"the Dask scheduler at {no_workers.address} has no workers; start some: dask wor" in result.stderr
    no_workers.end()
    result = sweep(tmp_path, "--dask", no_workers.address)
    assert result.exit_code == 1
    assert f"no Dask scheduler answers at {no_workers.address}" in result.stderr
    assert not (tmp_path / ".store").exists()


@pytest.mark.slow
def test_ctrl_c_says_where_it_goes_on(tmp_path: Path, two_workers: Loopback) -> None:
    process = subprocess.Popen(
        [
            *FLOWSIM,
            "sweep",
            write(tmp_path, MANY),
            "--dask",
            two_workers.address,
            "--out",
            tmp_path / "results",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    wait_for(lambda: len(stored(tmp_path)) >= 3 or process.poll() is not None or None)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert told.decode().endswith(
        f"\nstopped; finished replications are in {tmp_path / '.store'}: the same command goes on\n"
    )


# Unlike


def test_workers_with_other_versions_are_refused(tmp_path: Path, no_workers: Loopback) -> None:
    other = no_workers.folder / "other"
    (other / "numpy-1.0.dist-info").mkdir(parents=True)
    (other / "numpy-1.0.dist-info" / "METADATA").write_text("Name: numpy\nVersion: 1.0\n")
    no_workers.add_worker({"PYTHONPATH": str(other)})
    result = sweep(tmp_path, "--dask", no_workers.address)
    assert result.exit_code == 2
    assert (
        "its workers must be like this process, or figures could differ in their last bits\n" in result.stderr
    )
    assert f'  numpy\n  must be "{np.__version__}", as here; found "1.0"\n' in result.stderr
    assert result.stderr.endswith("nothing was run\n")


def test_workers_without_flowsim_are_refused(no_workers: Loopback) -> None:
    other = no_workers.folder / "other"
    (other / "flowsim").mkdir(parents=True)
    (other / "flowsim" / "__init__.py").touch()
    no_workers.add_worker({"PYTHONPATH": str(other)})
    with pytest.raises(InputError, match="must have flowsim as here; found: ModuleNotFoundError"):
        open_cluster(no_workers.address).__enter__()


def test_a_worker_that_comes_later_and_is_unlike_is_refused(
    monkeypatch: pytest.MonkeyPatch, two_workers: Loopback
) -> None:
    with open_cluster(two_workers.address) as cluster:
        monkeypatch.setattr(module, "likeness", lambda: {**likeness(), "scipy": "0.1"})
        with pytest.raises(
            WorkersError, match=r'tcp://127.0.0.1:\d+  scipy\n  must be "0.1", as here; found "'
        ):
            list(perform(in_a_process.process, range(3), executor=cluster))


def test_a_processor_that_rounds_otherwise_is_unlike(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = module._rounding()
    assert module._rounding() == ours
    exact = np.exp
    monkeypatch.setattr(np, "exp", lambda x: np.nextafter(exact(x), np.where(x < 0.999, exact(x), np.inf)))
    assert module._rounding() != ours


def test_workers_that_differ_alike_are_told_together() -> None:
    unlike = {**likeness(), "rounding": "0"}
    [problem] = module._differences({f"tcp://10.0.0.{i}:1": unlike for i in range(3)})
    assert (problem.where, problem.path) == ("tcp://10.0.0.0:1 and 2 more", "rounding")
    assert "its processor rounds otherwise" in problem.message


# Open to all


@pytest.mark.parametrize("host", ["10.0.0.5", "hospital.example", "[2001:db8::1]", "localhost.example"])
def test_tcp_to_another_machine_is_refused(tmp_path: Path, host: str) -> None:
    result = sweep(tmp_path, "--dask", f"tcp://{host}:8786")
    assert result.exit_code == 2
    assert f'must begin with "tls://"; found "tcp://{host}:8786"' in result.stderr
    assert "--insecure" in result.stderr


def test_tcp_to_another_machine_is_allowed_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(place: tuple[str, int], _: float) -> None:
        raise ConnectionRefusedError(f"nobody at {place}")

    monkeypatch.setattr(module.socket, "create_connection", refused)
    with pytest.raises(WorkersError, match="nobody at"):
        open_cluster("tcp://10.0.0.5:8786", insecure=True).__enter__()


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8786", "tcp://127.0.0.1", "http://127.0.0.1:80", "tcp://a:x", ""]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="a Dask address must be of a scheduler, such as"):
        open_cluster(address).__enter__()


def test_jobs_and_a_cluster_are_refused_together(tmp_path: Path) -> None:
    result = sweep(tmp_path, "--dask", "tcp://127.0.0.1:1", "--jobs", "2")
    assert result.exit_code == 2
    assert "--jobs and --dask must not be given together" in result.stderr


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="install flowsim with the extra `cluster`"):
        open_cluster("tcp://127.0.0.1:1").__enter__()


def test_tls_without_certificates_is_told() -> None:
    with pytest.raises(InputError, match="DASK_DISTRIBUTED__COMM__TLS__CA_FILE"):
        open_cluster("tls://127.0.0.1:1").__enter__()


@pytest.mark.slow
def test_tls_with_certificates_works(tmp_path: Path) -> None:
    import dask
    from distributed.security import Security

    made = Security.temporary()
    (tmp_path / "cert.pem").write_text(made.tls_client_cert)
    (tmp_path / "key.pem").write_text(made.tls_client_key)
    cert, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    options = ["--tls-ca-file", cert, "--tls-cert", cert, "--tls-key", key]
    settings = {"ca-file": cert, "client.cert": cert, "client.key": key}
    with (
        dask.config.set({f"distributed.comm.tls.{name}": file for name, file in settings.items()}),
        loopback(tmp_path, 1, [*options, "--protocol", "tls"]) as secured,
        open_cluster(secured.address) as cluster,
    ):
        assert secured.address.startswith("tls://")
        assert sorted(number for number, _ in perform(in_a_process.process, range(3), executor=cluster)) == [
            0,
            1,
            2,
        ]
