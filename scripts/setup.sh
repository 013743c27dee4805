# Sourced by ./kouyin and ./test: installs what a fresh Debian machine lacks and builds the native library.
# Needs $home, the repository's root. Every step says what it does on standard error and logs to $log.

built=$home/artifacts/kouyin        # what ./kouyin runs, and the marks of what it was built from
log=$built/setup.log

say() { printf 'kouyin: %s\n' "$*" >&2; }

fail() {
    printf 'error: %s\n  where: %s\n  fix:   %s\n' "$1" "$2" "$3" >&2
    exit 2
}

# step TITLE COMMAND...: runs it with its output in the log; on a terminal the seconds tick.
step() {
    local title=$1 start=$SECONDS ticker='' code=0
    shift
    if [[ -t 2 ]]; then
        (while sleep 1; do printf '\rkouyin: %s … %d s ' "$title" $((SECONDS - start)) >&2; done) &
        ticker=$!
    else
        say "$title …"
    fi
    printf '\n=== %s\n' "$*" >>"$log"
    "$@" >>"$log" 2>&1 9>&- || code=$?
    [[ -z $ticker ]] || { kill "$ticker"; wait "$ticker" 2>/dev/null || true; printf '\r\e[K' >&2; }
    if ((code)); then
        sed -n 'H; /^=== /h; ${x; p}' "$log" | tail -n 25 >&2
        fail "$title failed with exit code $code" "$log" "see its last lines above; then run the same command again"
    fi
    say "$title: $((SECONDS - start)) s"
}

# The packages that are missing, judged by the files that are used: a libtorch of your own needs no package.
missing_packages() {
    have() { compgen -G "$1" >/dev/null; }
    [[ -n ${LIBTORCH:-} ]] || have '/usr/include/ATen/core/dispatch/Dispatcher.h' || echo libtorch-dev
    [[ -n ${LIBTORCH:-} ]] || have '/usr/lib/*/openblas-pthread/libopenblas.so.0' || echo libopenblas0-pthread
    [[ -n ${LIBTORCH:-} ]] || have '/usr/include/gloo/context.h' || echo libgloo-dev
    have '/usr/lib/*/libsndfile.so.1' || echo libsndfile1
    have '/usr/lib/*/libsoxr.so.0' || echo libsoxr0
    command -v espeak-ng >/dev/null || echo espeak-ng
    command -v cmake >/dev/null || echo cmake
    command -v g++ >/dev/null || echo g++
    command -v make >/dev/null || echo make
}

install_packages() {
    local packages as_root=()
    mapfile -t packages < <(missing_packages)
    ((${#packages[@]})) || return 0
    local command="apt-get install -y --no-install-recommends ${packages[*]}"
    command -v apt-get >/dev/null || fail "these are missing, and there is no apt-get to install them: ${packages[*]}" \
        "this machine" "install them by their names on your system (or set LIBTORCH to a libtorch of your own)"
    if ((EUID != 0)); then
        as_root=(sudo)
        command -v sudo >/dev/null && { [[ -t 0 ]] && sudo -v || sudo -n true 2>/dev/null; } ||
            fail "these packages are missing: ${packages[*]}" "this machine" "as root: apt-get update && $command"
    fi
    step "listing packages" "${as_root[@]}" apt-get update
    step "installing ${packages[*]} (once)" \
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $command
}

need_dotnet() {
    # Nothing here depends on a culture, so the SDK need not have libicu.
    export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
    local said install="https://learn.microsoft.com/dotnet/core/install/linux-debian (package dotnet-sdk-10.0)"
    command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing" "dotnet" "install it: $install"
    said=$(cd "$home" && dotnet --version 2>&1) ||
        fail "the .NET 10 SDK is missing or does not run: ${said%%$'\n'*}" "$(command -v dotnet)" "install it: $install"
}

# Whether anything of the second and later paths is newer than the first. A folder is newer when a file in it went.
changed_since() {
    local mark=$1
    shift
    [[ ! -e $mark || -n $(find "$@" -newer "$mark" -print -quit) ]]
}

native_mark() { printf '%s' "$home, LIBTORCH=${LIBTORCH:-}"; }   # a build remembers where it lies

native_is_current() {
    local shim=$home/native/build/libkouyin_torch.so mark=$home/native/build/made-for torch
    [[ -e $shim && -e $mark && $(<"$mark") == "$(native_mark)" ]] || return 1
    for torch in "${LIBTORCH:-}"/lib/libtorch_cpu.so /usr/lib/*/libtorch_cpu.so; do
        if [[ -e $torch ]]; then
            [[ ! $torch -nt $shim ]] || return 1
            break
        fi
    done
    ! changed_since "$mark" "$home"/native/*.*
}

build_native() {
    native_is_current && return 0
    local folder=$home/native/build
    [[ -e $folder/made-for && $(<"$folder/made-for") == "$(native_mark)" ]] || rm -rf "$folder"
    mkdir -p "$folder"
    native_mark >"$folder/made-for.new"
    step "configuring the native library" cmake -S "$home/native" -B "$folder" -DCMAKE_BUILD_TYPE=Release
    step "building the native library" cmake --build "$folder" --parallel
    touch -r "$folder/made-for.new" "$folder/libkouyin_torch.so"
    mv "$folder/made-for.new" "$folder/made-for"
}

# What libtorch, its BLAS and the allocator read when they start; whatever is set already stays.
tune() {
    local cores siblings
    cores=$(nproc)
    siblings=$(sort -u /sys/devices/system/cpu/cpu[0-9]*/topology/thread_siblings_list 2>/dev/null | wc -l)
    ((siblings == 0 || siblings >= cores)) || cores=$siblings
    # Threads that wait may not spin for long: on a busy machine that makes a step three times slower. Nor may they sleep
    # at once: then the next operator waits until they wake, a tenth of a step.
    export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$cores} OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
    export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-30000}
    export OPENBLAS_NUM_THREADS=${OPENBLAS_NUM_THREADS:-1}
    # Debian's builds do not use AVX-512 by themselves: up to twice the speed.
    if [[ $(grep -m1 '^flags' /proc/cpuinfo) == *avx512bw* ]]; then
        export ATEN_CPU_CAPABILITY=${ATEN_CPU_CAPABILITY:-avx512} OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE:-SkylakeX}
    fi
    # glibc gives big blocks back to the system and faults them in again: half of a training step.
    export MALLOC_MMAP_MAX_=${MALLOC_MMAP_MAX_:-0} MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-16000000000}
    export MALLOC_TOP_PAD_=${MALLOC_TOP_PAD_:-268435456}
}
