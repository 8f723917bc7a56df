"""What every conversation in the browser's tests does."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def log_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Kontonamn").fill(name)
    page.get_by_label("Lösenord").fill(password)
    page.get_by_role("button", name="Logga in").click()


def ask(page: Page, question: str) -> None:
    page.get_by_label("Din fråga").fill(question)
    page.get_by_role("button", name="Skicka frågan", exact=True).click()


def answers(page: Page) -> Locator:
    return page.locator(".ai-message")
