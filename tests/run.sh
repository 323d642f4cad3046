#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests. Arguments go to ctest: tests/run.sh -L unit
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

jobs=$(nproc)
times=()

# timed NAME COMMAND...: runs it, notes how long it took, and ends the script with its status if it fails.
timed() {
  local name=$1 started=$SECONDS status=0
  shift
  printf '\n== %s\n' "$name"
  "$@" </dev/null || status=$?
  times+=("$(printf '%-10s %5d s' "$name" $((SECONDS - started)))")
  if ((status != 0)); then
    printf '\n== %s failed (status %d)\n' "$name" "$status" >&2
    exit "$status"
  fi
}

print_times() {
  if ((${#times[@]} > 0)); then printf '\n== time\n' && printf '%s\n' "${times[@]}"; fi
}
trap print_times EXIT

quiet=()
if [[ ! -t 1 ]]; then quiet=(-- --quiet); fi  # one line per compiled file is for terminals only

timed install deploy/install_dependencies.sh
# Tests that need these clients are skipped without them.
deploy/install_dependencies.sh --test-clients </dev/null ||
  printf '\n== the S3 clients cannot be installed: their tests will be SKIPPED\n' >&2
timed configure cmake --preset dev
timed build cmake --build build/dev -j "$jobs" "${quiet[@]}"
timed test ctest --test-dir build/dev --output-on-failure --no-tests=error -j "$jobs" "$@"
