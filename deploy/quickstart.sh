#!/usr/bin/env bash
# Takes a fresh checkout to a running pipeline: installs, builds, starts the four services, extracts a playlist, and
# prints the ten most popular songs out of SQL. See --help.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

home=${TARN_HOME:-$root/.tarn}
[[ $home == /* ]] || home=$root/$home
build=$root/build/release
started_at=${EPOCHREALTIME/./}

# In the order in which they start. The stand-in plays Spotify's part when there are no credentials.
services=(tarn-extract tarn-transform tarn-catalog tarn-query)
s3_port=8100  # of tarn-extract too
declare -A port=([tarn-extract]=8101 [tarn-transform]=8102 [tarn-catalog]=8103 [tarn-query]=8104 [spotify-stand-in]=8190)
declare -A binary=([spotify-stand-in]=$build/tests/support/spotify_stand_in/spotify-stand-in)
for service in "${services[@]}"; do binary[$service]=$build/services/${service#tarn-}/$service; done

usage() {
  cat <<USAGE
Usage: deploy/quickstart.sh [--stop]

Installs what is missing, builds, starts the four services of Tarn in the background, runs the Spotify pipeline and
prints the ten most popular songs. Running it again restarts the services and extracts anew into the same lake.

  --stop   stops what a former run started
  --help   prints this

Environment:
  SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET   ask Spotify itself; without them a local stand-in with synthetic songs
  SPOTIFY_PLAYLISTS                          ids of the playlists to extract from it, with commas between them
  TARN_HOME                                  the lake, the services' state, logs and pid files (default: .tarn)
USAGE
}

# step TEXT...: a line with the time since the start.
step() {
  local elapsed=$(((${EPOCHREALTIME/./} - started_at) / 100000))
  printf '[%4d.%d s] %s\n' $((elapsed / 10)) $((elapsed % 10)) "$*"
}

failing= # the service whose log explains a failure
fail() {
  printf '\nquickstart: %s\n' "$*" >&2
  exit 1
}

# --- processes -------------------------------------------------------------------------------------------------------

# pid_of SERVICE: the pid of the service that a run of this script started, if it still runs. A pid file may be older
# than the machine's last start, so the process must also be the right program.
pid_of() {
  local pid program
  pid=$(cat "$home/run/$1.pid" 2>/dev/null) || return 1
  program=$(readlink "/proc/$pid/exe" 2>/dev/null) || return 1
  [[ ${program% (deleted)} == "${binary[$1]}" ]] || return 1
  printf '%s\n' "$pid"
}

stop_service() {
  local pid attempt
  if pid=$(pid_of "$1"); then
    kill -TERM "$pid" 2>/dev/null || true
    for ((attempt = 0; attempt < 150; attempt++)); do
      pid_of "$1" >/dev/null || break
      sleep 0.1
    done
    if pid_of "$1" >/dev/null; then kill -KILL "$pid" 2>/dev/null || true; fi
    step "stopped $1 (pid $pid)"
  fi
  rm -f "$home/run/$1.pid"
}

# The reverse of the order in which they start: nobody is left calling somebody who is gone.
stop_all() {
  local service
  for service in tarn-query tarn-catalog tarn-transform tarn-extract spotify-stand-in; do stop_service "$service"; done
}

is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Names who holds a port, as far as the system tells us.
listener_on() {
  local who=
  if command -v ss >/dev/null; then
    who=$(ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:((\(.*\)))$/\1/p' | head -n 1)
  elif command -v lsof >/dev/null; then
    who=$(lsof -nP -iTCP:"$1" -sTCP:LISTEN -Fcp 2>/dev/null | tr '\n' ' ')
  fi
  printf '%s\n' "${who:-a program of another user}"
}

# Refuses to go on if somebody else holds a port that is needed.
check_ports() {
  local service taken=()
  for service in "${!port[@]}"; do
    if ! pid_of "$service" >/dev/null && is_listening "${port[$service]}"; then
      taken+=("  port ${port[$service]}, which $service needs, is taken by $(listener_on "${port[$service]}")")
    fi
  done
  if ! pid_of tarn-extract >/dev/null && is_listening "$s3_port"; then
    taken+=("  port $s3_port, which tarn-extract needs for S3, is taken by $(listener_on "$s3_port")")
  fi
  if ((${#taken[@]} > 0)); then
    printf '%s\n' "${taken[@]}" | sort >&2
    fail "stop what holds the port, then run this again"
  fi
}

declare -A started_pid=()

# start SERVICE [ARGUMENT...]: in a session of its own with all its output in a log, so that it outlives this script.
start() {
  local service=$1 log=$home/logs/$1.log
  shift
  printf '\n--- started %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$log"
  setsid nohup "${binary[$service]}" --port "${port[$service]}" "$@" </dev/null >>"$log" 2>&1 &
  started_pid[$service]=$!
  printf '%s\n' "$!" >"$home/run/$service.pid"
}

# await_ready SERVICE PATH: until it answers 200.
await_ready() {
  local attempt
  failing=$1
  for ((attempt = 0; attempt < 300; attempt++)); do
    kill -0 "${started_pid[$1]}" 2>/dev/null || fail "$1 ended while it started"
    if curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:${port[$1]}$2"; then
      failing=
      return 0
    fi
    sleep 0.1
  done
  fail "$1 is not ready after 30 s"
}

# Whatever goes wrong after the first service started: say why, and leave nothing half started behind.
clean_up() {
  local status=$?
  if ((status == 0)); then return; fi
  if [[ -n $failing && -f $home/logs/$failing.log ]]; then
    printf '\n--- the end of %s\n' "$home/logs/$failing.log" >&2
    tac "$home/logs/$failing.log" | sed '/^--- started/q' | tac | tail -n 20 >&2  # of its last start
  fi
  stop_all >&2
}

# --- steps -----------------------------------------------------------------------------------------------------------

install_and_build() {
  step 'installing what is missing'
  deploy/install_dependencies.sh
  step 'building (the first time this takes some minutes)'
  cmake --preset release >"$home/logs/build.log" 2>&1 || show_build_log
  cmake --build build/release -j "$(nproc)" --target "${services[@]}" spotify-stand-in -- --quiet \
    >>"$home/logs/build.log" 2>&1 || show_build_log
}

show_build_log() {
  tail -n 40 "$home/logs/build.log" >&2
  fail "the build failed; all of its output is in $home/logs/build.log"
}

# Points the source at Spotify, or at the stand-in if there are no credentials.
start_stand_in_if_needed() {
  local stand_in=http://127.0.0.1:${port[spotify-stand-in]}
  if [[ -n ${SPOTIFY_CLIENT_ID:-} && -n ${SPOTIFY_CLIENT_SECRET:-} ]]; then
    step 'asking Spotify itself, with SPOTIFY_CLIENT_ID'
    return
  fi
  start spotify-stand-in --data tests/support/spotify_stand_in/data
  await_ready spotify-stand-in /healthz
  export SPOTIFY_CLIENT_ID=stand-in SPOTIFY_CLIENT_SECRET=stand-in
  export SPOTIFY_API_URL=$stand_in/v1 SPOTIFY_TOKEN_URL=$stand_in/api/token
  SPOTIFY_PLAYLISTS=$(curl -sSf "$stand_in/control/playlists" |
    python3 -c 'import json, sys; print(",".join(json.load(sys.stdin)["items"]))')
  export SPOTIFY_PLAYLISTS
  step "started spotify-stand-in on port ${port[spotify-stand-in]}: synthetic songs, as there are no credentials"
}

start_services() {
  local service
  for service in "${services[@]}"; do start "$service" --home "$home" --pipelines deploy/pipelines --log-format text; done
  for service in "${services[@]}"; do
    await_ready "$service" /readyz
    step "started $service on port ${port[$service]}"
  done
}

print_farewell() {
  cat <<FAREWELL

The services go on running:
  extract    http://127.0.0.1:${port[tarn-extract]}/v1/runs
  S3         http://127.0.0.1:$s3_port (docs/s3.md)
  transform  http://127.0.0.1:${port[tarn-transform]}/v1/runs
  catalog    http://127.0.0.1:${port[tarn-catalog]}/v1/databases/spotify/tables
  query      curl --data-binary "SELECT * FROM spotify.songs LIMIT 3" http://127.0.0.1:${port[tarn-query]}/v1/sql
  files      $home/lake
  logs       $home/logs
Stop them with: deploy/quickstart.sh --stop
FAREWELL
}

main() {
  case ${1-} in
    -h | --help) usage && exit 0 ;;
    --stop) stop_all && exit 0 ;;
    '') ;;
    *) usage >&2 && exit 2 ;;
  esac
  mkdir -p "$home/logs" "$home/run"
  check_ports  # before the long build
  install_and_build
  stop_all
  check_ports
  trap clean_up EXIT
  trap 'exit 130' INT TERM
  start_stand_in_if_needed
  start_services
  python3 deploy/run_pipeline.py --query deploy/pipelines/spotify/queries/top_songs.sql --logs "$home/logs" \
    --since "${started_at:0:-6}.${started_at: -6}" || fail 'the pipeline did not get to its end'
  print_farewell
}

main "$@"
