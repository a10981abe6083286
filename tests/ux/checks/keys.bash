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
  see 'no such command; nearest: rollback'
  k Escape
  holds not_on_screen 'Nothing is deleted'
}
