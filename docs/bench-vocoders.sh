#!/usr/bin/env bash
# Times HiFi-GAN's V1 generator beside the one of the PyTorch yardstick, turn by turn under the same settings, and then
# Kouyin's own vocoder; all on one thread, the least of all turns:
#   docs/bench-vocoders.sh PATH/TO/audio_torch.py
# ROUNDS=3, FRAMES=300 and PYTHON=python3 can be set.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
yardstick=${1:?give the path of the yardstick\'s audio_torch.py}
source "$home/scripts/setup.sh"
tune
export OMP_NUM_THREADS=1
frames=${FRAMES:-300}
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT

value() { sed -nE "s/.*\"$1\": ?([0-9.]+).*/\1/p"; }

python_turn() {
    "${PYTHON:-python3}" - "$yardstick" "$frames" <<'PYTHON'
import importlib.util, sys, time, torch
spec = importlib.util.spec_from_file_location("yardstick", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
torch.set_num_threads(1)
model, mel, times = module.HifiGan().eval(), torch.randn(1, 80, int(sys.argv[2])), []
with torch.no_grad():
    for _ in range(4):
        wall, cpu = time.perf_counter(), time.process_time()
        model(mel)
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
print('{"wall_s_min": %.5f, "cpu_s_min": %.5f}' % tuple(min(column) for column in zip(*times[1:])))
PYTHON
}

turn() {
    local name=$1 json
    shift
    json=$("$@" | tail -n 1)
    printf '%s %s\n' "$name" "$json" >&2
    printf '%s %s %s\n' "$name" "$(value wall_s_min <<<"$json")" "$(value cpu_s_min <<<"$json")" >>"$rows"
}

for ((round = 0; round < ${ROUNDS:-3}; round++)); do
    turn yardstick-v1 python_turn
    turn hifi-gan-v1 "$home/kouyin" bench vocode --vocoder v1 --frames "$frames" --steps 3
    turn hifi-gan-v1-bf16 "$home/kouyin" bench vocode --vocoder v1 --frames "$frames" --steps 3 --bf16
    turn own "$home/kouyin" bench vocode --frames "$frames" --steps 10
done

awk -v seconds="$(awk "BEGIN { print $frames * 256 / 22050 }")" '
    !($1 in wall) { order[++n] = $1; wall[$1] = $2; processor[$1] = $3 }
    $2 < wall[$1] { wall[$1] = $2 }
    $3 < processor[$1] { processor[$1] = $3 }
    END {
        printf "%-18s %9s %8s %12s %8s %8s\n", "", "seconds", "share", "processor s", "share", "RTF"
        for (k = 1; k <= n; k++) {
            name = order[k]
            printf "%-18s %9.3f %8.2f %12.3f %8.2f %8.4f\n", name, wall[name], wall[name] / wall["yardstick-v1"],
                processor[name], processor[name] / processor["yardstick-v1"], wall[name] / seconds
        }
    }' "$rows"
