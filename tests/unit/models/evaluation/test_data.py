from pathlib import Path

import pytest

from credence_models.evaluation import data
from credence_models.evaluation.data import DataError


@pytest.fixture
def file(tmp_path: Path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_rows_of_a_sentence_are_its_right_labels(file) -> None:
    path = file(
        "sentence,span,sub_span,label\n"
        "we write java,java,,Java (computer programming)\n"
        "we write java,write,,LABEL NOT PRESENT\n"
        '"hard, soft\nand so on",,,UNDERSPECIFIED\n'
        "we write java,java,,Java (computer programming)\n"
        "we write java,we,,work in teams\n"
    )
    assert {text: list(labels) for text, labels in data.read_sentences(path).items()} == {
        "we write java": ["Java (computer programming)", "work in teams"],
        "hard, soft\nand so on": [],
    }


def test_a_list_of_skills_is_read_as_python_writes_it(file) -> None:
    path = file(',sentence,skills\n0,one,"[\'a b\', ""c\'d""]"\n1,two,[\'UNK\']\n2,three,[]\n')
    assert {text: list(labels) for text, labels in data.read_sentences(path).items()} == {
        "one": ["a b", "c'd"],
        "two": [],
        "three": [],
    }


def test_a_byte_order_mark_and_foreign_line_ends_do_not_matter(file) -> None:
    assert data.read_pairs(file("\ufefftext,label\r\nJS,JavaScript\r\n")) == {"JS": {"JavaScript": None}}
    assert data.read_labels(file("\ufeffSQL\r\n\r\nS Q L\r\nPHP\r\n")) == ["SQL", "PHP"]
    assert data.read_texts(file("id\ttext\r\n1\tcook\r\n")) == {"1": "cook"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("q\td\n", {"q": {"d": 1}}),
        ("query\tdoc\nq\td\n", {"q": {"d": 1}}),
        ("q\td\t2\nq\te\t0\n", {"q": {"d": 2}}),
        ("q\t0\td\t1\nq\t0\te\t1\n", {"q": {"d": 1, "e": 1}}),
        ("query\titer\tdoc\trelevance\nq\tQ0\td\t1\n", {"q": {"d": 1}}),
    ],
)
def test_judgements_in_the_forms_that_are_in_use(file, lines: str, expected) -> None:
    assert data.read_judgements(file(lines)) == expected


@pytest.mark.parametrize(
    ("read", "content", "message"),
    [
        (data.read_sentences, "", ":1: no column sentence; there are: none"),
        (data.read_sentences, "text,label\n", ":1: no column sentence; there are: text, label"),
        (data.read_sentences, "sentence,labels\na,b\n", ":1: no column label, nor skills"),
        (data.read_sentences, "sentence,label\n", ":2: no row"),
        (data.read_sentences, "sentence,label\na,b\nc\n", ":3: column label is missing"),
        (data.read_sentences, "sentence,label\na,b\n ,b\n", ":3: column sentence is empty"),
        (data.read_sentences, 'sentence,label\n"a\nb",c\nd,\n', ":4: column label is empty"),
        (data.read_sentences, 'sentence,label\na,b\n"c,d\n', "unexpected end of data"),
        (data.read_sentences, "sentence,skills\na,SQL\n", ":2: column skills: 'SQL' is no list"),
        (data.read_sentences, "sentence,skills\na,[1]\n", ":2: column skills: '[1]' is no list"),
        (data.read_sentences, f"sentence,skills\na,{'[' * 500}\n", ":2: column skills"),
        (data.read_sentences, b"sentence,label\na,\xff\n", "not UTF-8: invalid start byte at byte 17"),
        (data.read_pairs, "text,name\na,b\n", ":1: no column label; there are: text, name"),
        (data.read_pairs, "text,label\na,b,c\nd\n", ":3: column label is missing"),
        (data.read_labels, "\n \n", ":1: no label"),
        (data.read_texts, "1\ta\n1\tb\n", ":2: column id: 1 stands there a second time"),
        (data.read_texts, "1\ta\n2 b\n", ":2: 1 columns, where"),
        (data.read_texts, "1\t \n", ":1: column text is empty"),
        (data.read_texts, "\n", ":1: no text"),
        (data.read_judgements, "q\n", ":1: 1 columns, where"),
        (data.read_judgements, "q\t0\td\t1\nq\t0\td\tx\n", ":2: column relevance: 'x' is no number"),
        (data.read_judgements, "q\t0\td\tnan\n", ":1: column relevance: 'nan' is no number"),
        (data.read_judgements, "q\t0\t\t1\n", ":1: column doc is empty"),
        (data.read_judgements, "q\t0\td\t0\n", ":1: nothing in it is relevant"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(file, read, content: str | bytes, message: str) -> None:
    path = file(content)
    with pytest.raises(DataError) as caught:
        read(path)
    line = str(caught.value)
    assert line.startswith(str(path))
    assert message in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "read", [data.read_sentences, data.read_labels, data.read_texts, data.read_judgements]
)
def test_files_that_are_none(tmp_path: Path, read) -> None:
    with pytest.raises(DataError, match="No such file"):
        read(tmp_path / "absent")
    with pytest.raises(DataError, match="Is a directory"):
        read(tmp_path)
