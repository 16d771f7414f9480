"""Traces for OpenTelemetry: what took how long, in words of the code alone, so that no person can be told from them.

Off unless an operator names a collector by the usual variables of OpenTelemetry and installs the extra `traces`; until
then nothing of OpenTelemetry is imported. Spans hold what callers give here: names and templates, never a path, a
parameter or the message of an exception, any of which may hold what somebody typed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any, cast

import structlog

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
    from opentelemetry.trace import Span

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_NAME = "prescreen"
_PARTS = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
_log = structlog.get_logger()

Attributes = Mapping[str, str | int]


@dataclass
class _Recording:
    """Where the spans of this process go; None: nowhere."""

    provider: TracerProvider | None = None


_recording = _Recording()


def is_wanted(environ: Mapping[str, str]) -> bool:
    """Whether the variables of OpenTelemetry name a collector for traces, and do not turn it off."""
    return any(environ.get(name) for name in _ENDPOINTS) and environ.get("OTEL_SDK_DISABLED", "").lower() != "true"


def is_installed() -> bool:
    """Whether the libraries of the extra `traces` are there."""
    try:
        return all(find_spec(part) is not None for part in _PARTS)
    except ModuleNotFoundError:
        return False


def begin(environ: Mapping[str, str]) -> None:
    """Send the spans of this process to the collector that the environment names, until the process ends.

    Nothing happens where none is named or the extra is not installed. Call it in each process, after any fork.
    """
    if not is_wanted(environ) or not is_installed() or is_on():
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # Its own words would block requests when no one reads standard error.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    named = {} if environ.get("OTEL_SERVICE_NAME") else {SERVICE_NAME: _NAME}
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(cast("SpanExporter", _Telling(OTLPSpanExporter()))))
    record_with(provider)
    # Processes of the service are forked; in them atexit does not run.
    Finalize(None, end, exitpriority=0)


def record_with(provider: TracerProvider | None) -> None:
    """Record the spans of this process with a provider; None: record none."""
    _recording.provider = provider


def end() -> None:
    """Send what waits, and record no more."""
    provider, _recording.provider = _recording.provider, None
    if provider is not None:
        provider.shutdown()


def is_on() -> bool:
    """Whether spans are recorded in this process."""
    return _recording.provider is not None


def span(name: str, attributes: Attributes | None = None) -> AbstractContextManager[Span | None]:
    """Open a span for a `with` block, within the one that is open; None where none are recorded."""
    return nullcontext() if _recording.provider is None else _span(_recording.provider, name, attributes)


@contextmanager
def _span(provider: TracerProvider, name: str, attributes: Attributes | None) -> Iterator[Span]:
    tracer = provider.get_tracer(_NAME)
    # By default an exception is recorded with its message and its frames.
    quiet: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}
    with tracer.start_as_current_span(name, attributes=attributes, **quiet) as opened:
        try:
            yield opened
        except BaseException as error:
            note_failure(opened, type(error).__name__)
            raise


def open_span(name: str, attributes: Attributes) -> Span | None:
    """Begin a span within the one that is open, for the caller to end; None where none are recorded."""
    provider = _recording.provider
    return None if provider is None else provider.get_tracer(_NAME).start_span(name, attributes=attributes)


def note_failure(failed: Span, kind: str) -> None:
    """Say of a span that it failed, and by what class of error or status."""
    from opentelemetry.trace import Status, StatusCode

    failed.set_attribute("error.type", kind)
    failed.set_status(Status(StatusCode.ERROR))


class _Telling:
    """Hands spans to another exporter, and logs when the collector stops taking them and when it takes them again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._failed = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand spans over, and return whether they were taken."""
        result = self._exporter.export(spans)
        failed = result.name != "SUCCESS"
        if failed != self._failed:
            self._failed = failed
            (_log.error if failed else _log.info)("traces_failed" if failed else "traces_sent")
        return result

    def shutdown(self) -> None:
        """Close the connection."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Wait until everything is handed over; return whether it is."""
        return bool(self._exporter.force_flush(timeout_millis))
