"""Calls/s of the guarded server against a bare grpc server, in one run on one machine.

    python tests/benchmarks/grpc_overhead.py [--seconds 3] [--rounds 3]

Both answer GetCandidate with about 2 KB each way from a process of their own; one client process calls them in turn, so that
what else the machine does hits both. The bare server parses and answers, and checks nothing. The access log goes to /dev/null.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import psutil

from credence.platform import tokens
from credence.platform.grpc.methods import method
from credence.platform.grpc.server import bind
from credence.platform.lifecycle import run
from credence.platform.settings import Settings
from credencepb.candidates.v1 import candidate_pb2, candidates_service_pb2, candidates_service_pb2_grpc

SERVICE = candidates_service_pb2.DESCRIPTOR.services_by_name["CandidatesService"]
ANSWER = candidate_pb2.Candidate(
    name="tenants/acme/candidates/1", labels={str(i): "x" * 24 for i in range(60)}
)
REQUEST = candidates_service_pb2.GetCandidateRequest(name="tenants/acme/candidates/" + "1" * 2000)


class Bare(candidates_service_pb2_grpc.CandidatesServiceServicer):
    def GetCandidate(self, request, context):  # noqa: N802 - the rpc's name
        return ANSWER


def guarded_servicer():
    def answer(self, request, context):
        return ANSWER

    def declared(rpc):
        first = rpc.input_type.fields[0]
        path = first.name if first.type == first.TYPE_STRING else f"{first.name}.name"
        return method(scope="candidates.read", resource=path)(lambda self, request, context: ANSWER)

    return type("Guarded", (), {rpc.name: declared(rpc) for rpc in SERVICE.methods})()


def serve_bare(ready: Path) -> None:
    server = grpc.server(ThreadPoolExecutor(72))
    candidates_service_pb2_grpc.add_CandidatesServiceServicer_to_server(Bare(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ready.with_suffix(".tmp").write_text(json.dumps({"grpc": f"127.0.0.1:{port}"}))
    ready.with_suffix(".tmp").replace(ready)
    server.wait_for_termination()


def serve_guarded(ready: Path, token_keys: str, log_level: str) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    settings = Settings(
        service="bench",
        kafka_bootstrap="none",
        database_url="none",
        system_database_url="none",
        token_keys=token_keys,
        ready_file=ready,
        log_level=log_level,
    )
    sys.exit(run(settings, [], bindings=[bind(SERVICE, guarded_servicer())]))


def measure(target: str, server: psutil.Process, token: str, concurrency: int, seconds: float):
    """Calls per second, and microseconds of the server's CPU per call: the steadier figure on a shared machine."""
    with grpc.insecure_channel(target) as channel:
        call = candidates_service_pb2_grpc.CandidatesServiceStub(channel).GetCandidate
        metadata = (("authorization", f"Bearer {token}"),)
        for _ in range(50):
            call(REQUEST, metadata=metadata)
        stop_at = time.perf_counter() + seconds
        done = [0] * concurrency

        def work(index: int) -> None:
            while time.perf_counter() < stop_at:
                call(REQUEST, metadata=metadata, timeout=30)
                done[index] += 1

        threads = [threading.Thread(target=work, args=(index,)) for index in range(concurrency)]
        started, cpu = time.perf_counter(), sum(server.cpu_times()[:2])
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cpu = sum(server.cpu_times()[:2]) - cpu
        return sum(done) / (time.perf_counter() - started), cpu / sum(done) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    key = tokens.new_key()
    token = tokens.mint_token(key, subject="bench", tenant="acme", scopes=["candidates.read"])
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        ready = {
            name: Path(folder) / f"{name}.json" for name in ("bare", "guarded", "guarded, no access log")
        }
        keys = tokens.public_jwks(key)
        servers = [
            spawn.Process(target=serve_bare, args=(ready["bare"],)),
            spawn.Process(target=serve_guarded, args=(ready["guarded"], keys, "INFO")),
            spawn.Process(target=serve_guarded, args=(ready["guarded, no access log"], keys, "WARNING")),
        ]
        for server in servers:
            server.start()
        try:
            while not all(path.exists() for path in ready.values()):
                if any(not server.is_alive() for server in servers):
                    sys.exit("a server did not start")
                time.sleep(0.02)
            targets = {name: json.loads(path.read_text())["grpc"] for name, path in ready.items()}
            processes = {
                name: psutil.Process(server.pid) for name, server in zip(ready, servers, strict=True)
            }
            for concurrency in (1, 8):
                measured: dict[str, list[tuple[float, float]]] = {name: [] for name in targets}
                for _ in range(arguments.rounds):
                    for name, target in targets.items():
                        figures = measure(target, processes[name], token, concurrency, arguments.seconds)
                        measured[name].append(figures)
                medians = {
                    name: [statistics.median(f) for f in zip(*values, strict=True)]
                    for name, values in measured.items()
                }
                for name, (rate, cpu) in medians.items():
                    print(
                        f"concurrency {concurrency}: {name:24} {rate:7.0f} calls/s ({rate / medians['bare'][0]:.2f} of bare)"
                        f" {cpu:6.0f} us of server CPU a call (+{cpu - medians['bare'][1]:.0f})"
                    )
        finally:
            for server in servers:
                server.terminate()
            for server in servers:
                server.join()


if __name__ == "__main__":
    main()
