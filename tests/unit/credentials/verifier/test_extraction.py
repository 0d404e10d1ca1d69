"""What a badge says its holder did, how demanding that sounds, and what in it is a warning."""

from datetime import UTC, datetime

import pytest

from credence.credentials.verifier import Code, Severity, State
from support.badges import ACHIEVEMENT, FROM, ISSUER, UNTIL, check, credential

LEVEL = "urn:rubric:2"
RUBRIC = {
    "id": "urn:result:1",
    "type": ["ResultDescription"],
    "name": "Final project",
    "resultType": "RubricCriterionLevel",
    "rubricCriterionLevel": [
        {"id": "urn:rubric:1", "type": ["RubricCriterionLevel"], "name": "Good", "level": "3"},
        {
            "id": LEVEL,
            "type": ["RubricCriterionLevel"],
            "name": "Very good",
            "level": "4",
            "description": "Works alone",
        },
    ],
}


def answer(achievement=None, **changed):
    return check(
        ISSUER.sign(
            credential(achievement={**ACHIEVEMENT, **(achievement or {})}, **changed), "eddsa-jcs-2022"
        )
    )


def test_everything_that_it_states():
    found = answer(
        {"resultDescription": [RUBRIC], "creditsAvailable": 5.0},
        results=[
            {
                "resultDescription": "urn:result:1",
                "achievedLevel": LEVEL,
                "value": "87",
                "status": "Completed",
            }
        ],
        evidence=[
            {
                "id": "https://github.example/ann/report",
                "type": ["Evidence"],
                "name": "Report",
                "narrative": "Built it",
            }
        ],
        credits_earned=3.0,
    ).achievement
    assert found is not None
    assert (found.id, found.type, found.name) == (ACHIEVEMENT["id"], "Certificate", "SQL for Analysts")
    assert found.criteria == "A capstone project reviewed by two experts."
    assert found.tags == ("SQL", "reporting")
    assert found.alignments[0].target_framework == "ESCO"
    assert found.alignments[0].target_url == ACHIEVEMENT["alignment"][0]["targetUrl"]
    assert (found.results[0].value, found.results[0].status, found.results[0].description_name) == (
        "87",
        "Completed",
        "Final project",
    )
    assert found.achieved_level == "4"
    assert "Works alone" in found.assessment
    assert found.evidence[0].id == "https://github.example/ann/report"
    assert found.credits == 3.0
    assert (found.awarded_on, found.valid_from, found.valid_until) == (FROM, FROM, UNTIL)


def test_texts_in_several_languages_and_sets_of_one():
    found = answer(
        {
            "name": [{"@value": "Abfragen", "@language": "de"}, {"@value": "Queries", "@language": "en"}],
            "tag": "SQL",
        }
    )
    assert found.achievement is not None
    assert (found.achievement.name, found.achievement.tags) == ("Abfragen", ("SQL",))


def test_the_award_date_stands_apart():
    signed = ISSUER.sign({**credential(), "awardedDate": "2023-05-01T00:00:00Z"}, "eddsa-jcs-2022")
    achievement = check(signed).achievement
    assert achievement is not None
    assert achievement.awarded_on == datetime(2023, 5, 1, tzinfo=UTC)


def test_how_complete_it_is():
    assert answer().verdicts["extraction"].state is State.VALID
    incomplete = answer({"criteria": {"id": "https://academy.example/criteria"}})
    assert incomplete.verdicts["extraction"].code is Code.ACHIEVEMENT_INCOMPLETE
    assert incomplete.achievement is not None
    assert incomplete.achievement.criteria_url == "https://academy.example/criteria"
    other = check(ISSUER.sign({**credential(), "type": ["VerifiableCredential"]}, "vc-jwt"))
    assert (other.achievement, other.verdicts["extraction"].state) == (None, State.NOT_APPLICABLE)
    assert other.format == "vc+vc-jwt"


@pytest.mark.parametrize("stated", ["3", "many", -1, 1e9, True, [], None, {"a": 1}])
def test_credits_as_people_write_them(stated):
    signed = credential()
    signed["credentialSubject"]["creditsEarned"] = stated
    achievement = check(ISSUER.sign(signed, "vc-jwt")).achievement
    assert achievement is not None
    assert achievement.credits == (3.0 if stated == "3" else None)


