"""``make screenshots``: every kind of page, and a digest, at several widths, light and dark, to be looked at.

python -m tests.screenshots [SITE [FOLDER]]        (default: site screenshots)
"""

from __future__ import annotations

import email
import sys
from email.policy import default
from pathlib import Path

from playwright.sync_api import sync_playwright

from generator import content
from generator.commands import configuration
from generator.mail import issue, message
from generator.weeks import Week
from tests.browser import FLAGS, KINDS, executable, served

WIDTHS = (360, 768, 1440)
DIGEST_WIDTHS = (360, 1024)


def main(site: Path, folder: Path) -> None:
    """Write ``KIND-WIDTH-SCHEME.png`` into the folder, the whole page each, and KIND-print.pdf."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, served(site) as address:
        chromium = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for scheme in ("light", "dark"):
            page = chromium.new_page(color_scheme=scheme, reduced_motion="reduce")
            for kind, path in KINDS.items():
                page.goto(address + path)
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    page.wait_for_timeout(100)
                    page.screenshot(path=folder / f"{kind}-{width}-{scheme}.png", full_page=True)
                if scheme == "light":
                    page.pdf(path=folder / f"{kind}-print.pdf")
            page.close()
            page = chromium.new_page(color_scheme=scheme)
            page.set_content(_digest())
            for width in DIGEST_WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=folder / f"digest-{width}-{scheme}.png", full_page=True)
            page.close()
        chromium.close()
    print(f"{len(list(folder.iterdir()))} pictures are in {folder}/.")


def _digest() -> str:
    """The HTML of a digest by e-mail."""
    publication, folder = configuration.publication(None, None)
    catalog, _ = content.load(folder)
    week = Week.of(catalog.days[-1])
    issue_ = issue.of_week(week, catalog, publication)
    data = message.message(issue_, catalog, publication, message.default_sender(publication))
    whole = email.message_from_bytes(data.to(None), policy=default)
    return whole.get_body(("html",)).get_content()


if __name__ == "__main__":
    main(*(Path(one) for one in (sys.argv[1:] + ["site", "screenshots"][len(sys.argv) - 1 :])))
