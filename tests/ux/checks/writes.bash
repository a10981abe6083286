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

check_8() {
  up_shop
  k s
  see 'Snapshot of #60,200'
  t mark-1
  k Enter
  see 'Snapshot "mark-1" marks #60,200'
  k 3
  if ((cols >= 120)); then
    see '◆ named +mark-1 +60,200 .* ana '
  else
    see '◆ named +mark-1 +60,200 '
  fi
  k r
  see 'Edit the snapshot of #60,200'
  k Tab Tab
  t rel
  k Enter
  see '"mark-1" saved'
  see 'mark-1 +60,200 .* rel '
}

# The debugger's undo takes two presses: the first says what it would do.
check_10() {
  up_shop
  cmd hash
  see '#60,200 is [0-9a-f]{16}'
  local before
  before=$(screen | grep -oE 'is [0-9a-f]{16}')
  cmd 'goto 48211'
  see '#48,211/60,200'
  k R
  see 'Nothing is deleted'
  k y
  see '#60,201/60,201'
  k 7
  see 'main~2 +kept +60,200'
  cmd 'switch main~2'
  see 'main~2 .*#60,200/60,201'
  k u
  see 'Would undo the rollback to .*u again does it'
  k u
  see '#60,202/60,202'
  cmd hash
  see '#60,202 is [0-9a-f]{16}'
  see "$before"
}

check_17() {
  up_shop
  k 6
  see '★ WINNER'
  # The winner is selected; one further is D.
  k l
  together '★ WINNER' 'verdict .* disqualified' 'D: .*guardrail broken: errors'
  k h P
  see 'promote +C '
  k Escape
  gone 'Nothing is deleted'
  see '/60,200'
  k P
  see 'promote +C '
  k Enter y
  see 'needs a reason'
  t 'best of four'
  k Enter
  see 'Reason +best of four'
  k y
  see '#60,201/60,201'
  see 'Promoted C'
  k 7
  together ' A +variant +57,040' ' B +variant +57,080' ' D +variant +57,160' 'main~2 +kept'
  cmd 'switch D'
  see '#57,160/60,201'
}
