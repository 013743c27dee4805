#!/usr/bin/env bash
# Steps a second of one process on one core and of two on two, of the same recipe and the same batches:
#   docs/bench-processes.sh RECIPE DATA [OPTION...]    options go to `kouyin train`
# STEPS=30 says how many steps each does. The first third is not counted.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
recipe=${1:?give a recipe} data=${2:?give prepared data} steps=${STEPS:-30}
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
program=${KOUYIN:-$home/kouyin}

# seconds PROCESSES STEPS: how long so many steps take, start and end included
seconds() {
    local start
    start=$(date +%s.%N)
    "$program" train "$recipe" --data "$data" --out "$folder/$1-$2" --threads 1 --nproc "$1" \
        --set accumulate=2 --set steps="$2" --set warmup_steps=0 "${options[@]}" >/dev/null
    awk "BEGIN { print $(date +%s.%N) - $start }"
}

options=("$@")
for processes in 1 2 1 2; do
    short=$(seconds "$processes" $((steps / 3)))
    rm -rf "$folder"/*
    long=$(seconds "$processes" "$steps")
    rm -rf "$folder"/*
    rate=$(awk "BEGIN { print ($steps - int($steps / 3)) / ($long - $short) }")
    printf '%d process(es): %.3f steps/s\n' "$processes" "$rate"
    rates[processes]="${rates[processes]:-} $rate"
done
awk -v one="${rates[1]}" -v two="${rates[2]}" \
    'BEGIN { n = split(one, a, " "); split(two, b, " "); for (k = 1; k <= n; k++) { x += a[k]; y += b[k] }
             printf "two processes do %.2f times the work of one\n", y / x }'
