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

# timed NAME OPTION...: how long a training takes, in seconds
timed() {
    local start folder=$folder/$1
    shift
    start=$(date +%s.%N)
    (train --out "$folder" "$@") >&2
    awk "BEGIN { print $(date +%s.%N) - $start }"
}

begin=$(timed begin "$@" --set steps=1)
whole=$(timed whole "$@")

for ((kill = 1; kill <= ${KILLS:-20}; kill++)); do
    resume=()
    [[ ! -e $folder/killed/checkpoint.safetensors ]] || resume=(--resume)
    (train --out "$folder/killed" "${resume[@]}" "$@" >/dev/null 2>&1) &
    # After the start, and in all about as long as the whole: kills spread over all of it.
    sleep "$(awk "BEGIN { print 0.8 * $begin + $RANDOM / 32768 * ($whole - $begin) / 5 }")"
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
