#!/usr/bin/env bash
# Say what stands in the way before anything is done: rights, disk, ports.
source "$(dirname "$0")/lib.sh"

NEEDED_GIB=8

[ "$(id -u)" -eq 0 ] || die "this needs root: it installs Docker, and gives each service's state to a user of its own" "sudo make ${1:-demo}"
[ "$(uname -s)" = Linux ] || die "this needs Linux" "use a virtual machine with Debian 12"

existing=$ECLUSE_STATE
while [ ! -d "$existing" ]; do existing=$(dirname "$existing"); done
for place in "$ROOT" "$existing" "$(docker info --format '{{.DockerRootDir}}' 2>/dev/null || echo /var)"; do
  [ -d "$place" ] || place=/var
  free=$(($(df --output=avail -k "$place" | tail -n 1) / 1048576))
  # A machine that has it all already needs room for data only.
  docker image inspect ecluse/hub:1 >/dev/null 2>&1 && NEEDED_GIB=2
  [ "$free" -ge "$NEEDED_GIB" ] || die "only $free GiB free where $place is; $NEEDED_GIB GiB are needed" "free some space, or set ECLUSE_STATE to a folder on a larger disk"
done

# port NUMBER SETTING: refuse a port that somebody else listens on.
port() {
  local own who
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || return 0
  own=$(docker ps --quiet --filter "label=ecluse.instance=$ECLUSE_INSTANCE" --filter "publish=$1" 2>/dev/null || true)
  [ -z "$own" ] || return 0
  who=$(docker ps --filter "publish=$1" --format 'the container {{.Names}}' 2>/dev/null | head -n 1)
  [ -n "$who" ] || who=$(ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:((\("[^"]*"\),pid=\([0-9]*\).*/\1 (process \2)/p' | head -n 1)
  die "port $1 is taken by ${who:-another program}" "stop it, or choose another port: make ${3:-demo} $2=$(($1 + 10))"
}
port "$ECLUSE_PORT" ECLUSE_PORT "${1:-demo}"
port "$ECLUSE_IDP_PORT" ECLUSE_IDP_PORT "${1:-demo}"
