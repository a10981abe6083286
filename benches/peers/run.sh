#!/usr/bin/env bash
# Compares asof with JavaScript peers in one run: ours, each peer in a process of its own, ours again, then the table.
# Needs Node 20 or newer and npm. `./run.sh 5000` gives the peers fewer transitions than the 20,000 they get otherwise:
# some of them take milliseconds for each, and what a transition costs them does not fall with their number.
set -euo pipefail
cd "$(dirname "$0")"
steps=${1:-20000}
[ -d node_modules ] || npm install --no-audit --no-fund --silent
mkdir -p data
: > figures
ours() { cargo bench --quiet --features bench --bench bench -- --peers "$PWD/data" | sed "s/\"asof\"/\"$1\"/" | tee -a figures; }
ours asof-first
for entries in 10000 100000; do
  for peer in immer mutative redux-devtools fast-json-patch jsondiffpatch; do
    node --expose-gc --max-old-space-size=8192 peers.js "$peer" "$entries" "$steps" | tee -a figures
  done
done
ours asof-last
node table.js figures
