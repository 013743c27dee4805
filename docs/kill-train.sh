#!/usr/bin/env bash
# Kills a training at random moments, goes on each time, and compares the end with that of an undisturbed one:
#   docs/kill-train.sh RECIPE DATA [OPTION...]     options go to `kouyin train`, for example --nproc 2 --set steps=400
# KILLS=20 says how often, SEED=37 decides when. Ends with code 1 if a bit of the weights differs. The recipe should save
# often (--set save_every=10), and the whole should take some minutes.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
recipe=${1:?give a recipe} data=${2:?give prepared data}
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
RANDOM=${SEED:-37}
program=${KOUYIN:-$home/kouyin}

train() { exec "$program" train "$recipe" --data "$data" "$@"; }

start=$(date +%s.%N)
(train --out "$folder/whole" "$@")
whole=$(awk "BEGIN { print $(date +%s.%N) - $start }")

for ((kill = 1; kill <= ${KILLS:-20}; kill++)); do
    resume=()
    [[ ! -e $folder/killed/checkpoint.safetensors ]] || resume=(--resume)
    (train --out "$folder/killed" "${resume[@]}" "$@" >/dev/null 2>&1) &
    # At least the time to start and to save once; in all about as long as the whole.
    sleep "$(awk "BEGIN { print 1.5 + $RANDOM / 32768 * $whole / 6 }")"
    workers=$(pgrep -P $! || true)      # of --nproc
    kill -9 $workers $! 2>/dev/null || { echo "kill $kill came too late: the run was done"; break; }
    wait $! 2>/dev/null || true
    saved=$(grep -ao 'Step..:[0-9]*,..Skipped' "$folder/killed/checkpoint.safetensors" 2>/dev/null | grep -o '[0-9]*' || true)
    echo "kill $kill: the last checkpoint is of step ${saved:-none}"
done
resume=()
[[ ! -e $folder/killed/checkpoint.safetensors ]] || resume=(--resume)
(train --out "$folder/killed" "${resume[@]}" "$@") | tail -1
for file in "$folder"/whole/*.safetensors; do
    cmp "$file" "$folder/killed/${file##*/}" || exit 1
done
echo "every bit is the same"
