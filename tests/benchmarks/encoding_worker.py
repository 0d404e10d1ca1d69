"""The process that encoding.py measures: `python encoding_worker.py onnx|sentence-transformers encoder|linker`.

Imports only what the backend needs, so that its start and memory are those of a service. Says in a line of JSON each how long imports,
loading and the first answer took, then answers lines of JSON {"do", "texts", "seconds", "size"} until its input ends.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable, Sequence

Call = Callable[[Sequence[str]], object]
NEEDED = {
    "onnx": ["credence_models.encoder.onnx"],
    "sentence-transformers": ["sentence_transformers", "credence_models.encoder.torch"],
}
PHRASE, TEXT = "maintain hydraulic systems", "Writes SQL and keeps the hydraulic press in order."


def say(**fields: float) -> None:
    print(json.dumps(fields), flush=True)


def seconds_of(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def rate(call: Call, texts: Sequence[str], size: int, seconds: float) -> dict[str, float]:
    """Batches of `size` until time or texts run out."""
    done, wall, cpu = 0, time.perf_counter(), time.process_time()
    until = wall + seconds
    while done < len(texts) and time.perf_counter() < until:
        batch = texts[done : done + size]
        call(batch)
        done += len(batch)
    return {
        "a_second": done / (time.perf_counter() - wall),
        "a_cpu_second": done / (time.process_time() - cpu),
    }


def repeated(call: Call, texts: Sequence[str], size: int, seconds: float) -> dict[str, float]:
    """The same texts over and over: all but the first time from a cache, if there is one."""
    call(texts)
    rounds = range(0, len(texts), size)
    batches = [texts[start : start + size] for start in rounds]
    done, wall, cpu = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() < wall + seconds:
        for batch in batches:
            call(batch)
        done += len(texts)
    return {
        "a_second": done / (time.perf_counter() - wall),
        "a_cpu_second": done / (time.process_time() - cpu),
    }


def singles(call: Call, texts: Sequence[str], size: int, seconds: float) -> dict[str, list[float]]:
    """Seconds of each call with one text alone."""
    return {"each": [seconds_of(lambda text=text: call([text])) for text in texts]}


WAYS = {"rate": rate, "repeated": repeated, "singles": singles}


def main() -> None:
    backend, what = sys.argv[1:]
    imports = [*NEEDED[backend], *(["credence_models.linker"] if what == "linker" else [])]
    say(imported=seconds_of(lambda: [importlib.import_module(name) for name in imports]))
    started = time.perf_counter()
    calls: dict[str, Call]
    if what == "encoder":
        from credence_models.encoder import load_encoder

        encoder = load_encoder(backend)
        calls = {"encode": encoder.encode}
        say(loaded=time.perf_counter() - started)
        encoder.encode([PHRASE])
    else:
        from credence_models.linker import load_linker

        linker = load_linker(backend)
        calls = {"link_phrases": linker.link_phrases, "link_texts": linker.link_texts}
        say(loaded=time.perf_counter() - started)
        linker.link_text(TEXT)
        linker.link_phrase(PHRASE)
    say(first=time.perf_counter() - started)
    for line in sys.stdin:
        order = json.loads(line)
        way, call = WAYS[order["way"]], calls[order["call"]]
        say(**way(call, order["texts"], order["size"], order["seconds"]))


if __name__ == "__main__":
    main()
