#!/usr/bin/env bash
# Runs a command in a network of its own. 10.9.0.0/24 and fd09::/64 lead into a cable whose other end nobody reads:
# what is sent to 10.9.0.9, 10.9.0.53 and fd09::9 is dropped, as a firewall does.
# Environment: HOSTS and RESOLV, what stands in /etc/hosts and /etc/resolv.conf; SETUP, more commands.
# usage: unshare -rnm in-network.sh COMMAND [ARG ...]
set -euo pipefail
ip link set lo up
ip link add here type veth peer name nowhere
ip link set here up && ip link set nowhere up
ip addr add 10.9.0.1/24 dev here
ip -6 addr add fd09::1/64 dev here nodad
for address in 10.9.0.9 10.9.0.53 fd09::9; do
  ip neigh add "$address" lladdr 02:00:00:00:00:09 dev here
done
files=$(mktemp -d)
mount -t tmpfs tmpfs "$files"
printf '%s\n' "${HOSTS:-127.0.0.1 localhost}" >"$files/hosts"
printf '%s\n' "${RESOLV:-nameserver 10.9.0.53}" >"$files/resolv.conf"
mount --bind "$files/hosts" /etc/hosts
mount --bind "$files/resolv.conf" /etc/resolv.conf
eval "${SETUP:-}"
exec "$@"
