"""Terms: forbidden sources are refused by name and by host, unread ones until they are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import httpx
import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.errors import ParameterError
from analysis.refresh.client import Client, SourceError
from analysis.refresh.connectors.azure import AZURE
from analysis.refresh.connectors.every import CONNECTORS
from analysis.refresh.refreshing import refresh
from analysis.refresh.terms import (
    TermsError,
    allowed_terms,
    check_address,
    forbidden_name,
    read_terms,
)

NAMES = [
    "Vast.ai",
    "vastai",
    "RunPod",
    "runpod community",
    "Silicon Data",
    "silicondata",
    "Shadeform",
    "HKEX",
    "CME",
    "exchanges",
]
ADDRESSES = [
    "https://console.vast.ai/api/v0/bundles",
    "https://api.runpod.io/graphql",
    "https://www.silicondata.com/index",
    "https://api.shadeform.ai/v1/instances/types",
    "https://www.hkexnews.hk/a",
    "http://cmegroup.com/x",
]


@pytest.mark.parametrize("name", NAMES)
def test_forbidden_names(name):
    with pytest.raises(TermsError, match="expected a source that allows automated collection"):
        allowed_terms(name)


@pytest.mark.parametrize("name", ["Lambda", "Vastly", "RunPodium", "Silicon"])
def test_other_names_are_not_taken_for_them(name):
    assert forbidden_name(name) == ""


@pytest.mark.parametrize("address", ADDRESSES)
def test_forbidden_hosts_under_an_allowed_name(address):
    with pytest.raises(TermsError, match="no address of"):
        check_address("azure-retail", address)


@pytest.mark.parametrize(
    "address", ["https://prices.azure.com.evil.example/x", "https://example.org/"]
)
def test_hosts_of_nobody(address):
    with pytest.raises(TermsError, match=r"a host of azure-retail: prices\.azure\.com"):
        check_address("azure-retail", address)


def test_unread_terms_are_refused_and_say_what_to_do():
    with pytest.raises(TermsError, match="read them, then say so in"):
        allowed_terms("eastmoney-hk")
    with pytest.raises(TermsError, match="azure-retail"):
        allowed_terms("azure-retai")


@pytest.mark.parametrize("name", ["vastai", "RunPod", "silicondata"])
def test_a_connector_added_under_such_a_name_is_refused(bench, name):
    added = replace(AZURE, source=name, base=bench.servers["azure-retail"].base)
    with bench.client() as client:
        (outcome,) = refresh(
            [added],
            client=client,
            since=bench_day(),
            day=bench_day(),
            raw=bench.raw,
            snapshots=bench.folder / "snapshots",
        )
    assert outcome.state == "refused"
    assert bench.servers["azure-retail"].requests == []


def test_a_page_that_leads_to_a_forbidden_host_is_not_followed():
    asked: list[str] = []
    client = Client(sleep=lambda seconds: asked.append(str(seconds)))
    with pytest.raises(TermsError):
        client.get("azure-retail", allowed_terms("azure-retail"), ADDRESSES[0], kinds=("x",))


def test_every_connector_is_in_the_terms_and_allowed_ones_say_who_read_them():
    terms = read_terms()
    assert {each.source for each in CONNECTORS} <= set(terms)
    for name, each in terms.items():
        if each.collection == "allowed":
            assert each.read_by and each.read_on and each.read_in, name
            assert each.hosts, name


def test_a_file_that_does_not_say_who_read_is_refused(tmp_path):
    path = tmp_path / "terms.yaml"
    path.write_text(
        "sources:\n  a:\n    title: A\n    publisher: B\n    hosts: [a.org]\n"
        "    license: MIT\n    collection: allowed\n"
    )
    with pytest.raises(TermsError, match="needs read_by, read_on and read_in"):
        read_terms(path)


def test_the_commission_is_told_whom_to_write_to():
    with pytest.raises(SourceError, match="--contact"):
        Client().get(
            "sec-companyfacts",
            allowed_terms("sec-companyfacts"),
            "https://data.sec.gov/api/x",
            kinds=("x",),
        )


def test_user_agent_rate_and_one_connection(bench, open_terms):
    now = [0.0]
    (connector,) = bench.connectors("azure-retail")
    client = bench.client()
    client.clock = lambda: now[0]
    client.sleep = lambda seconds: now.__setitem__(0, now[0] + seconds)
    addresses = connector.addresses(connector.base, bench_day(), bench_day())
    with client:
        for address in addresses:
            client.get("azure-retail", open_terms("azure-retail"), address, kinds=connector.kinds)
    requests = bench.servers["azure-retail"].requests
    agents = {headers["User-Agent"] for _, headers in requests}
    assert len(agents) == 1
    assert agents.pop().endswith("(tests@example.org)")
    # ten requests a second at most: n of them take (n - 1) tenths of a second
    assert now[0] == pytest.approx((len(addresses) - 1) / 10)
    assert len(bench.servers["azure-retail"].ports) == 1


def bench_day():
    return date(2026, 11, 28)


def test_offline_says_so_in_a_line(bench, monkeypatch):
    def cannot(*_, **__):
        raise httpx.ConnectError("no route")

    monkeypatch.setattr(httpx.Client, "stream", cannot)
    monkeypatch.setattr("analysis.refresh.snapshots.SNAPSHOTS", bench.folder / "snapshots")
    monkeypatch.setattr("analysis.refresh.refreshing.SNAPSHOTS", bench.folder / "snapshots")
    result = CliRunner().invoke(app, ["refresh", "all", "--contact", "me@example.org"])
    assert result.exit_code == 1
    line = "refresh: no source can be reached: offline? No table was changed."
    assert result.stderr.strip().endswith(line)
    assert result.stdout == ""
    checked = CliRunner().invoke(app, ["refresh", "fx", "--check"])
    assert checked.exit_code == 1
    assert checked.stdout == (
        "ecb-exr: offline: ecb-exr: data-api.ecb.europa.eu cannot be reached\n"
    )


def test_groups_and_the_extra(monkeypatch):
    result = CliRunner().invoke(app, ["refresh", "rent"])
    assert isinstance(result.exception, ParameterError)
    assert "rents" in str(result.exception)
    monkeypatch.setattr("analysis.refresh.refreshing.find_spec", lambda name: None)
    result = CliRunner().invoke(app, ["refresh", "rents"])
    assert "pip install 'compute-rental-economics[refresh]'" in str(result.exception)
