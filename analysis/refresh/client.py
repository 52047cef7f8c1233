"""Polite HTTP: one connection a host, a rate limit, back-off, Retry-After, conditional requests.

httpx carries the requests and tenacity the repeats. A body is taken whole or not at all: one that
ends early, takes too long or is of another kind than asked for is an error, never a short answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from analysis.errors import AnalysisError
from analysis.refresh.terms import Terms, check_address

if TYPE_CHECKING:
    import httpx

PROJECT: Final = "compute-rental-economics"
TRIES: Final = 4
LONGEST_WAIT_SECONDS: Final = 120.0
FIRST_WAIT_SECONDS: Final = 1.0
REPEATED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may differ a little later; any other refusal stays one."""


class SourceError(AnalysisError):
    """A source that did not answer as expected; the other sources go on."""


class OfflineError(SourceError):
    """No host could be reached at all."""


class _PassingError(SourceError):
    """What may be gone at the next try, after so many seconds if the server says so."""

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True)
class Answer:
    """One answer.

    Parameters
    ----------
    address : str
        What was asked for.
    content : bytes
        Whole body; empty where nothing has changed.
    is_unchanged : bool
        The server says that what is kept is still the newest (304).
    etag, last_modified : str
        To ask with next time.
    """

    address: str
    content: bytes
    is_unchanged: bool
    etag: str
    last_modified: str


@dataclass
class Client:
    """What fetches for one run.

    Parameters
    ----------
    contact : str
        Whom the operators of a source may write to; part of the user agent.
    read_seconds, whole_seconds : float
        Longest silence within a body, and longest time of a whole one.
    most_bytes : int
        Largest body.
    sleep, clock : callable
        For tests.
    check : callable
        Refuses an address that the source's terms do not cover.
    """

    contact: str = ""
    read_seconds: float = 30.0
    whole_seconds: float = 300.0
    most_bytes: int = 200_000_000
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    check: Callable[[str, str], None] = check_address
    _hosts: dict[str, httpx.Client] = field(default_factory=dict)
    _free_at: dict[str, float] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        for each in self._hosts.values():
            each.close()
        self._hosts.clear()

    def get(
        self,
        source: str,
        terms: Terms,
        address: str,
        *,
        kinds: tuple[str, ...],
        etag: str = "",
        last_modified: str = "",
    ) -> Answer:
        """Fetch an address of a source.

        Parameters
        ----------
        source : str
            Its name in the terms.
        terms : Terms
            Its terms.
        address : str
            Of a host of the source.
        kinds : tuple of str
            Content types that the answer may have.
        etag, last_modified : str
            Of what is kept; the server may say that it is still the newest.

        Raises
        ------
        SourceError
            Refused, broken off, too slow, too large or of another kind, after all tries.
        OfflineError
            The host cannot be reached.
        TermsError
            The address is not one of the source.
        """
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        self.check(source, address)
        if terms.needs_contact and not self.contact:
            raise SourceError(
                f"{source}: its terms ask for whom to write to: --contact NAME@EXAMPLE.ORG"
            )
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in asked.items() if value}
        tries = Retrying(
            retry=retry_if_exception_type(_PassingError),
            stop=stop_after_attempt(TRIES),
            wait=_wait,
            sleep=self.sleep,
            reraise=True,
        )
        return tries(self._once, source, terms, address, kinds, headers)

    def _once(
        self,
        source: str,
        terms: Terms,
        address: str,
        kinds: tuple[str, ...],
        headers: Mapping[str, str],
    ) -> Answer:
        import httpx

        self._wait_for_turn(address, terms)
        try:
            with self._connection(address).stream("GET", address, headers=headers) as answer:
                _check_status(source, answer)
                if answer.status_code == httpx.codes.NOT_MODIFIED:
                    return Answer(
                        address,
                        b"",
                        True,
                        headers.get("If-None-Match", ""),
                        headers.get("If-Modified-Since", ""),
                    )
                _check_kind(source, answer, kinds)
                content = self._body(source, answer)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise OfflineError(f"{source}: {urlsplit(address).hostname} cannot be reached") from (
                error
            )
        except httpx.TimeoutException as error:
            raise _PassingError(f"{source}: silent for {self.read_seconds:g} s") from error
        except httpx.TransportError as error:
            raise _PassingError(f"{source}: the answer broke off ({error})") from error
        return Answer(
            address,
            content,
            False,
            answer.headers.get("ETag", ""),
            answer.headers.get("Last-Modified", ""),
        )

    def _body(self, source: str, answer: httpx.Response) -> bytes:
        """Read a body within its time and size."""
        end, parts, size = self.clock() + self.whole_seconds, [], 0
        for part in answer.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > self.most_bytes:
                raise SourceError(f"{source}: an answer of more than {self.most_bytes:,} bytes")
            if self.clock() > end:
                raise _PassingError(f"{source}: an answer of more than {self.whole_seconds:g} s")
        return b"".join(parts)

    def _connection(self, address: str) -> httpx.Client:
        """Return the one connection of a host."""
        import httpx

        parts = urlsplit(address)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._hosts:
            agent = f"{PROJECT}/{version(PROJECT)}"
            contact = f" ({self.contact})" if self.contact else ""
            self._hosts[host] = httpx.Client(
                headers={"User-Agent": f"{agent}{contact}"},
                timeout=httpx.Timeout(10.0, read=self.read_seconds),
                limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
                follow_redirects=False,
            )
        return self._hosts[host]

    def _wait_for_turn(self, address: str, terms: Terms) -> None:
        host = urlsplit(address).netloc
        now = self.clock()
        if (wait := self._free_at.get(host, now) - now) > 0:
            self.sleep(wait)
        self._free_at[host] = max(now, self._free_at.get(host, now)) + 1 / terms.requests_per_second


def _check_status(source: str, answer: httpx.Response) -> None:
    code = answer.status_code
    if code in REPEATED:
        raise _PassingError(f"{source}: answered {code}", _retry_after(answer.headers))
    if code not in (200, 304):
        moved = f" to {answer.headers['Location']}" if "Location" in answer.headers else ""
        raise SourceError(f"{source}: answered {code}{moved}")


def _check_kind(source: str, answer: httpx.Response, kinds: tuple[str, ...]) -> None:
    kind = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind not in kinds:
        raise SourceError(f"{source}: found {kind or 'no content type'}, expected {kinds[0]}")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as the server says, in seconds or as a time of day.

    Examples
    --------
    >>> _retry_after({"Retry-After": "7"}), _retry_after({}), _retry_after({"Retry-After": "soon"})
    (7.0, None, None)
    """
    said = headers.get("Retry-After", "").strip()
    if said.isdigit():
        return float(said)
    try:
        return max((parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None


def _wait(state: Any) -> float:
    """Return how long to wait before the next try: as the server says, or ever longer.

    A server that asks for more than two minutes is not asked again in this run.
    """
    error = state.outcome.exception()
    wait = error.wait_seconds
    if wait is None:
        return FIRST_WAIT_SECONDS * 2.0 ** (state.attempt_number - 1)
    if wait > LONGEST_WAIT_SECONDS:
        raise SourceError(f"{error}; asks to wait {wait:,.0f} s: run refresh again later")
    return float(wait)
