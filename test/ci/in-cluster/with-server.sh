#!/usr/bin/env bash
# Runs a command where the names of a cluster lead to our server: a network of its own, a hosts file of its own, and a
# server on the port that the page's examples use: one that stands alone, or with KFP_TS_KUBEFLOW=DIRECTORY a Kubeflow in a
# box that keeps its data there.
# usage: unshare -rnm with-server.sh PORT HOSTS-FILE COMMAND [ARG ...]
set -euo pipefail
port=$1 hosts=$2
shift 2
root=$(cd "$(dirname "$0")/../../.." && pwd)

ip link set lo up
mount --bind "$hosts" /etc/hosts

if [ -n "${KFP_TS_KUBEFLOW:-}" ]; then options=(--kubeflow --data "$KFP_TS_KUBEFLOW"); else options=(--in-memory); fi
node "$root/packages/cli/dist/kfp-ts.js" serve "${options[@]}" --port "$port" >&2 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" || true' EXIT

for _ in $(seq 150); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    "$@"
    exit
  fi
  sleep 0.1
done
echo "the server did not answer on port $port" >&2
exit 1
