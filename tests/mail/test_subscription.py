"""Subscribing and leaving, as mkdocs.yml says; and the form on the front page, under the site's policy."""

from __future__ import annotations

import http.server
import threading
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from lxml import html
from playwright.sync_api import Browser

from generator.mail import subscription
from generator.model import Subscription
from tests.browser import served
from tests.conftest import REPOSITORY, Run

POLICY = "default-src 'self'; form-action 'self'; base-uri 'none'"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("https://lists.example/", "must be fields"),
        ({"adress": "https://lists.example/"}, 'did you mean "address"?'),
        ({"address": "lists.example"}, "https://"),
        ({"address": "javascript:alert(1)"}, "https://"),
        ({"field": "the address"}, "field: "),
        ({"field": 'x" onfocus="y'}, "field: "),
        ({"unsubscribe": "leave@lists.example"}, "unsubscribe: "),
        ({"unsubscribe": "mailto:leave@lists.example>\nBcc: a@b.example"}, "unsubscribe: "),
        ({"unsubscribe": "https://lists.example/{address}/{address}"}, "unsubscribe: write"),
        ({"unsubscribe": "http://lists.example/{address}", "one_click": True}, "one_click: needs"),
        ({"one_click": True}, "one_click: needs"),
        ({"one_click": "yes"}, "one_click: must be"),
    ],
)
def test_what_is_wrong_is_said(said: object, wrong: str):
    with pytest.raises(ValueError, match=wrong.replace("?", r"\?")):
        subscription.parse(said)


def test_what_is_right_is_taken():
    assert subscription.parse({}) == Subscription()
    said = {
        "address": "https://lists.example:8443/über?a=b",
        "field": "fields[email]",
        "unsubscribe": "https://lists.example/leave?who={address}",
        "one_click": True,
    }
    found = subscription.parse(said)
    assert found.address == "https://lists.example:8443/%C3%BCber?a=b"
    assert found.unsubscribe == said["unsubscribe"]
    assert subscription.host(found) == "lists.example"


@pytest.mark.parametrize(
    ("policy", "permitted"),
    [
        (POLICY, POLICY.replace("form-action 'self'", "form-action 'self' https://l.example:1")),
        ("form-action 'none'", "form-action https://l.example:1"),
        ("FORM-ACTION 'self'", "FORM-ACTION 'self' https://l.example:1"),
        ("form-action https://l.example:1", "form-action https://l.example:1"),
        ("default-src 'self'", "default-src 'self'"),
    ],
)
def test_the_policy_lets_the_form_go_there_and_nowhere_else(policy: str, permitted: str):
    where = Subscription(address="https://l.example:1/subscribe?to=us")
    assert subscription.permitted(policy, where) == permitted
    assert subscription.permitted(policy, Subscription()) == policy


class _Provider(http.server.BaseHTTPRequestHandler):
    got: list[dict]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.got.append(parse_qs(body))
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"Thank you")

    def log_message(self, *_: object) -> None:
        pass


def test_a_reader_subscribes_on_the_front_page(
    broadsheet_here: Run, publication: Path, chromium: Browser, tmp_path: Path
):
    handler = type("Provider", (_Provider,), {"got": []})
    provider = http.server.HTTPServer(("localhost", 0), handler)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    address = f"http://localhost:{provider.server_port}/subscribe"
    said = (publication / "mkdocs.yml").read_text("utf-8")
    said = said.replace(
        "extra:\n", f"extra:\n  subscribe: {{address: '{address}', field: email}}\n"
    )
    configuration = publication / "subscribe-mkdocs.yml"
    configuration.write_text(said, "utf-8")
    arguments = ("--content", REPOSITORY / "tests" / "content", "--site-dir", tmp_path / "site")
    broadsheet_here("build", "--config-file", "subscribe-mkdocs.yml", *arguments, cwd=publication)
    with served(tmp_path / "site") as site, chromium.new_context() as context:
        page = context.new_page()
        page.goto(site)
        page.get_by_label("Your address").fill("not an address")
        page.get_by_role("button", name="Subscribe").click()
        assert page.url == site, "a browser doesn't send what is no address"
        page.get_by_label("Your address").fill("reader+news@example.org")
        page.get_by_role("button", name="Subscribe").click()
        page.wait_for_url(address)
    provider.shutdown()
    provider.server_close()
    assert handler.got == [{"email": ["reader+news@example.org"]}]
    # The other pages have no form, and a policy that lets none go anywhere.
    other = html.parse(str(tmp_path / "site" / "feeds" / "index.html"))
    assert not other.xpath(f"//form[@action='{address}']")
    (policy,) = other.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "localhost" not in policy


def test_without_a_provider_there_is_no_form(edition_site: Path):
    front = html.parse(str(edition_site / "index.html"))
    assert not front.xpath("//form[@method='post']")


def test_a_wrong_configuration_is_said(broadsheet_here: Run, publication: Path):
    said = (publication / "mkdocs.yml").read_text("utf-8")
    said = said.replace("extra:\n", "extra:\n  subscribe: {address: lists.example}\n")
    (publication / "wrong-mkdocs.yml").write_text(said, "utf-8")
    ran = broadsheet_here("check", "--config-file", "wrong-mkdocs.yml", cwd=publication, code=1)
    assert "wrong-mkdocs.yml: extra: subscribe: " in ran.stderr
