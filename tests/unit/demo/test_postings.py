"""Forty postings a role, with skills in the shares that were planned, and boilerplate that names none."""

import re

from credence.demo import Company
from credence.demo.source import load


def test_forty_different_texts_for_each_of_three_roles(company: Company) -> None:
    assert set(company.postings) == {"Data Analyst", "Cloud Engineer", "HR Specialist"}
    for texts in company.postings.values():
        assert len(set(texts)) == 40
        assert all(150 < len(text) < 4000 for text in texts)
        assert not any(re.search(r"[{}]", text) for text in texts)


def test_each_band_is_filled(company: Company) -> None:
    for role, posted in company.expectations.posted.items():
        priority = [skill for skill in posted if skill.share >= 0.6]
        common = [skill for skill in posted if 0.2 <= skill.share < 0.6]
        rare = [skill for skill in posted if skill.share < 0.2]
        assert 3 <= len(priority) <= 5, role
        assert len(common) >= 5, role
        assert len(rare) >= 2, role


def test_the_counts_are_those_of_the_texts(company: Company) -> None:
    for role in load().postings:
        texts = company.postings[role.title]
        counts = {skill.label: skill.count for skill in company.expectations.posted[role.title]}
        for key, ask in role.ask.items():
            found = sum(any(line in text for line in ask.asked) for text in texts)
            assert found == counts[load().skills[key].label]


def test_wordings_vary(company: Company) -> None:
    for role in load().postings:
        lines = [line for ask in role.ask.values() for line in ask.asked]
        used = {line for line in lines for text in company.postings[role.title] if line in text}
        assert len(used) >= 0.85 * len(lines)


def test_boilerplate_stands_in_nearly_every_posting(company: Company) -> None:
    boilerplate = load().boilerplate
    lines = (*boilerplate.equal, *boilerplate.benefits, *boilerplate.about, *boilerplate.pay)
    for texts in company.postings.values():
        assert all(any(line in text for line in lines) for text in texts)
