#!/usr/bin/env bash
# How many times the work of one process on one core two do on two, on the same recipe and the same batches:
#   docs/bench-processes.sh RECIPE DATA [OPTION...]    options go to `kouyin train`
# They take turns, ROUNDS times (3); each time the first two of STEPS steps (10) are not counted. What is compared are
# medians over all steps, which a moment of other work on the machine does not move.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
recipe=${1:?give a recipe} data=${2:?give prepared data} steps=${STEPS:-10} rounds=${ROUNDS:-3}
options=("${@:3}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
program=${KOUYIN:-$home/kouyin}

# rates PROCESSES: steps a second, a line for each step
rates() {
    rm -rf "$folder/run"
    "$program" train "$recipe" --data "$data" --out "$folder/run" --threads 1 --nproc "$1" --set accumulate=2 \
        --set steps="$steps" --set warmup_steps=0 --set log_every=1 "${options[@]}" >/dev/null
    sed -nE 's/.*"kind":"train".*"steps_per_second":([0-9.]+).*/\1/p' "$folder/run/log.jsonl" | tail -n +3
}

median() { sort -g "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

for ((round = 0; round < rounds; round++)); do
    for processes in 1 2; do
        rates $processes >>"$folder/$processes"
    done
done
one=$(median "$folder/1") two=$(median "$folder/2")
printf '1 process: %.3f steps/s; 2 processes: %.3f steps/s (medians of %d steps)\n' \
    "$one" "$two" "$(wc -l <"$folder/1")"
awk "BEGIN { printf \"two processes do %.2f times the work of one\n\", $two / $one }"
