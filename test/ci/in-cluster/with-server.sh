#!/usr/bin/env bash
# Runs a command where the names of a cluster lead to our server: a network of its own, a hosts file of its own, and a
# server on the port that the page's examples use: one that stands alone, or with KFP_TS_KUBEFLOW=DIRECTORY a Kubeflow in a
# box that keeps its data there. With KFP_TS_GATEWAY=oauth2-proxy|authservice as well, its gateway has that port;
# KFP_TS_PROFILE=NAME is made a profile of the page's user.
# usage: unshare -rnm with-server.sh PORT HOSTS-FILE COMMAND [ARG ...]
set -euo pipefail
port=$1 hosts=$2
shift 2
root=$(cd "$(dirname "$0")/../../.." && pwd)

ip link set lo up
mount --bind "$hosts" /etc/hosts

if [ -z "${KFP_TS_KUBEFLOW:-}" ]; then
  options=(--in-memory --port "$port")
elif [ -z "${KFP_TS_GATEWAY:-}" ]; then
  options=(--kubeflow --data "$KFP_TS_KUBEFLOW" --gateway none --port "$port")
else
  options=(--kubeflow --data "$KFP_TS_KUBEFLOW" --gateway "$KFP_TS_GATEWAY" --gateway-port "$port" --port 0)
fi
node "$root/packages/cli/dist/kfp-ts.js" serve "${options[@]}" >&2 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" || true' EXIT

for _ in $(seq 150); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    if [ -n "${KFP_TS_PROFILE:-}" ]; then
      owner=(--owner user@example.com --data "$KFP_TS_KUBEFLOW")
      node "$root/packages/cli/dist/kfp-ts.js" profiles create "$KFP_TS_PROFILE" "${owner[@]}" >&2
      sleep 1 # the server looks every half second
    fi
    "$@"
    exit
  fi
  sleep 0.1
done
echo "the server did not answer on port $port" >&2
exit 1
