# Shared by tests/run and sql/quickstart: the packages, and one way to build.  To be sourced by bash
# from the project's root.

BUILD_PACKAGES=(meson ninja-build pkg-config gcc libc6-dev lemon libuv1-dev libsqlite3-dev
    libpcre2-dev libxxhash-dev libzstd-dev zlib1g-dev libjansson-dev libpq-dev python3
    ca-certificates netcat-openbsd tzdata)
TEST_PACKAGES=("${BUILD_PACKAGES[@]}" libcriterion-dev zstd postgresql-client git)

# Installs what is missing of the packages given; quiet, and nothing at all when nothing is.
install_packages() {
    local missing=() package as_root=()
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            missing+=("$package")
    done
    [[ ${#missing[@]} -eq 0 ]] && return 0
    if ! command -v apt-get >/dev/null; then
        echo "these Debian packages are missing, and there is no apt-get: ${missing[*]}" >&2
        return 1
    fi
    if [[ $(id -u) -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            echo "please install as root: apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "installing ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
            --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# build_into DIR LOG "TARGET..." MESON-OPTION...: sets DIR up (or anew, with the options) and builds
# the targets.  What the compiler said is in LOG; it is shown only when the build fails.
build_into() {
    local folder=$1 log=$2
    local -a targets
    read -ra targets <<<"$3"
    shift 3
    local again=()
    [[ -f $folder/build.ninja ]] && again=(--reconfigure)
    if ! { meson setup "$folder" "${again[@]}" "$@" && ninja -C "$folder" "${targets[@]}"; } >"$log" 2>&1; then
        echo "building into $folder failed:" >&2
        grep -E -A12 'error:|ERROR|FAILED:|undefined reference' "$log" | head -80 >&2 ||
            tail -40 "$log" >&2
        return 1
    fi
}
