import json
from pathlib import Path

import pytest

from credence_models.encoder import PRODUCT
from credence_models.evaluation.__main__ import main

SENTENCES = [
    "sentence,span,sub_span,label",
    "we write SQL,SQL,,S Q L",
    "we write SQL,write,,LABEL NOT PRESENT",
    "people work in teams and solve problems,x,,work in teams",
    "people work in teams and solve problems,x,,solve problems",
    "nothing here,x,,UNDERSPECIFIED",
    "something else,x,,a label that nobody listed",
]
LABELS = ["SQL", "work in teams", "solve problems", "manage musical staff", "show determination"]


def object_of(capsys) -> dict:
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_linking_as_one_object(write, capsys) -> None:
    annotations, labels = write("a.csv", SENTENCES), write("labels.txt", LABELS)
    assert main(["linking", "--annotations", annotations, "--labels", labels, "--json"]) == 0
    found = object_of(capsys)
    assert found["task"] == "linking"
    assert (found["ranker"], found["queries"], found["candidates"]) == ("credence", 2, 5)
    assert {key: found[key] for key in ("mrr", "rp@1", "rp@5", "rp@10")} == {
        "mrr": 100.0,
        "rp@1": 100.0,
        "rp@5": 100.0,
        "rp@10": 100.0,
    }
    assert found["left_out"] == {
        annotations: {"texts without a right label": 2, "labels that are not listed": 1}
    }
    (row,) = found["results"]
    assert row.items() <= found.items()


def test_linking_as_a_table_with_progress(write, capsys) -> None:
    annotations, labels = write("a.csv", SENTENCES), write("labels.txt", LABELS)
    skape = write("b.csv", [",sentence,skills", "0,we write SQL,['SQL']", "1,no,['UNK']"])
    rankers = ["--ranker", "bm25", "ngrams"]
    assert main(["linking", "--annotations", annotations, skape, "--labels", labels, *rankers]) == 0
    out, err = capsys.readouterr()
    assert f"{annotations}: 2 texts, 5 candidates, percent" in out
    assert f"{skape}: 1 texts, 5 candidates, percent" in out
    assert f"{annotations}: left out: 1 labels that are not listed" in out
    assert out.count("100.00*") == 16
    assert f"{skape}: bm25" in err


def test_every_ranker_and_an_encoder_in_one_table(write, capsys) -> None:
    annotations, labels = write("a.csv", SENTENCES), write("labels.txt", LABELS)
    asked = ["linking", "--annotations", annotations, "--labels", labels, "--json"]
    assert main([*asked, "--ranker", "all", "--encoder", str(PRODUCT.folder)]) == 0
    rows = {row["ranker"]: row for row in object_of(capsys)["results"]}
    own = PRODUCT.folder.name
    assert list(rows) == [
        *("bm25", "ngrams", "rapidfuzz", "minilm-labels", "minilm-aliases", "minilm+ngrams"),
        *("trained-labels", "trained-aliases", "trained+ngrams"),
        *(f"{own}-labels", f"{own}-aliases", f"{own}+ngrams", "trained-stretches", "credence"),
    ]
    assert rows[f"{own}+ngrams"]["mrr"] == rows["trained+ngrams"]["mrr"]
    fewer = [*asked, "--ranker", "bm25", "--encoder", str(PRODUCT.folder)]
    assert main(fewer) == 0
    assert [row["ranker"] for row in object_of(capsys)["results"]] == [
        "bm25",
        *(f"{own}-labels", f"{own}-aliases", f"{own}+ngrams"),
    ]


