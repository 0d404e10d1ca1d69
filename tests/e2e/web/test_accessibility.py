"""What a machine can check of WCAG 2.2 on every page, wide and narrow, light and dark."""

import pytest

from support.workplace import Workplace

CHECK = """() => {
  const found = [];
  const say = (what, e) => found.push(what + ': ' + e.outerHTML.slice(0, 120));
  const named = (e) => (e.getAttribute('aria-label') || e.textContent || '').trim() ||
    (e.getAttribute('aria-labelledby') || '').split(' ').some((id) => document.getElementById(id));
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push('id twice: ' + id);
  for (const e of document.querySelectorAll('a[href], button, summary')) if (!named(e)) say('no name', e);
  for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea')) if (!e.labels.length) say('no label', e);
  for (const e of document.querySelectorAll('svg'))
    if (e.getAttribute('aria-hidden') !== 'true' && !e.getAttribute('aria-label')) say('picture without words', e);
  for (const e of document.querySelectorAll('table')) {
    if (!e.caption) say('table without a caption', e);
    if (!e.querySelector('thead th[scope=col]')) say('table without column headers', e);
    for (const row of e.querySelectorAll('tbody tr')) if (!row.querySelector('th[scope=row]')) say('row without a header', row);
  }
  for (const e of document.querySelectorAll('[aria-describedby], [aria-labelledby]'))
    for (const id of (e.getAttribute('aria-describedby') || e.getAttribute('aria-labelledby')).split(' '))
      if (!document.getElementById(id)) say('refers to nothing', e);
  for (const e of document.querySelectorAll('a[href^="#"]')) if (!document.getElementById(e.hash.slice(1))) say('leads nowhere', e);
  for (const e of document.querySelectorAll('fieldset')) if (!e.querySelector(':scope > legend')) say('group without a name', e);
  if (document.querySelectorAll('h1').length !== 1) found.push('h1: ' + document.querySelectorAll('h1').length);
  let last = 0;
  for (const e of document.querySelectorAll('main h1, main h2, main h3, main h4')) {
    const level = Number(e.tagName[1]);
    if (level > last + 1) say('heading skips a level', e);
    last = level;
  }
  for (const e of document.querySelectorAll('[style], [onclick], script:not([src]), style')) say('inline', e);
  for (const e of document.querySelectorAll('a[href], button, summary, input:not([type=hidden])')) {
    const b = e.getBoundingClientRect();
    const inText = e.matches('a') && getComputedStyle(e).display === 'inline';
    const label = e.labels && e.labels[0] ? e.labels[0].getBoundingClientRect() : b;
    if (b.width && !inText && !e.closest('.vh') && Math.max(b.height, label.height) < 24) say('target under 24 px', e);
  }
  if (!document.documentElement.lang || !document.title) found.push('no language or title');
  if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the window: ' + document.documentElement.scrollWidth);
  return found;
}"""


@pytest.fixture(scope="module")
def paths(place: Workplace, audit_path: str) -> dict[str, list[str]]:
    ranked = [c.candidate.rsplit("/", 1)[-1] for c in place.ranking(place.roles["Data Analyst"].name)]
    tampered = place.candidate(place.company.expectations.tampered[0].external_id).name.rsplit("/", 1)[-1]
    role = "/roles/data-analyst"
    return {
        "hiring-manager": [
            *("/sign-in", "/roles", role, f"{role}/shortlist", f"{role}/shortlist?region=ZZ", f"{role}/compare?c=x"),
            *(f"{role}/candidates/{ranked[0]}", f"{role}/candidates/{ranked[-1]}", f"{role}/candidates/{tampered}"),
            *(f"{role}/compare?" + "&".join(f"c={c}" for c in ranked[:4]), "/nothing", "/cohorts", f"/people/{ranked[0]}"),
        ],
        "learning-lead": [
            *("/cohorts", "/cohorts/people", audit_path),
            *(f"{audit_path}/programmes?most=5", f"{audit_path}/programmes?budget=x"),
        ],
        "works-council": [audit_path],
    }  # fmt: skip


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("persona", ["hiring-manager", "learning-lead", "works-council"])
def test_every_page_is_built_for_everyone(
    visit, paths: dict[str, list[str]], persona: str, width: int
) -> None:
    scheme = "light" if width > 600 else "dark"
    visitor = visit(persona, viewport={"width": width, "height": 800}, color_scheme=scheme)
    if persona == "hiring-manager":
        visitor.show_names()
    for path in paths[persona]:
        visitor.page.goto(visitor.address + path)
        assert visitor.page.evaluate(CHECK) == [], path
