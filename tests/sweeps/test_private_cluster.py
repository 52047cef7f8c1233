"""Nobody else on the machine can run code through a sweep: every port asks for its certificate."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dask
import psutil
import pytest
from distributed import Client
from distributed.security import Security

from analysis.files import is_unfinished
from analysis.paths import ROOT
from analysis.sweeps.cluster import connected
from analysis.sweeps.grid import SweepError

pytestmark = pytest.mark.slow

SECONDS = 30
UNKNOWN = Security.temporary()
"""A certificate as good as any, of another cluster."""


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with connected(None, 2) as client:
        yield client


def listening(process: psutil.Process) -> set[int]:
    return {
        connection.laddr.port
        for each in (process, *process.children(recursive=True))
        for connection in each.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }


def of_the_cluster(client: Client) -> set[int]:
    """Ports of scheduler, workers, and the nannies that start these."""
    information = client.scheduler_info(n_workers=-1)
    workers = information["workers"]
    addresses = [information["address"], *workers]
    addresses += [worker["nanny"] for worker in workers.values()]
    assert all(address.startswith("tls://127.0.0.1:") for address in addresses)
    return {int(address.rsplit(":", 1)[1]) for address in addresses}


def answered(port: int) -> bytes:
    """Return what a port says to a browser: nothing if it hangs up, resets, or is silent."""
    with (
        contextlib.suppress(TimeoutError, ConnectionError),
        socket.create_connection(("127.0.0.1", port), timeout=1) as other,
    ):
        other.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        return other.recv(64)
    return b""


def shown(port: int, security: Security | None) -> bytes:
    """Return what a port says to one who connects with TLS: an alert is an error."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if security is not None:
        context = security.get_connection_args("client")["ssl_context"]
        context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain,
        context.wrap_socket(plain) as secured,
    ):
        return secured.recv(64)


def test_only_the_ports_of_the_cluster_listen_and_none_serves_pages(client: Client) -> None:
    mine, expected = listening(psutil.Process()), of_the_cluster(client)
    assert len(expected) == 1 + 2 + 2
    assert expected <= mine
    for port in mine - expected:  # what else this test process has is no server of pages
        assert not answered(port).startswith(b"HTTP")
    assert not client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.services)
    assert not any(client.run(lambda dask_worker: dask_worker.services).values())


def test_a_process_that_only_sweeps_listens_with_tls_alone() -> None:
    program = """
import psutil
from analysis.sweeps.cluster import connected
from analysis.sweeps.grid import SweepError
if __name__ == "__main__":
    with connected(None, 2) as client:
        me = psutil.Process()
        print(sum(c.status == "LISTEN" for p in (me, *me.children(recursive=True))
                  for c in p.net_connections("all")))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert int(done.stdout) == 1 + 2 + 2, done.stdout  # scheduler, workers, nannies


def test_every_port_refuses_who_has_no_certificate_or_another(client: Client) -> None:
    own = client.security
    for port in of_the_cluster(client):
        assert shown(port, own)  # the handshake of Dask
        for stranger in (None, UNKNOWN):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                shown(port, stranger)
        assert b"HTTP" not in answered(port)


@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_a_client_without_the_certificate_is_refused(client: Client, protocol: str) -> None:
    address = re.sub("^tls", protocol, str(client.scheduler_info(n_workers=0)["address"]))
    security = {"security": UNKNOWN} if protocol == "tls" else {}
    with pytest.raises(OSError, match=r".+"):
        Client(address, timeout=2, set_as_default=False, **security)
    assert client.submit(lambda: 6 * 7).result() == 42  # who has it goes on


def test_the_key_is_in_no_file_and_no_environment(client: Client) -> None:
    key = client.security.tls_client_key
    assert "PRIVATE KEY" in key
    secret = key.splitlines()[10]
    for worker in psutil.Process().children(recursive=True):
        if worker.is_running() and "spawn_main" in " ".join(worker.cmdline()):
            assert not any(secret in value for value in worker.environ().values())
            assert not any(secret in word for word in worker.cmdline())
    folders = client.run(lambda dask_worker: dask_worker.local_directory)
    for folder in map(Path, folders.values()):
        top = next(each for each in folder.parents if is_unfinished(each))
        assert top.stat().st_mode & 0o077 == 0
        assert not any(secret.encode() in path.read_bytes() for path in top.rglob("*.*"))


def test_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.sweeps.private_cluster.TEMPORARY", tmp_path)
    with connected(None, 1) as client:
        pids = list(client.run(lambda: __import__("os").getpid()).values())
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())
    last = time.monotonic() + 10
    while any(psutil.pid_exists(pid) for pid in pids):
        assert time.monotonic() < last
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("settings", "address", "expected"),
    [
        ({}, "tls://127.0.0.1:9", "and no certificates"),
        ({"distributed.comm.tls.ca-file": "no.crt"}, "tls://127.0.0.1:9", "no certificates"),
        (
            {
                "distributed.comm.tls.ca-file": "no.crt",
                "distributed.comm.tls.client.cert": "no.crt",
            },
            "tls://127.0.0.1:9",
            "No such file",
        ),
        ({"distributed.comm.require-encryption": True}, "tcp://127.0.0.1:9", "expected tls://"),
    ],
)
def test_certificates_that_do_not_fit_are_refused_at_once(
    settings: dict[str, object], address: str, expected: str
) -> None:
    start = time.monotonic()
    with (
        dask.config.set(settings),
        pytest.raises(SweepError, match=expected),
        connected(address, 0),
    ):
        pass
    assert time.monotonic() - start < 15  # Dask itself takes twenty to say so


def test_a_cluster_with_certificates_as_documented(tmp_path: Path) -> None:
    """The commands of docs/sweeps.md, on this machine."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    page = (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")
    block = next(text for text in re.findall(r"```sh\n(.*?)```", page, re.S) if "openssl" in text)
    made = subprocess.run(
        ["sh", "-euc", f"{block}\nenv"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert (tmp_path / "sweep.key").stat().st_mode & 0o077 == 0
    environment = dict(line.split("=", 1) for line in made.stdout.splitlines() if "=" in line)
    start = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "text": True, "cwd": ROOT, "env": environment}
    secure = ["--host", "tls://127.0.0.1", "--port", "0", "--no-dashboard"]
    with subprocess.Popen(
        [*start, "scheduler", *secure], stderr=subprocess.PIPE, **quiet
    ) as scheduler:
        assert scheduler.stderr is not None
        found = (re.search(r"Scheduler at:\s+(tls://\S+)", line) for line in scheduler.stderr)
        address = next(match[1] for match in found if match)
        worker = [*start, "worker", address, "--nthreads", "1", "--no-dashboard"]
        with subprocess.Popen(worker, stderr=subprocess.DEVNULL, **quiet) as working:
            try:
                ask = (
                    "import sys; from analysis.sweeps.cluster import connected\n"
                    "with connected(sys.argv[1], 0) as client:\n"
                    "    client.wait_for_workers(1, 60)\n"
                    "    print(client.submit(sum, [40, 2]).result())"
                )
                command = [sys.executable, "-c", ask, address]
                known = subprocess.run(
                    command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False
                )
                assert known.stdout == "42\n", known.stderr
                stranger = {name: value for name, value in environment.items() if "TLS" not in name}
                unknown = subprocess.run(
                    command, capture_output=True, text=True, cwd=ROOT, env=stranger, check=False
                )
                assert unknown.stdout == ""
                assert "--scheduler" in unknown.stderr
            finally:
                working.terminate()
                scheduler.terminate()
