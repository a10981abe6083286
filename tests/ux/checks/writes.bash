# What is written: snapshots, rollback, undo, promotion; and where nothing may be.

check_9() {
  up_shop
  cmd 'goto 48211'
  see '#48,211/'
  k R
  see 'Nothing is deleted'
  k Enter R
  rests .5
  see 'Nothing is deleted'
  k Escape
  gone 'Nothing is deleted'
  see '#48,211/60,200'
}

check_11() {
  up_shop --ro
  see '│ RO|RO$'
  k , R
  see 'read-only'
  see '#60,199/'
  holds not_on_screen 'Nothing is deleted'
}
