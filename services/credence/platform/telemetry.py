"""Logs as JSON lines on stderr and traces by OpenTelemetry, joined by trace ids.

Without an OTLP endpoint nothing is recorded or sent, but every call and every event still has a trace id, so
that the log lines of one change can be found across services.
"""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from opentelemetry.trace import Span, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pythonjsonlogger.orjson import OrjsonFormatter

from credence.platform.grpc.auth import caller_or_none
from credence.platform.settings import Settings

TRACEPARENT: Final = "traceparent"
_PROPAGATOR: Final = TraceContextTextMapPropagator()
_SCOPE: Final = "credence.platform"
_EXPORT_S: Final = 2.0  # spans are not worth a slow end when the collector is away
_QUIET: Final = ("kafka", "alembic", "opentelemetry", "grpc", "urllib3", "sqlalchemy.engine")

_provider = TracerProvider(sampler=ALWAYS_OFF, resource=Resource.get_empty(), shutdown_on_exit=False)
_tracer: Tracer = _provider.get_tracer(_SCOPE)


def setup(settings: Settings, *filters: logging.Filter) -> None:
    """Once per process, before the first log line: the root logger writes JSON lines, those that pass `filters`;
    spans go to `otlp_endpoint` if set.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _JsonLines(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            static_fields={"service": settings.service},
            timestamp=True,
        )
    )
    for line_filter in filters:
        handler.addFilter(line_filter)
    handler.addFilter(_add_context)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # not in our lines
    logging.captureWarnings(capture=True)

    global _provider, _tracer
    _provider = TracerProvider(
        resource=Resource.create({SERVICE_NAME: settings.service}),
        sampler=ParentBased(ALWAYS_ON) if settings.otlp_endpoint else ALWAYS_OFF,
        shutdown_on_exit=False,
    )
    if settings.otlp_endpoint:
        _provider.add_span_processor(BatchSpanProcessor(_otlp_exporter(settings.otlp_endpoint)))
    _tracer = _provider.get_tracer(_SCOPE)


def shut_down() -> None:
    """Sends what spans are left. Nothing to do without an endpoint."""
    _provider.shutdown()


def tracer() -> Tracer:
    """The tracer of the process; before `setup` one that gives ids and records nothing."""
    return _tracer


def traceparent() -> str:
    """W3C `traceparent` of the current span, to be carried by an event or a call; empty outside any span."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get(TRACEPARENT, "")


def context_of(carrier: Mapping[str, str]) -> Context:
    """The trace context that `traceparent` and `tracestate` in a carrier name; an empty one when absent or
    malformed.
    """
    return _PROPAGATOR.extract(carrier, context=Context())


@contextmanager
def span_from(
    parent: str, name: str, *, kind: SpanKind = SpanKind.CONSUMER, **attributes: str | int | float | bool
) -> Iterator[Span]:
    """A span that continues the trace of a `traceparent`; a new trace when `parent` is empty.

    Exceptions are recorded on it.
    """
    context = context_of({TRACEPARENT: parent} if parent else {})
    with _tracer.start_as_current_span(name, context=context, kind=kind, attributes=attributes) as span:
        yield span


def trace_id() -> str:
    """32 hexadecimal digits, or empty outside any span."""
    span_context = trace.get_current_span().get_span_context()
    return format(span_context.trace_id, "032x") if span_context.is_valid else ""


def attach(span: Span) -> None:
    """Makes `span` current until the running context ends; for a context that ends with its call."""
    otel_context.attach(trace.set_span_in_context(span))


class _JsonLines(OrjsonFormatter):
    """orjson refuses lone surrogates and integers over 64 bits; a line that holds them is written the slow way."""

    def jsonify_log_record(self, log_data: dict[str, Any]) -> str:
        try:
            return super().jsonify_log_record(log_data)
        except TypeError:
            return json.dumps(log_data, default=str)


def _otlp_exporter(endpoint: str) -> Any:
    # imported here: a process without an endpoint does not pay for the exporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(
        endpoint=endpoint, insecure=not endpoint.startswith("https://"), timeout=_EXPORT_S
    )


def _add_context(record: logging.LogRecord) -> bool:
    span_context = trace.get_current_span().get_span_context()
    if span_context.is_valid:
        record.trace_id = format(span_context.trace_id, "032x")
        record.span_id = format(span_context.span_id, "016x")
    caller = caller_or_none()
    if caller is not None and not hasattr(record, "tenant"):
        record.tenant = caller.tenant
    return True
