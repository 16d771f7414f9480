"""Traces on their way to a collector: when they are sent, to whom, and what happens where that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from structlog.testing import capture_logs

from prescreen import tracing


class Collector(HTTPServer):
    """A collector on this machine; `taken` are the names of the spans that came, `status` is what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.taken: list[str] = []
        self.services: set[str] = set()
        self.status = 200


class _Answer(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        sent = ExportTraceServiceRequest.FromString(body)
        for group in sent.resource_spans:
            self.server.services |= {
                one.value.string_value for one in group.resource.attributes if one.key == "service.name"
            }
            self.server.taken += [one.name for scope in group.scope_spans for one in scope.spans]
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with Collector() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        yield server
        tracing.record_with(None)
        server.shutdown()


def began(server: Collector, **environ: str) -> None:
    tracing.begin({"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_port}", **environ})


def test_spans_go_to_the_collector_that_the_environment_names(collector: Collector) -> None:
    began(collector)
    with tracing.span("work outbox"), tracing.span("work sealing"):
        pass

    tracing.end()

    assert (sorted(collector.taken), collector.services) == (["work outbox", "work sealing"], {"prescreen"})
    with tracing.span("work purging") as opened:
        assert opened is None


@pytest.mark.parametrize(
    "environ",
    [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"}],
)
def test_without_a_collector_nothing_is_recorded(environ: dict[str, str]) -> None:
    tracing.begin(environ)

    assert not tracing.is_on()


def test_without_the_extra_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch, collector: Collector) -> None:
    monkeypatch.setattr(tracing, "_PARTS", ("no_such_library.sdk",))

    began(collector)

    assert not tracing.is_on()


def test_a_collector_that_takes_nothing_is_told_once_and_breaks_nothing(collector: Collector) -> None:
    collector.status = 400
    with capture_logs() as logs:
        began(collector)
        for _ in range(2):
            with tracing.span("work outbox"):
                pass
            tracing._recording.provider.force_flush()
        tracing.end()

    assert [one["event"] for one in logs] == ["traces_failed"]
