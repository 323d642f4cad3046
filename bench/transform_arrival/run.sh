#!/usr/bin/env bash
# Builds the services (preset release) and measures. Arguments go to measure.py, see its --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
deploy/install_dependencies.sh
cmake --preset release >/dev/null
cmake --build build/release --target tarn-extract tarn-transform
TARN_BIN_DIR=$PWD/build/release exec python3 bench/transform_arrival/measure.py "$@"
