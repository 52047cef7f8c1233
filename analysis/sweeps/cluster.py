"""Parts worked out on a Dask cluster: one on this machine, or one that is running already."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from analysis.errors import AnalysisError, Fault
from analysis.sweeps.grid import SweepError
from analysis.sweeps.running import Done, Executor
from analysis.sweeps.work import PartError, Work, code_digest, relative

if TYPE_CHECKING:
    from distributed import Client

_CONNECT_SECONDS: Final = 20
_WAITING_PER_THREAD: Final = 2
_TLS: Final = "tls://"


@contextlib.contextmanager
def connected(scheduler: str | None, workers: int) -> Iterator[Client]:
    """Give a client of a cluster, and end what was started for it.

    Parameters
    ----------
    scheduler : str or None
        Address of a running scheduler, such as ``tls://10.0.0.1:8786``, with the certificates
        that Dask's own settings name; None starts worker processes on this machine, one part at
        a time each, which nobody else can reach.
    workers : int
        How many to start.

    Raises
    ------
    SweepError
        Nobody answers at the address, or not with the certificates that there are.
    """
    from distributed import Client

    if scheduler is not None:
        _refuse_unlike_certificates(scheduler)
        try:
            with Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False) as client:
                yield client
        except (OSError, ValueError) as error:
            expected = "the address of a Dask scheduler, as `dask scheduler` prints it"
            if scheduler.startswith(_TLS):
                expected += ", and the certificates that it was started with"
            raise _wrong_scheduler(f"{scheduler}: {error}", expected) from None
        return
    from analysis.sweeps.private_cluster import private_cluster

    with private_cluster(workers) as cluster, Client(cluster, set_as_default=False) as client:
        yield client


def on_cluster(client: Client, *, retries: int) -> Executor:
    """Return an executor that hands parts to workers, a few at a time for each.

    A part whose worker is lost goes to another one; one that fails is tried again. What fails for
    good is reported, and the others go on.

    Parameters
    ----------
    client : distributed.Client
        Of the cluster.
    retries : int
        How often a part that failed is tried again.
    """

    def execute(work: Work, parts: Iterable[int]) -> Iterator[Done]:
        from distributed import as_completed

        _refuse_other_code(client, work)
        threads = sum(client.nthreads().values())
        waiting = iter(parts)

        def submitted(limit: int) -> Iterator[Any]:
            for _, part in zip(range(limit), waiting, strict=False):
                yield client.submit(
                    compute, work, part, key=f"part-{part}", retries=retries, pure=False
                )

        futures = as_completed(submitted(_WAITING_PER_THREAD * threads), loop=client.loop)
        for future in futures:
            part = int(str(future.key).removeprefix("part-"))
            try:
                done = Done(part, future.result())
            except Exception as error:
                done = Done(part, {}, _message(error))
            future.release()
            for following in submitted(1):
                futures.add(following)
            yield done

    return execute


def compute(work: Work, part: int) -> dict[str, bytes]:
    """Work one part out on a worker; its error is one that can travel back."""
    try:
        return work.compute(part)
    except AnalysisError as error:
        raise PartError(str(error)) from None


def _refuse_unlike_certificates(scheduler: str) -> None:
    """Refuse an address that Dask's settings cannot connect to: a client is late and unclear."""
    from distributed.security import Security

    try:
        security = Security()
        is_certified = security.get_connection_args("client")["ssl_context"] is not None
    except (OSError, ValueError) as error:  # of files that are named and not there, or damaged
        expected = "certificates as docs/sweeps.md makes them, in Dask's settings"
        raise _wrong_scheduler(f"{scheduler}: {error}", expected) from None
    if scheduler.startswith(_TLS) and not is_certified:
        words = "with tls://, the certificates in Dask's settings (docs/sweeps.md says how)"
        raise _wrong_scheduler(f"{scheduler}, and no certificates", words)
    if security.require_encryption and not scheduler.startswith(_TLS):
        words = "tls://, as Dask's settings require encryption"
        raise _wrong_scheduler(scheduler, words)


def _wrong_scheduler(found: str, expected: str) -> SweepError:
    return SweepError([Fault("command line", None, "--scheduler", found, expected)])


def _refuse_other_code(client: Client, work: Work) -> None:
    files = relative(work.files_needed())
    expected = code_digest(files)
    try:
        found = client.run(code_digest, files)
    except ImportError as error:
        words = "workers with this project installed, at the same commit"
        raise SweepError([Fault("cluster", None, None, str(error), words)]) from None
    words = "the project's files and Python as they are here"
    faults = [
        Fault("cluster", None, worker, "other files or another Python", words)
        for worker, digest in found.items()
        if digest != expected
    ]
    if faults:
        raise SweepError(faults)
    if not found:
        fault = Fault("cluster", None, None, "no workers", "at least one: `dask worker ADDRESS`")
        raise SweepError([fault])


def _message(error: Exception) -> str:
    return str(error) if isinstance(error, PartError) else f"{type(error).__name__}: {error}"