def test_normalisation_of_pairs(write, capsys) -> None:
    pairs = write(
        "p.csv", ["text,label", "teamworking,Work in teams", "sql,SQL", "teamworking,solve problems"]
    )
    labels = write("labels.txt", LABELS)
    assert (
        main(["normalisation", "--pairs", pairs, "--labels", labels, "--ranker", "minilm-aliases", "--json"])
        == 0
    )
    found = object_of(capsys)
    assert (found["task"], found["queries"]) == ("normalisation", 2)
    assert found["accuracy@1"] == 100.0
    assert 50 < found["rp@5"] <= 100
    assert main(["normalisation", "--pairs", pairs, "--ranker", "rapidfuzz", "--json"]) == 0
    assert object_of(capsys)["candidates"] > 20_000, "all concepts of the taxonomy"


def test_held_out_aliases_of_a_few_labels(write, capsys) -> None:
    labels = write("labels.txt", LABELS)
    assert main(["normalisation", "--held-out-aliases", "--labels", labels, "--json"]) == 0
    found = object_of(capsys)
    assert found["data"] == "held-out-aliases"
    assert 0 < found["queries"] < 30
    assert found["mrr"] > 50
    assert main(["normalisation", "--held-out-aliases", "--labels", write("n.txt", ["no concept"])]) == 2
    assert capsys.readouterr().err == "no label is one of the taxonomy that has an alias held out\n"


def test_retrieval(write, capsys) -> None:
    queries = write("q.tsv", ["id\ttext", "1\tchef", "2\tnurse", "3\tpoet"])
    corpus = write("c.tsv", ["a\thead chef", "b\tstaff nurse", "c\tjudge", "d\tchef de partie"])
    qrels = write("r.tsv", ["1\t0\ta\t1", "1\t0\td\t2", "2\t0\tb\t1", "2\t0\tz\t1", "9\t0\ta\t1"])
    asked = ["retrieval", "--queries", queries, "--corpus", corpus, "--qrels", qrels]
    assert main([*asked, "--ranker", "bm25", "--json"]) == 0
    found = object_of(capsys)
    assert (found["queries"], found["candidates"], found["map"]) == (2, 4, 100.0)
    assert found["p@5"] == 30.0, "of five places"
    assert found["left_out"] == {
        queries: {
            "queries without a relevant document": 1,
            "judgements of other queries or documents": 2,
        }
    }
    nobody = write("n.tsv", ["9\ta"])
    assert main([*asked[:-1], nobody]) == 2
    assert "no query of q.tsv has a relevant document in c.tsv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["linking", "--annotations", "absent.csv", "--labels", "{labels}"], "absent.csv: No such file"),
        (
            ["linking", "--annotations", "{labels}", "--labels", "{labels}"],
            "labels.txt:1: no column sentence",
        ),
        (["normalisation", "--pairs", "{annotations}"], "a.csv:1: no column text"),
        (
            ["linking", "--annotations", "{annotations}", "--labels", "{labels}", "--ranker", "x"],
            "no ranker 'x'; there are: all, bm25",
        ),
        (["all", "--data", "absent"], "skills_en_label.txt: No such file"),
    ],
)
def test_what_is_wrong_is_one_line(write, capsys, arguments: list[str], message: str) -> None:
    names = {"annotations": write("a.csv", SENTENCES), "labels": write("labels.txt", LABELS)}
    assert main([*(part.format(**names) for part in arguments), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_labels_that_nobody_listed_are_no_test(write, capsys) -> None:
    annotations = write("a.csv", SENTENCES)
    labels = write("other.txt", ["dance tango"])
    assert main(["linking", "--annotations", annotations, "--labels", labels]) == 2
    assert "no text in it has a label that is among the 1 to rank" in capsys.readouterr().err


def test_no_encoder_is_a_line_too(write, capsys, tmp_path: Path) -> None:
    annotations, labels = write("a.csv", SENTENCES), write("labels.txt", LABELS)
    empty = tmp_path / "empty"
    empty.mkdir()
    asked = ["linking", "--annotations", annotations, "--labels", labels, "--json", "--encoder", str(empty)]
    assert main(asked) == 1
    assert capsys.readouterr().err.startswith(f"no encoder in {empty}")
