"""A cluster: the same marks, workers that are killed, and a scheduler that others can reach."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_course import SECRET, answered, hand_in

from marker.certificates import make_certificates
from marker.cluster import cluster_of
from marker.journal import Journal
from marker.run import mark_folder
from marker.task import Setup

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(ROOT),
    "DASK_DISTRIBUTED__WORKER__DAEMON": "False",
    "DASK_DISTRIBUTED__ADMIN__LOG_LENGTH": "0",
}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates") / "keys"
    make_certificates(folder)
    return folder


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def dask(which, *arguments, keys):
    tls = [f"--tls-ca-file={keys}/ca.pem", f"--tls-cert={keys}/{which}.pem"]
    command = [sys.executable, "-m", "distributed.cli.dask_" + which, *arguments]
    return subprocess.Popen(
        [*command, *tls, f"--tls-key={keys}/{which}-key.pem"],
        env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def cluster(certificates, tmp_path_factory):
    """A scheduler on loopback and two workers; gives its address and the workers."""
    port = free_port()
    address = f"tls://127.0.0.1:{port}"
    scheduler = dask(
        "scheduler", "--host", "tls://127.0.0.1", "--port", str(port), "--no-dashboard",
        "--protocol", "tls", keys=certificates,
    )  # fmt: skip
    place = str(tmp_path_factory.mktemp("workers"))
    workers = [
        dask(
            "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--local-directory", place, keys=certificates,
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        until = time.monotonic() + 120
        while True:
            with contextlib.suppress(OSError, ValueError):
                make, threads = cluster_of(address, certificates)
                if threads == 2:
                    break
            assert time.monotonic() < until and scheduler.poll() is None
            time.sleep(0.5)
        yield address, make, workers
    finally:
        for process in [*workers, scheduler]:
            process.kill()
            process.wait()


def test_the_marks_are_the_same_and_a_killed_worker_costs_none(cluster, source, limits, tmp_path):
    _, make, workers = cluster
    for number in range(16):
        hand_in(
            tmp_path / "in", f"s{number:02}", answered(steps=f"steps = {69 if number % 2 else 70}")
        )
    setup = Setup.of(source, SECRET, limits)
    added = []
    plain_add = Journal.add

    class Watched(Journal):
        def add(self, key, marks):
            added.append(marks["student"])
            plain_add(self, key, marks)

    def progress(done, of, kept):
        if done == 5:
            os.kill(workers[0].pid, signal.SIGKILL)

    import marker.run

    before, marker.run.Journal = marker.run.Journal, Watched
    try:
        counted = mark_folder(tmp_path / "in", setup, tmp_path / "journal", make, 2, progress)
    finally:
        marker.run.Journal = before
    assert counted.marked == 16
    assert sorted(added) == [f"s{number:02}" for number in range(16)]
    with Journal(tmp_path / "journal") as journal:
        points = [marks["points"] for marks in journal.marks(sorted(added))]
    assert points == [200, 300] * 8


def test_who_has_no_certificate_is_not_let_in(cluster, tmp_path):
    """Neither without TLS, nor with TLS and a certificate of somebody else's making."""
    address, _, _ = cluster
    make_certificates(tmp_path / "others")
    code = (
        "import sys\nfrom distributed import Client\nfrom distributed.security import Security\n"
        "address, keys = sys.argv[1:]\n"
        "security = Security(tls_ca_file=keys + '/ca.pem', tls_client_cert=keys + '/client.pem',\n"
        "    tls_client_key=keys + '/client-key.pem', require_encryption=True) if keys else None\n"
        "Client(address, security=security, timeout=4)\nprint('let in')\n"
    )
    for url, keys in (
        (address.replace("tls", "tcp"), ""),
        (address, str(tmp_path / "others")),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, url, keys], capture_output=True, text=True, timeout=120
        )
        assert done.returncode != 0
        assert "let in" not in done.stdout


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("tcp://192.0.2.1:8786", "open to others.*use tls"),
        ("tcp://example.org:8786", "open to others.*use tls"),
        ("tls://192.0.2.1:8786", "--certificates"),
        ("192.0.2.1:8786", "expected tls://HOST:PORT"),
        ("http://127.0.0.1:1", "expected tls://HOST:PORT"),
        ("tls://127.0.0.1", "expected tls://HOST:PORT"),
    ],
)
def test_an_unsafe_address_is_refused_before_anything_is_sent(address, message):
    with pytest.raises(ValueError, match=message):
        cluster_of(address, None)


def test_keys_are_only_their_owners(certificates):
    assert sorted(path.name for path in certificates.iterdir()) == [
        "ca.pem", "client-key.pem", "client.pem", "scheduler-key.pem", "scheduler.pem",
        "worker-key.pem", "worker.pem",
    ]  # fmt: skip
    assert all(path.stat().st_mode & 0o077 == 0 for path in certificates.iterdir())
    with pytest.raises(ValueError, match="certificates already"):
        make_certificates(certificates)


def test_a_task_can_be_sent_and_holds_no_path(source, limits):
    setup = Setup.of(source, SECRET, limits)
    assert str(source.parent) not in json.dumps(dict(setup.files))
    assert SECRET not in repr(setup)
    assert "gamma" not in repr(setup)
