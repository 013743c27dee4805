#!/usr/bin/env bash
# Kills a preparation ten times at random moments, lets it finish, and compares the result with that of an undisturbed one:
#   docs/kill-prepare.sh CORPUS [OPTION...]        options go to `kouyin prepare`
# KILLS=10 says how often, SEED=37 decides when. Ends with code 1 if a byte differs or a finished shard was done again.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
corpus=${1:?give a corpus of some minutes\' work}
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
RANDOM=${SEED:-37}

shards() { grep -c '^[0-9]' "$folder/killed.partial/shards.tsv" 2>/dev/null || true; }

start=$SECONDS
"$home/kouyin" prepare "$corpus" --out "$folder/whole" "$@"
whole=$((SECONDS - start))

before=0
for ((kill = 1; kill <= ${KILLS:-10}; kill++)); do
    # Without exec, what is killed would be a shell that waits for the program.
    (exec "$home/kouyin" prepare "$corpus" --out "$folder/killed" "$@" >/dev/null 2>&1) &
    # A moment within a fifth of the whole, so that ten kills spread over all of it.
    sleep "$(awk "BEGIN { print 1 + $RANDOM / 32768 * $whole / 5 }")"
    kill -9 $! 2>/dev/null || { echo "kill $kill came too late: the work was done"; break; }
    wait $! 2>/dev/null || true
    done_shards=$(shards)
    printf 'kill %d: %d shards are done\n' "$kill" "$((${done_shards:-0} > 0 ? done_shards - 1 : 0))"
    ((${done_shards:-0} >= before)) || { echo "shards that were done are gone"; exit 1; }
    before=${done_shards:-0}
done
"$home/kouyin" prepare "$corpus" --out "$folder/killed" "$@" >/dev/null
cmp_code=0
diff -r "$folder/whole" "$folder/killed" || cmp_code=1
((cmp_code == 0)) && echo "every byte is the same"
exit $cmp_code
