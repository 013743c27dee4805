#!/usr/bin/env bash
# Times Kouyin beside the PyTorch yardstick, turn by turn under the same settings, and prints Kouyin's share:
#   docs/bench.sh PATH/TO/bench.py infer --threads 2 --steps 3
#   docs/bench.sh PATH/TO/bench.py train --batch 16 --threads 2
# All but the first argument go to both. ROUNDS=3 says how often both take a turn; PYTHON=python3 runs the yardstick.
# The least of all turns counts, of the clock's seconds and of the processor's: what else ran on the machine only adds.
# PyTorch 1.13 has no bfloat16 there, so Kouyin's bfloat16 is measured beside the yardstick's float32 as well.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
yardstick=${1:?give the path of the yardstick\'s bench.py}
shift
source "$home/scripts/setup.sh"
tune

value() { sed -nE "s/.*\"$1\": ?([0-9.]+).*/\1/p"; }
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT

# turn NAME COMMAND...: one line of clock, processor and memory.
turn() {
    local name=$1 json
    shift
    json=$("$@" | tail -n 1)
    printf '%s\n' "$json" >&2
    printf '%s %s %s %s\n' "$name" "$(value wall_s_min <<<"${json/step_s_min/wall_s_min}")" \
        "$(value cpu_s_median <<<"$json")" "$(value peak_rss_mb <<<"$json")" >>"$rows"
}

for ((round = 0; round < ${ROUNDS:-3}; round++)); do
    turn yardstick "${PYTHON:-python3}" "$yardstick" "$@"
    turn kouyin "$home/kouyin" bench "$@"
    turn kouyin-bf16 "$home/kouyin" bench "$@" --bf16
done

awk '
    !($1 in wall) { order[++n] = $1; wall[$1] = $2; processor[$1] = $3 }
    $2 < wall[$1] { wall[$1] = $2 }
    $3 < processor[$1] { processor[$1] = $3 }
    $4 > memory[$1] { memory[$1] = $4 }
    END {
        printf "%-12s %10s %8s %12s %8s %10s\n", "", "seconds", "share", "processor s", "share", "peak MB"
        for (k = 1; k <= n; k++) {
            name = order[k]
            printf "%-12s %10.3f %8.2f %12.3f %8.2f %10.0f\n", name, wall[name], wall[name] / wall["yardstick"],
                processor[name], processor[name] / processor["yardstick"], memory[name]
        }
    }' "$rows"
