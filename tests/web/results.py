"""The cards of the results page, and trials that appear on it."""

from datetime import UTC, datetime

from tests.catalog import folders
from tests.web.markup import Element

TODAY = datetime.now(UTC).date()


def groups(page: Element) -> dict[str, list[str]]:
    """Return the trials of each group by the addresses they link to."""
    return {
        group.one("h2").parts[0].strip(): [card.one("h3").one("a")["href"] for card in group.all("article")]
        for group in page.all("section", class_="group")
    }


def card(page: Element, trial_id: str) -> Element:
    return page.one("article", id=trial_id)


def recruiting(status: str = "RECRUITING", confirmed: object = TODAY, sites: str = "") -> str:
    trial = folders.FILES[folders.TRIAL].replace("status: RECRUITING", f"status: {status}")
    trial = trial.replace("confirmed: 2026-11-01", f"confirmed: {confirmed}")
    return trial.replace("{id: leeds, name: Leeds Hospital}", sites) if sites else trial
