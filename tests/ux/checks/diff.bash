# The two ends and the diff between them.

compared() {
  up_shop
  cmd 'goto 44640'
  see '#44,640/'
  k a
  see 'A pinned at #44,640'
  cmd 'goto 48213'
  see '#48,213/'
  k b d
  see '\[2 Diff\]'
}

check_6() {
  compared
  if ((cols >= 120)); then
    together 'sessions: 100 → 150 \(\+50\)' 'added_keys: 51' 'changed_keys: (4|\["qty")' 'moved_keys: \["code"\]' '… 99 unchanged'
  else
    together 'sessions: 100 → 150 \(\+50\)' 'added_keys: 51' 'changed_keys: (4|\["qty")' 'moved_keys' 'one column'
    k n n n n
    see '… 99 unchanged'
  fi
  k z u
  gone '… 99 unchanged'
}

check_7() {
  compared
  see 'difference 1 of 56'
  k n n
  see 'difference 3 of 56'
  T resize-window -t 0 -x 80 -y 24
  see 'one column: side'
  T resize-window -t 0 -x 50 -y 10
  see 'too small'
  T resize-window -t 0 -x 120 -y 36
  together '\[A\] #44,640.*B #48,213|A #44,640.*\[B\] #48,213' 'difference 3 of 56'
  holds not_on_screen 'one column: side'
}
