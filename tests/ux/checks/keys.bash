# Keys, help and commands.

check_14() {
  up_shop
  k :
  see '┌─ Command'
  t roll
  see 'rollback'
  k Tab
  see 'rollback +\[?TARGET\]?.* R '
  k Escape
  gone '┌─ Command'
  cmd rollbcak
  see 'no such command: rollbcak; nearest: rollback'
  k Escape
  holds not_on_screen 'Nothing is deleted'
}

check_13() {
  mkdir -p "$XDG_CONFIG_HOME/asof"
  echo 'rollback = "ctrl+g"' >"$XDG_CONFIG_HOME/asof/keys.toml"
  up_shop
  k '?'
  see '┌─ Keys for '
  t roll
  see 'ctrl\+g .* rollback '
  holds not_on_screen '[ │]R +make a past state'
  k Escape
  gone '┌─ Keys for '
  k ']'
  see '┌─ \] next'
  k Escape
  gone '┌─ \] next'
  see '#60,200/60,200'
}
