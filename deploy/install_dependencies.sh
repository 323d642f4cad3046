#!/usr/bin/env bash
# Installs everything that building and testing Tarn needs: Debian packages, and DuckDB from npm into .deps/duckdb.
# Does nothing, in a fraction of a second, when nothing is missing.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(
  cmake ninja-build g++ ccache mold git
  libcpprest-dev libboost-dev libboost-system-dev
  nlohmann-json3-dev libyaml-cpp-dev libpugixml-dev zlib1g-dev libzstd-dev libbz2-dev
  libcurl4-openssl-dev libssl-dev ca-certificates
  libsqlite3-dev
  libspdlog-dev prometheus-cpp-dev
  libprotobuf-dev protobuf-compiler
  libflatbuffers-dev flatbuffers-compiler
  libhowardhinnant-date-dev tzdata
  libpcre2-dev
)
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev wrk python3 curl iproute2)

# S3 clients that people use: tests run them against the S3 door, and are skipped where they are missing.
client_packages=(awscli python3-boto3 python3-venv s3cmd rclone)

usage() {
  cat <<USAGE
Usage: deploy/install_dependencies.sh [--test-clients]

Installs what building and testing Tarn needs and is not there yet:
  Debian packages  ${build_packages[*]}
                   ${test_packages[*]}
  DuckDB           from npm, as pinned by deploy/duckdb/package-lock.json, into .deps/duckdb,
                   unless the system has one; npm comes from Debian unless there is one already

With --test-clients it installs only what tests of the S3 door run, which nothing else needs:
  Debian packages  ${client_packages[*]}

Run it as root or as a user who may use sudo. It asks nothing.
USAGE
}

say() { printf 'install: %s\n' "$*"; }
fail() {
  printf 'install: %s\n' "$*" >&2
  exit 1
}

# retry COMMAND...: tries three times, for downloads.
retry() {
  local attempt
  for attempt in 1 2 3; do
    if "$@"; then return 0; fi
    if ((attempt < 3)); then
      say "failed: $* (attempt $attempt of 3), trying again"
      sleep $((attempt * 3))
    fi
  done
  return 1
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "root is needed and there is no sudo. Run as root: $*"
  fi
}

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

install_packages() {
  local package missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then return 0; fi

  say "installing Debian packages: ${missing[*]}"
  # A broken list of a foreign repository must not stop us: whether the packages can be had shows below.
  retry as_root apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 update ||
    say "apt-get update failed; going on with the package lists at hand"
  retry as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
    install --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install: ${missing[*]}"
}

has_system_duckdb() {
  local header
  for header in /usr/include/duckdb.h /usr/local/include/duckdb.h; do
    if [[ -e $header ]] && ldconfig -p | grep -q 'libduckdb\.so'; then return 0; fi
  done
  return 1
}

# The npm package is chosen by npm itself from the machine's architecture.
check_architecture() {
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) fail "there is no prebuilt DuckDB for $(uname -m): install a system DuckDB (duckdb.h and libduckdb.so)" ;;
  esac
}

install_duckdb() {
  local target=$root/.deps/duckdb stamp work library
  stamp=$(sha256sum "$root/deploy/duckdb/package-lock.json" | cut -d' ' -f1)
  if [[ -f $target/stamp && $(<"$target/stamp") == "$stamp" && -f $target/lib/libduckdb.so && -f $target/include/duckdb.h ]]; then
    return 0
  fi
  if has_system_duckdb; then return 0; fi

  check_architecture
  if ! command -v npm >/dev/null || ! command -v node >/dev/null; then install_packages nodejs npm; fi
  say "fetching DuckDB from npm into .deps/duckdb"
  mkdir -p "$root/.deps"
  work=$(mktemp -d "$root/.deps/npm.XXXXXX")
  # shellcheck disable=SC2064  # expanded now: `work` is gone when the trap runs
  trap "rm -rf '$work'" EXIT
  cp "$root/deploy/duckdb/package.json" "$root/deploy/duckdb/package-lock.json" "$work/"
  (cd "$work" && retry npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=5) ||
    fail "npm could not fetch DuckDB (deploy/duckdb/package-lock.json)"

  library=$(find "$work/node_modules/@duckdb" -name libduckdb.so -print -quit)
  [[ -n $library ]] || fail "the npm packages hold no libduckdb.so for $(uname -m)"
  mkdir -p "$work/duckdb/lib" "$work/duckdb/include"
  cp "$library" "$work/duckdb/lib/"
  cp "$work/node_modules/duckdb/src/duckdb/src/include/duckdb.h" "$work/duckdb/include/"
  printf '%s\n' "$stamp" >"$work/duckdb/stamp"
  rm -rf "$target"
  mv "$work/duckdb" "$target"
  rm -rf "$work"
}

main() {
  case ${1-} in
    -h | --help) usage && exit 0 ;;
    --test-clients) install_packages "${client_packages[@]}" && exit 0 ;;
    '') ;;
    *) usage >&2 && exit 2 ;;
  esac
  command -v dpkg-query >/dev/null || fail "this script knows Debian and Ubuntu only; --help lists what is needed"
  install_packages "${build_packages[@]}" "${test_packages[@]}"
  install_duckdb
  say "everything is in place"
}

main "$@"
