#!/usr/bin/env bash
# Have a Docker engine that answers, and Docker Compose: install and start what is missing.
source "$(dirname "$0")/lib.sh"

answers() { docker version >/dev/null 2>&1; }
has_compose() { docker compose version >/dev/null 2>&1 || docker-compose version >/dev/null 2>&1; }

packages=()
command -v dockerd >/dev/null || answers || packages+=(docker.io iptables)
has_compose || packages+=(docker-compose)
command -v debootstrap >/dev/null || docker image inspect debian:bookworm-slim >/dev/null 2>&1 || packages+=(debootstrap debian-archive-keyring)
command -v npm >/dev/null || packages+=(npm)
if [ ${#packages[@]} -gt 0 ]; then
  [ "$(id -u)" -eq 0 ] || die "Docker is not ready: ${packages[*]} missing" "run this as root, or: apt-get install ${packages[*]}"
  step "Debian packages: ${packages[*]}" env DEBIAN_FRONTEND=noninteractive sh -c \
    "apt-get update -q && apt-get install -q -y --no-install-recommends ${packages[*]}"
fi
answers && exit 0

start() {
  if [ -d /run/systemd/system ]; then
    systemctl start docker
  else
    # Without systemd the engine is started by hand and outlives this script.
    setsid dockerd >>"$ECLUSE_LOGS/dockerd.log" 2>&1 </dev/null &
  fi
  for _ in $(seq 60); do
    answers && return 0
    sleep 0.5
  done
  tail -n 20 "$ECLUSE_LOGS/dockerd.log" 2>/dev/null
  return 1
}
[ "$(id -u)" -eq 0 ] || die "no Docker engine answers" "start it (as root: systemctl start docker), or run this as root"
step "Docker engine" start || die "the Docker engine does not start" \
  "its log: $ECLUSE_LOGS/dockerd.log, or journalctl -u docker" \
  "inside a container, Docker needs the privileges of its host: use a virtual machine"