@pytest.mark.parametrize(
    ("criteria", "rigor"),
    [
        (
            "Pass a proctored exam, deliver a project and a portfolio of work.",
            "PROCTORED_EXAM_PROJECT_PORTFOLIO",
        ),
        ("A capstone project reviewed by two experts.", "REVIEWED_PROJECT"),
        ("Complete a project on real data.", "PROJECT"),
        ("Pass the final exam with 70 %.", "AUTOMATED_EXAM"),
        ("Pass a proctored exam.", "AUTOMATED_EXAM"),
        ("Answer the quiz after each chapter.", "QUIZ"),
        ("Watch all videos and pass the quiz.", "VIDEO_QUIZ"),
        ("Watch all videos.", "PARTICIPATION"),
        ("Attended the workshop.", "PARTICIPATION"),
        ("Attended the workshop. There is no exam and no project.", "PARTICIPATION"),
        ("Without any assessment.", "NOT_STATED"),
        ("Awarded for excellence.", "NOT_STATED"),
    ],
)
def test_rigor_as_stated(criteria, rigor):
    assert answer({"criteria": {"narrative": criteria}}).rigor == rigor


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        ("Completion guaranteed for everyone!", "COMPLETION_GUARANTEED", Severity.RED),
        ("Your certificate is guaranteed.", "COMPLETION_GUARANTEED", Severity.RED),
        ("No exam required.", "NO_ASSESSMENT", Severity.RED),
        ("Participants are not assessed.", "NO_ASSESSMENT", Severity.RED),
        ("Become a data scientist in three hours.", "VERY_SHORT", Severity.RED),
        ("A 2-hour course.", "VERY_SHORT", Severity.RED),
        ("Certified in only 45 minutes.", "VERY_SHORT", Severity.RED),
        ("Your degree for your life experience.", "DIPLOMA_MILL_WORDING", Severity.RED),
        ("No classes or coursework required.", "DIPLOMA_MILL_WORDING", Severity.RED),
        ("A PhD within 10 days.", "DIPLOMA_MILL_WORDING", Severity.RED),
        ("Backdated diplomas at no cost.", "DIPLOMA_MILL_WORDING", Severity.RED),
        ("Instant online certificate for all.", "DIPLOMA_MILL_WORDING", Severity.RED),
        ("Honorary doctorates for sale.", "DIPLOMA_MILL_WORDING", Severity.RED),
        ("Buy your accredited certificate now.", "CREDENTIAL_FOR_MONEY", Severity.RED),
        ("Pay 20 dollars and get your badge.", "CREDENTIAL_FOR_MONEY", Severity.RED),
        ("The diploma is issued upon payment.", "CREDENTIAL_FOR_MONEY", Severity.RED),
        ("Only $499 today.", "UNEXPLAINED_PRICE", Severity.YELLOW),
        ("A newly founded academy.", "NO_TRACK_RECORD", Severity.YELLOW),
    ],
)
def test_warnings_carry_the_text_that_raised_them(text, code, severity):
    flags = {flag.code: flag for flag in answer({"description": f"A good course. {text} Join us."}).flags}
    assert flags[code].severity is severity
    assert flags[code].text == text
    assert flags[code].pointer == "/credentialSubject/achievement/description"


@pytest.mark.parametrize(
    "text",
    [
        "A capstone of 120 hours reviewed by two experts.",
        "The three-hour proctored exam covers twelve topics.",
        "Excellence is guaranteed by external review of each project.",
        "No prior knowledge is needed; a project is assessed.",
        "After you pay the exam fee and pass, you receive the certificate.",
        "Pay the fee, complete the project, and the badge is issued.",
        "A Bachelor's degree or equivalent work experience is expected; a project is assessed.",
        "The degree programme takes three years and ends with a project.",
        "No lectures are missed: attendance is checked, and a project assessed.",
        "Graded instantly; the certificate follows an exam within 5 days.",
        "Students buy their own textbooks; the project is graded.",
    ],
)
def test_fair_texts_raise_no_red_flag(text):
    assert [
        flag for flag in answer({"criteria": {"narrative": text}}).flags if flag.severity is Severity.RED
    ] == []


@pytest.mark.parametrize(
    ("criteria", "vague"),
    [
        ("Complete the course.", True),
        ("Learners must successfully complete all required modules", True),
        ("Attended this workshop!", True),
        ("Completed the training", True),
        ("Complete the course project and pass the exam.", False),
        ("Deploy and monitor containers on a cluster within a budget.", False),
        ("Awarded for excellence.", False),
        ("Complete " + "the " * 5000, False),
    ],
)
def test_criteria_that_say_nothing_to_check(criteria, vague):
    flags = {flag.code: flag for flag in answer({"criteria": {"narrative": criteria}}).flags}
    assert ("CRITERIA_VAGUE" in flags) is vague
    assert not vague or flags["CRITERIA_VAGUE"].text == criteria


def test_silence_about_assessment_is_a_yellow_flag():
    flags = answer({"criteria": {"narrative": "Awarded for excellence."}}).flags
    assert [(flag.code, flag.severity) for flag in flags] == [("ASSESSMENT_NOT_STATED", Severity.YELLOW)]


def test_bidi_in_the_achievements_name():
    flags = {flag.code for flag in answer({"name": "SQL \u202egnitseT"}).flags}
    assert "HIDDEN_CHARACTERS_IN_NAME" in flags
