import pytest

from credence_models.linker.negation import is_denied


def denied(sentence: str) -> bool:
    """The skill stands in square brackets."""
    start, end = sentence.index("["), sentence.index("]") - 1
    return is_denied(sentence.replace("[", "").replace("]", ""), (start, end))


@pytest.mark.parametrize(
    "sentence",
    [
        "No [Java] needed",
        "No prior knowledge of [accounting] is required",
        "You do not need any experience with [SQL]",
        "You don't have to speak [Danish]",
        "[Danish] is not required",
        "[Welding] experience isn't necessary",
        "a certificate in [first aid] is not a must",
        "Without any background in [machine learning]",
        "This role does not involve [teaching]",
        "We write Go rather than [Java]",
        "Neither [COBOL] nor Fortran is used here",
        "You will never be asked to do [cold calling]",
        "Great with people; no [programming]",
        "You cannot do without SQL, but no [Excel] is used",
    ],
)
def test_what_is_not_asked_for(sentence: str) -> None:
    assert denied(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "[Java]",
        "Not only [Java] but also Kotlin",
        "Not just [sales] experience, real curiosity",
        "You cannot do this without [SQL]",
        "No degree needed, [Python] is what counts",
        "No degree needed but strong [Python]",
        "[Excel] is required, Access is not",
        "Writes [NoSQL] queries",
        "No. 1 in [logistics]",
        "Knows [Danish]; German is not required",
        "no less than five years of [welding]",
        "[no-code platforms]",
        "Keep machines from standing still with [predictive maintenance]",
    ],
)
def test_what_is(sentence: str) -> None:
    assert not denied(sentence)
