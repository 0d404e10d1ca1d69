"""The pages of the shared stack in a real Chromium. No test may see an error on a console or a request to anywhere else."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from credence.platform.local import Service, free_port
from credencepb.audit.v1.audit_service_pb2 import AuditCohortRequest
from support.workplace import Workplace

NOBODY = "127.0.0.1:9"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_HOW = "no Chromium: install one, or run `.venv/bin/playwright install chromium`"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@contextmanager
def serving(place: Workplace, folder: Path, **targets: str) -> Iterator[str]:
    """The pages as a process of their own; the address. `targets`: other addresses of services."""
    port, ready = free_port(), folder / "web.json"
    found = {**place.stack.targets, **targets}
    variables = {
        **{f"CREDENCE_{name.upper()}_TARGET": target for name, target in found.items()},
        "CREDENCE_LISTEN": f"127.0.0.1:{port}",
        "CREDENCE_READY_FILE": str(ready),
        "CREDENCE_SIGNING_KEY_FILE": str(place.stack.data_dir / "signing-key.json"),
        "CREDENCE_SESSION_SECRET": "a secret for the tests of pages",
        "CREDENCE_TENANT": place.company.tenant,
    }
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("CREDENCE_")}
    process = Service(
        [sys.executable, "-m", "credence.web"],
        log=folder / "web.log",
        env={**inherited, **variables},
        ready=lambda: orjson.loads(ready.read_bytes())["pid"] == process.pid,
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop()
    assert not ready.exists(), "an orderly end takes the announcement back"


@pytest.fixture(scope="session")
def web(place: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(place, tmp_path_factory.mktemp("web")) as address:
        yield address


@pytest.fixture(scope="session")
def lame_web(place: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Pages for which `candidates` and `audit` are away."""
    with serving(place, tmp_path_factory.mktemp("lame"), candidates=NOBODY, audit=NOBODY) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Module by module: while it is open, the main thread has an event loop, which other tests need for themselves."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium(playwright),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
            ],
        )
        yield browser
        browser.close()


def _chromium(playwright: Playwright) -> str:
    on_path = next(filter(None, map(shutil.which, _NAMES)), None)
    if on_path is not None:
        return on_path
    own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    pytest.skip(_HOW)


@dataclass
class Visitor:
    """A browser window of its own, signed in as a persona."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str, *, status: int = 200) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return self.page

    def text(self, path: str) -> str:
        """The answer as it came, without a page being built from it."""
        answer = self.page.request.get(self.address + path)
        assert answer.ok, f"{path}: {answer.status}"
        return answer.text()

    def show_names(self) -> None:
        self.page.get_by_role("button", name="Show names").click()
        self.page.get_by_text("Names shown").wait_for()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser, web: str) -> Iterator[Visit]:
    """`visit("hiring-manager")` signs in; more keywords are those of a browser context, `address` is another server's."""
    opened: list[tuple[BrowserContext, Visitor]] = []

    def start(persona: str = "", *, address: str = web, **options: object) -> Visitor:
        context = chromium.new_context(reduced_motion="reduce", **options)
        visitor = Visitor(context.new_page(), address)
        _watch(context, visitor)
        opened.append((context, visitor))
        visitor.open("/sign-in")
        if persona:
            visitor.page.locator(f"button[value={persona}]").click()
            visitor.page.get_by_role("button", name="Sign out").wait_for()
        return visitor

    yield start
    for context, visitor in opened:
        context.close()
        assert not visitor.complaints


def _watch(context: BrowserContext, visitor: Visitor) -> None:
    own = urlsplit(visitor.address).netloc

    def asked(url: str) -> None:
        if urlsplit(url).netloc != own:
            visitor.complaints.append(f"a request left the host: {url}")

    def answered(url: str, status: int) -> None:
        if "/static/" in url and status != 200:
            visitor.complaints.append(f"{status} for {url}")

    def said(kind: str, text: str) -> None:
        # the browser's own line about a page that is meant to be an error page
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            visitor.complaints.append(f"console: {text}")

    context.on("request", lambda request: asked(request.url))
    context.on("response", lambda response: answered(response.url, response.status))
    context.on("console", lambda message: said(message.type, message.text))
    context.on("weberror", lambda error: visitor.complaints.append(f"script: {error.error}"))


@pytest.fixture(scope="session")
def audit_path(place: Workplace) -> str:
    """A gap audit of the team Analytics against the role Data Analyst."""
    made = place.audit.AuditCohort(
        AuditCohortRequest(cohort=f"{place.tenant}/cohorts/analytics", role=place.roles["Data Analyst"].name)
    )
    return f"/audits/{made.name.rsplit('/', 1)[-1]}"
