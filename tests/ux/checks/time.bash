# Moving through time, and what the panes show of it.

check_1() {
  up asof
  see 'No recording is open'
  see 'asof open FILE'
  k q
  see 'rc=0'
}

check_3() {
  up_shop
  k , , .
  if ((cols >= 120)); then
    # State and changes are those of #60,199, and the head's own change (s-0058) is not among them.
    together '#60,199/60,200' '▶ 60,199 ' 'Changes .*B #60,199' '~ .sessions.s-0057.seen' 'seen  +337 +\+1'
  else
    together '#60,199/60,200' '▶ 60,199 ' '▾ s-0057' 'seen  +337 +\+1'
  fi
}

check_4() {
  up_shop
  cmd 'goto 48213'
  see '#48,213/'
  cmd '50%'
  see '#30,100/'
  cmd '@09:41:07'
  see '#48,2[0-9]{2}/'
  k "'" "'"
  see '#30,100/'
  k "'" "'"
  see '#48,2[0-9]{2}/'
}
