import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credence_models.linker import Linker
from credence_models.lru import BatchCache


def label(linker: Linker, text: str) -> str | None:
    link = linker.link_phrase(text)
    concept = linker.taxonomy.get(link.concept_id) if link else None
    return concept.label if concept else None


def labels(linker: Linker, text: str) -> list[str]:
    found = [linker.taxonomy.get(link.concept_id) for link in linker.link_text(text)]
    return [concept.label for concept in found if concept]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("SQL", "SQL"),
        ("sql", "SQL"),
        ("strong knowledge of SQL", "SQL"),
        ("MS Excel", "Microsoft Excel"),
        ("React JS", "React"),
        ("ruby-on-rails", "Ruby on Rails"),
        ("k8s", "Kubernetes"),
        ("golang", "Go"),
        ("go", "Go"),
        ("R", "R"),
        (".NET", "Microsoft .NET Framework"),
        ("Spark", "Apache Spark"),
        ("SPARK", "SPARK"),
        ("teamwork", "work in teams"),
        ("data visualization", "data visualisation software"),
        ("organize rehearsals", "organise rehearsals"),
        ("fluent in English", "English"),
    ],
)
def test_names_as_people_write_them(linker: Linker, phrase: str, expected: str) -> None:
    link = linker.link_phrase(phrase)
    assert link is not None
    assert link.method == "exact"
    assert label(linker, phrase) == expected


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "   ",
        "foo bar baz",
        "equipment",
        "processes",
        "clean",
        "design",
        "xyzzy",
        "12345",
        "...",
        "x" * 5000,
        "a " * 3000,
    ],
)
def test_what_names_no_skill_gives_none(linker: Linker, phrase: str) -> None:
    assert linker.link_phrase(phrase) is None


def test_a_near_miss_is_linked_with_less_confidence_and_says_so(linker: Linker) -> None:
    link = linker.link_phrase("negotiate contracts with suppliers")
    assert link is not None
    assert link.method == "nearest"
    assert label(linker, "negotiate contracts with suppliers") == "negotiate terms with suppliers"
    assert 0 < link.confidence < linker.link_phrase("SQL").confidence  # type: ignore[union-attr]
    assert "nearest in meaning" in link.reason


def test_the_threshold_decides(linker: Linker) -> None:
    strict = Linker(linker.taxonomy, linker.space.encoder, threshold=0.99, space=linker.space)
    assert strict.link_phrase("negotiate contracts with suppliers") is None
    assert strict.link_phrase("SQL") is not None
    assert strict.version != linker.version


def test_spans_lie_where_the_skill_stands(linker: Linker) -> None:
    text = "Built dashboards in Excel and Power BI; wrote SQL and R scripts.\n• Data visualisation"
    links = linker.link_text(text)
    assert [text[link.start : link.end] for link in links] == [link.surface for link in links]
    assert [link.surface for link in links] == ["Excel", "Power BI", "SQL", "R", "Data visualisation"]
    phrase = linker.link_phrase("  Power BI \n")
    assert phrase is not None
    assert (phrase.start, phrase.end, phrase.surface) == (2, 10, "Power BI")


@pytest.mark.parametrize(
    "text",
    [
        "Excel at managing people.",
        "Go to market and R&D with C-level people.",
        "Access to the word of mouth, the rest is history in the making",
        "WORKED WITH LESS STAFF AND MORE ACCESS",
        "Vitamin C and plan B",
        "You will be responsible for the processes that are clean",
        "We are an equal opportunity employer and value machine learning.",
        "Benefits include health insurance, SQL and paid time off",
        "",
        "\x00\ud800 \u0130\u0130\u0130",
        "- - - • • •",
    ],
)
def test_no_phantom_skills(linker: Linker, text: str) -> None:
    assert labels(linker, text) == []


def test_short_names_are_believed_among_tools(linker: Linker) -> None:
    assert labels(linker, "Used Go, C and Python daily") == ["Go", "C", "Python (computer programming)"]
    assert labels(linker, "HTML/CSS, C++, C#") == ["Hypertext markup language HTML", "CSS", "C++", "C#"]


def test_a_letter_of_an_abbreviation_is_no_language(linker: Linker) -> None:
    assert labels(linker, "Did R&D for H&R in Python") == ["Python (computer programming)"]


def test_the_longest_name_wins(linker: Linker) -> None:
    assert labels(linker, "Ran Microsoft SQL Server Integration Services") == [
        "SQL Server Integration Services"
    ]


def test_an_enumeration_is_read_item_by_item(linker: Linker) -> None:
    assert "communication" in labels(linker, "Skills: Python, communication, planning")


@pytest.fixture(scope="module")
def other(linker: Linker) -> Linker:
    """The same, with caches of its own."""
    return Linker(linker.taxonomy, linker.space.encoder, space=linker.space)


@settings(max_examples=25)
@given(texts=st.lists(st.text(alphabet="SQLexcel Python,.\n-Rgo", max_size=60), max_size=8))
def test_batch_order_and_cache_change_nothing(linker: Linker, other: Linker, texts: list[str]) -> None:
    alone = [linker.link_text(text) for text in texts]
    assert other.link_texts(texts[::-1])[::-1] == alone
    assert other.link_texts(texts) == alone
    assert linker.link_phrases(texts) == [linker.link_phrase(text) for text in texts]
    for text, links in zip(texts, alone, strict=True):
        assert all(text[link.start : link.end] == link.surface and link.surface for link in links)
        assert all(left.end <= right.start for left, right in itertools.pairwise(links))


def test_the_cache_computes_each_key_once_and_forgets_the_oldest() -> None:
    asked: list[list[str]] = []

    def compute(keys: list[str]) -> dict[str, int]:
        asked.append(keys)
        return {key: len(key) for key in keys}

    cache: BatchCache[int] = BatchCache(2)
    assert cache.get_all(["a", "bb", "a"], compute) == {"a": 1, "bb": 2}
    assert cache.get_all(["a"], compute) == {"a": 1}
    cache.get_all(["ccc"], compute)  # "bb" was used longest ago
    cache.get_all(["a", "bb"], compute)
    assert asked == [["a", "bb"], ["ccc"], ["bb"]]
