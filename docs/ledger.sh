#!/usr/bin/env bash
# Everything behind docs/results.md, from nothing, about three hours on two cores:
#   docs/ledger.sh FOLDER [STEPS]
# What is there already is not made again, so that a stopped one goes on.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
folder=${1:?give a folder} steps=${2:-400}
kouyin() { "$home/kouyin" "$@"; }

corpora() {
    local rule
    [[ -e $folder/factorial ]] || kouyin corpus factorial --out "$folder/factorial"
    [[ -e $folder/words ]] || kouyin corpus factorial --out "$folder/words" --sentences "$home/docs/ledger-words.tsv" \
        --test-every 20 --seed 5
    for rule in keep drop; do
        prepared "$rule" "$folder/factorial/diagonal" --silence $rule --keep-audio
        prepared "truth-$rule" "$folder/factorial/off-diagonal/list.txt" --silence $rule --keep-audio
    done
    prepared words22 "$folder/words/diagonal" --silence keep
    prepared both22 "$folder/words/diagonal" "$folder/factorial/diagonal" --silence keep
}

prepared() { [[ -e $folder/$1/prepared.json ]] || kouyin prepare "${@:2}" --out "$folder/$1"; }

# trained NAME STEPS LAYER BLANKS FROM OPTION...    FROM: the weights that it starts with, empty for none
trained() {
    [[ -e $folder/$1/done ]] && return
    local begin=(--from "$5")
    [[ -n $5 ]] || begin=()
    [[ ! -e $folder/$1/checkpoint.safetensors ]] || begin=(--resume)
    kouyin train ledger --out "$folder/$1" --threads 1 "${begin[@]}" --set steps="$2" --set model.encoder.layer="$3" \
        --set model.blanks="$4" --set model.encoder.dropout=0 --set batch_utterances=64 --set batch_frames=3600 \
        --set warmup_steps=100 --set save_every=200 "${@:6}"
    touch "$folder/$1/done"
}

# start LAYER BLANKS: a voice of all twelve speakers, each in his own accent, that knows where symbols lie
start() {
    local sentences=1000
    [[ $2 == true ]] || sentences=1500      # it learns more slowly without blanks
    trained "words-$1-$2" 600 "$1" "$2" "" --data "$folder/words22"
    trained "start-$1-$2" $sentences "$1" "$2" "$folder/words-$1-$2/voice.safetensors" \
        --data "$folder/both22" --set learning_rate=1.5e-3
}

# runs SEED
runs() {
    ledger "$1" conformer true accent aug-e0{4-conformer,6-gst,7-gstloss,8-cln-gst,9-cln-grl} aug-e10-grl-pre \
        aug-e11-grl-large aug-e12-focal aug-e12b-wide-balanced aug-e13-buckets aug-e14-a3-base aug-e15-sg-tune \
        aug-e16-nospk blank-b1{,-wide}
    ledger "$1" conformer false blank-b2
    ledger "$1" transformer true aug-e03-blank zh-blank zh-framework zh-grl0 zh-gst-lr1e5 zh-gst-noam zh-gst0 \
        zh-gstloss-grl
    ledger "$1" transformer false aug-e01-sg aug-e02-noblank
}

# ledger SEED LAYER BLANKS RECIPE...
ledger() {
    kouyin ledger "${@:4}" --seed "$1" --set steps="$steps" --from "$folder/start-$2-$3/voice.safetensors" --threads 1 \
        --data "$folder/keep" "$folder/drop" --truth "$folder/truth-keep" "$folder/truth-drop" --out "$folder/runs"
}

# at_once COMMAND FIRST SECOND [ARGUMENT]: the command with each of the two, on a core each. A plain `wait` would pass
# over one that fails.
at_once() {
    local one two
    "$1" "$2" "${@:4}" & one=$!
    "$1" "$3" "${@:4}" & two=$!
    wait "$one"
    wait "$two"
}

corpora
at_once start conformer transformer true
at_once start conformer transformer false
at_once runs 1 2
kouyin compare "$folder"/runs/seed-*/* --against aug-e08-cln-gst-ledger --out "$folder/results.html" \
    --table "$folder/results.md"
