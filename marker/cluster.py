"""Marking on a Dask cluster, for a class that is too large for one machine.

Whoever reaches a Dask scheduler can run code on all of its workers, so that the marker talks to one
over TLS only, with certificates on both sides; without, to one on this machine.
"""

from __future__ import annotations

import ipaddress
from concurrent.futures import Executor
from pathlib import Path
from urllib.parse import urlsplit

from marker.run import MakeExecutor

__all__ = ["cluster_of"]


def cluster_of(address: str, certificates: Path | None) -> tuple[MakeExecutor, int]:
    """What connects to a cluster, and how many threads its workers have.

    ``ValueError`` says what is missing for a safe connection.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("tcp", "tls") or not parts.hostname or not parts.port:
        raise ValueError(f"--scheduler: expected tls://HOST:PORT, got {address}")
    if parts.scheme == "tcp" and not _is_this_machine(parts.hostname):
        raise ValueError(
            f"--scheduler: {address} is open to others, who could run code on the workers; "
            "use tls:// with --certificates"
        )
    if parts.scheme == "tls" and certificates is None:
        raise ValueError("--certificates: expected the folder with ca.pem and client.pem")
    from distributed import Client
    from distributed.security import Security

    security = None
    if certificates is not None:
        security = Security(
            tls_ca_file=str(certificates / "ca.pem"),
            tls_client_cert=str(certificates / "client.pem"),
            tls_client_key=str(certificates / "client-key.pem"),
            require_encryption=True,
        )

    def connect() -> Client:
        return Client(address, security=security, timeout=30, set_as_default=False)

    with connect() as client:
        threads = sum(client.nthreads().values())
    if not threads:
        raise ValueError(f"--scheduler: {address} has no workers")

    def make() -> Executor:
        return _Connected(connect())

    return make, threads


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Connected(Executor):
    """The cluster as an executor, with a connection of its own."""

    def __init__(self, client: object) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)  # type: ignore[attr-defined]

    def submit(self, function, /, *args, **options):  # type: ignore[no-untyped-def]
        return self._executor.submit(function, *args, **options)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._executor.shutdown(wait=wait)
        self._client.close()  # type: ignore[attr-defined]
