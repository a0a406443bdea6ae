"""Figures for Prometheus at /metrics: how often pages are asked for and how long they take, and how work stands.

They name pages by their name in the program and nothing else: no address, no person, no organisation.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from protocolbuilder.errors import NotFound
from protocolbuilder.settings import is_this_machine
from protocolbuilder.store import jobs, outbox, sweeps
from protocolbuilder.store.engine import reading
from protocolbuilder.store.measures import size
from protocolbuilder.web.recording import endpoint, method, took_ms
from protocolbuilder.web.running import Running, running

blueprint = Blueprint("measuring", __name__)

SECONDS: Final = (0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
PROXIED: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@dataclass(frozen=True, slots=True)
class Measures:
    """Those of one running copy, in this process."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram


class _Standing:
    """How work stands, asked of the database at each look. Prometheus calls `collect`."""

    def __init__(self, copy: Running) -> None:
        self._copy = copy

    def collect(self) -> Iterator[Metric]:
        with reading(self._copy.database) as session:
            yield _by_state("jobs", {str(state): count for state, count in jobs.counts(session).items()})
            yield _by_state("mails", {str(state): count for state, count in outbox.counts(session).items()})
            soonest, looked = jobs.soonest(session), sweeps.last(session)
        family = GaugeMetricFamily("protocolbuilder_swept_timestamp_seconds", "When work was last looked after.",
                                   labels=["sweep"])  # fmt: skip
        for name, at in looked.items():
            family.add_metric([name], at.timestamp())
        yield family
        late = max(0.0, (self._copy.clock() - soonest).total_seconds()) if soonest else 0.0
        yield GaugeMetricFamily("protocolbuilder_work_late_seconds", "For how long the first job has been due.", late)
        yield GaugeMetricFamily("protocolbuilder_database_bytes", "Size of the database.", size(self._copy.database))

    def describe(self) -> list[Metric]:
        return []  # else it would be asked before there is anything to measure


def _by_state(what: str, counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(f"protocolbuilder_{what}", f"{what.capitalize()} by state.", labels=["state"])
    for state, count in counts.items():
        family.add_metric([state], count)
    return family


def measure_requests(app: Flask) -> None:
    """Registered beside the log of requests, and sees what it sees."""
    registry = CollectorRegistry(auto_describe=False)
    made = Measures(
        registry,
        Counter("protocolbuilder_requests", "Requests answered.", ["method", "endpoint", "status"], registry=registry),
        Histogram("protocolbuilder_request_seconds", "From request to answer.", ["endpoint"], registry=registry,
                  buckets=SECONDS),
    )  # fmt: skip
    registry.register(_Standing(app.extensions["protocolbuilder"]))
    app.extensions["measures"] = made

    @app.after_request
    def count(response: Response) -> Response:
        made.requests.labels(method(), endpoint(), str(response.status_code)).inc()
        made.seconds.labels(endpoint()).observe(took_ms() / 1000)
        return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """For whoever names the token that is set; without one for this machine only. Raises NotFound to all others."""
    if not _may_ask():
        raise NotFound("There is nothing here for you.")
    made: Measures = current_app.extensions["measures"]
    return Response(generate_latest(made.registry), content_type=CONTENT_TYPE_LATEST)


def _may_ask() -> bool:
    """Behind a proxy on this machine everybody seems to come from here, so a request that came through one does not."""
    if token := running().settings.metrics_token.get_secret_value():
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    through = any(name in request.headers for name in PROXIED)
    return not through and is_this_machine(request.remote_addr or "")
