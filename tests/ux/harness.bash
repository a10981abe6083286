# What the checks are written with: a program on a terminal of its own, keys, and looks at the screen.
#
# A look polls until it sees what it waits for, and ends the check when it does not come; only `rests` waits by the clock.

# Longest wait for something to appear, in tenths of a second. Loaded machines are slow; no check waits that long when
# all is well.
PATIENCE=300

work=$(mktemp -d)
# The sockets too.
export TMUX_TMPDIR=$work
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# In a folder of its own, nothing of the person's own is read or written, and nothing of their terminal counts.
seclude() {
  export HOME=$1/home XDG_CONFIG_HOME=$1/config XDG_STATE_HOME=$1/state
  unset NO_COLOR CLICOLOR CLICOLOR_FORCE COLORTERM TMUX VISUAL EDITOR PAGER ASOF_PAGER
  export USER=ana ASOF_AUTHOR=ana LC_ALL=C.UTF-8 SHELL=/bin/sh
  mkdir -p "$HOME" "$XDG_CONFIG_HOME" "$XDG_STATE_HOME"
}

build() {
  if [[ -z ${ASOF:-} || -z ${UX_FIXTURE:-} ]]; then
    cargo build --quiet --locked --all-features --profile test --bin asof --example ux-fixture || exit 1
    local built=${CARGO_TARGET_DIR:-target}/debug
    ASOF=${ASOF:-$(realpath "$built/asof")} UX_FIXTURE=${UX_FIXTURE:-$(realpath "$built/examples/ux-fixture")}
  fi
  mkdir "$work/bin"
  ln -s "$ASOF" "$work/bin/asof"
  export PATH=$work/bin:$PATH
  "$UX_FIXTURE" "$work/shop.asof" || exit 1
}

# One check at one size, in a shell and a folder of its own; says what came of it.
run_check() {
  local number=$1 size=$2 name=$3 from=$SECONDS own=$work/$1-$2
  cols=${size%x*} rows=${size#*x} socket=asof-ux-$$-$number-$size starts=0
  mkdir -p "$own/check"
  if (trap clean EXIT && seclude "$own" && cd "$own/check" && "check_$number") > "$own/out" 2>&1; then
    echo "ok   $number at $size: $name ($((SECONDS - from)) s)"
  else
    cat "$own/out"
    echo "FAIL $number at $size: $name"
    return 1
  fi
}

# Ends what a check has started.
clean() {
  local job
  for job in $(jobs -p); do kill -9 "$job"; wait "$job"; done 2>/dev/null
  T kill-server 2>/dev/null
}

# A socket for every start: a server that was just ended may still be on the one before.
T() { tmux -u -L "$socket-$starts" -f /dev/null "$@"; }

# Starts a shell command on a terminal of the check's size; the terminal stays when it has ended.
up() {
  T kill-server 2>/dev/null
  starts=$((starts + 1))
  T new-session -d -x "$cols" -y "$rows" "sh -c '$*; echo rc=\$?; exec cat'"
  T set -s set-clipboard on
}

# A recording of one's own, and the screen on it.
up_shop() {
  cp -r "$work/shop.asof" shop.asof
  up "asof open shop.asof $*"
  see '#60,200/60,200'
  see '60,200 versions read'
}

# Named keys, one by one; text as it is; a command by name.
k() { local key; for key in "$@"; do T send-keys -t 0 "$key"; sleep .03; done; }
t() { T send-keys -t 0 -l "$1"; }
cmd() { k :; see '[─-] Command [─-]'; t "$1"; k Enter; }

screen() { T capture-pane -p -t 0; }

# Something that a regular expression finds on one line of the screen.
see() { until_true "seen: $1" on_screen "$1"; }
# All of them on one and the same screen.
together() { until_true "seen together: $*" all_on_screen "$@"; }
# What is there goes away.
gone() { until_true "gone: $1" not_on_screen "$1"; }

on_screen() { screen | grep -qE -- "$1"; }
not_on_screen() { ! on_screen "$1"; }
all_on_screen() {
  local shown part
  shown=$(screen)
  for part in "$@"; do grep -qE -- "$part" <<<"$shown" || return 1; done
}

until_true() {
  local what=$1 tries
  shift
  for ((tries = 0; tries < PATIENCE; tries++)); do
    "$@" && return
    sleep .1
  done
  fail "not $what"
}

# Holds now, and does not have to be waited for.
holds() { "$@" || fail "not so: $*"; }

# The screen stays as it is for so many seconds; what must not happen has had its time.
rests() {
  local before
  before=$(screen)
  sleep "$1"
  [[ $(screen) == "$before" ]] || fail "the screen changed"
}

fail() {
  echo "---- $1; the screen:"
  screen
  echo "----"
  exit 1
}
