"""docker-compose.yml keeps the promises of the trust zones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[3]
COMPOSE: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def mounts(service: str) -> dict[str, str]:
    """What a service sees of the host: place inside -> place outside and mode."""
    parts = (line.split(":") for line in SERVICES[service].get("volumes", []))
    return {inside: ":".join([outside, *mode]) for outside, inside, *mode in parts}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_hardened(name: str) -> None:
    """Read-only root, no capability, no new privilege, bounded memory, processes and logs, no name server outside."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["logging"]["options"]["max-size"]
    assert service["dns"] == ["127.0.0.1"]
    assert all("noexec" in mount and "size=" in mount for mount in service["tmpfs"])


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"extractor"}))
def test_every_lasting_service_is_watched_and_restarted(name: str) -> None:
    """A service that crashes comes back, and one that hangs is seen."""
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_ports_are_published_on_loopback_only() -> None:
    """Nothing listens to the outside; TLS and the outside belong to the installation's own edge."""
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(ports) == {"proxy", "idp"}
    assert all(port.startswith("127.0.0.1:") for published in ports.values() for port in published)


def test_the_docker_socket_is_mounted_in_the_guard_only() -> None:
    """Nothing that talks to users holds the key to the host."""
    holders = {name for name in SERVICES if "/var/run/docker.sock" in mounts(name)}
    assert holders == {"guard"}
    assert SERVICES["guard"]["network_mode"] == "none"


def test_services_that_open_data_have_no_network() -> None:
    """Whoever reads extracts or source tables cannot send them anywhere."""
    for name in ("compute", "extractor", "guard"):
        assert SERVICES[name]["network_mode"] == "none"
        assert "networks" not in SERVICES[name]


def test_extracts_are_mounted_in_the_guard_compute_and_the_extractor_only() -> None:
    """Whoever takes over a service with a network, the hub included, finds neither data nor a folder of them."""
    holders = {name for name in SERVICES if any("/extracts" in place for place in mounts(name).values())}
    assert holders == {"guard", "compute", "extractor"}
    told = {name for name in SERVICES if "ECLUSE_EXTRACTS" in SERVICES[name].get("environment", {})}
    assert told == holders
    assert all(mounts(name)["/srv/extracts"].endswith("/extracts:ro") for name in ("guard", "compute"))
    whole = {place.split(":")[0] for name in SERVICES for place in mounts(name).values()}
    assert "${ECLUSE_STATE}" not in {place.rstrip("/") for place in whole}


def test_only_the_extractor_sees_source_tables_and_the_pseudonym_key() -> None:
    """Identifying data stay in the data zone."""
    sources = {name for name in SERVICES if any("/source" in place for place in mounts(name).values())}
    assert sources == {"extractor"}
    assert mounts("extractor")["/run/secrets/ecluse"] == "${ECLUSE_STATE}/secrets/extractor:ro"


def test_who_is_in_which_cell_is_mounted_in_compute_only() -> None:
    """The memory of what was told stays where it is computed; the operator's own secrets are mounted nowhere."""
    holders = {name for name in SERVICES if any("/history" in place for place in mounts(name).values())}
    assert holders == {"compute"}
    assert not any("secrets/operator" in place for name in SERVICES for place in mounts(name).values())


def test_each_service_sees_its_own_secrets_only() -> None:
    """A secrets folder is mounted read-only in the service that bears its name."""
    for name in SERVICES:
        folder = mounts(name).get("/run/secrets/ecluse")
        assert folder in {None, f"${{ECLUSE_STATE}}/secrets/{name}:ro"}
        assert not any(place.rstrip("/").endswith("/secrets") for place in mounts(name).values())


def test_policies_are_read_only_everywhere() -> None:
    """No service can change the rules it obeys."""
    for name in SERVICES:
        assert mounts(name).get("/etc/ecluse/policies", ":ro").endswith(":ro")


def test_networks_lead_nowhere() -> None:
    """The inner networks are closed and carry no address of the host; the edge does not translate addresses."""
    networks = COMPOSE["networks"]
    for name in ("control", "oidc"):
        assert networks[name]["internal"] is True
        assert networks[name]["driver_opts"]["com.docker.network.bridge.inhibit_ipv4"] == "true"
    assert networks["edge"]["driver_opts"]["com.docker.network.bridge.enable_ip_masquerade"] == "false"
    edge = {name for name, service in SERVICES.items() if "edge" in service.get("networks", {})}
    assert edge == {"proxy", "idp"}


def test_the_gateway_forwards_no_packets() -> None:
    """It stands on every session network: it must never route between them."""
    assert SERVICES["gateway"]["sysctls"] == {"net.ipv4.ip_forward": 0}
