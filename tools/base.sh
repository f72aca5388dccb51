#!/usr/bin/env bash
# Have debian:bookworm-slim: keep it if it is there, pull it if a registry answers, else make it with debootstrap.
source "$(dirname "$0")/lib.sh"

image=debian:bookworm-slim
suite=bookworm

docker image inspect "$image" >/dev/null 2>&1 && exit 0
if timeout 60 docker pull --quiet "$image"; then exit 0; fi

[ "$(id -u)" -eq 0 ] || die "making the base image needs root" "run it as root, or put $image into Docker yourself"
command -v debootstrap >/dev/null || die "debootstrap is missing" "apt-get install debootstrap"

# The mirror is the one this machine's own apt uses.
# shellcheck disable=SC2016 # $(SITE) is apt's own notation
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' "Codename: $suite" 2>/dev/null | head -n 1)
root=$(mktemp -d "$BUILD/debootstrap.XXXXXX")
trap 'rm -rf "$root"' EXIT
# Without its keyring debootstrap would warn and go on unverified.
debootstrap --force-check-gpg --variant=minbase "$suite" "$root" ${mirror:+"$mirror"}

# What a container never reads, and what would differ from one machine to the next.
find "$root/usr/share/doc" -type f ! -name copyright -delete
rm -rf "$root"/usr/share/{man,info,groff,lintian}/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb \
  "$root"/var/lib/apt/lists/* "$root"/var/log/*.log "$root"/var/cache/debconf/*-old "$root"/var/lib/dpkg/*-old
find "$root/usr/share/locale" -mindepth 1 -maxdepth 1 -type d ! -name fr ! -name en -exec rm -rf {} +
cat >"$root/etc/dpkg/dpkg.cfg.d/slim" <<'SLIM'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
SLIM
printf 'APT::Install-Recommends "false";\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n' >"$root/etc/apt/apt.conf.d/slim"
tar --create --numeric-owner --directory "$root" . |
  docker import --change 'CMD ["bash"]' --change 'LABEL ecluse.image=debian' - "$image"
