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

# A check of `#n` alone would not see that it moved: the head runs on. Off the head what is new is counted.
check_2() {
  awk 'BEGIN { print "[{\"op\":\"add\",\"path\":\"\",\"value\":{\"n\":0}}]"
    for (n = 1; n < 1000000; n++) printf "[{\"op\":\"replace\",\"path\":\"/n\",\"value\":%d}]\n", n }' >big.jsonl
  up asof open big.jsonl
  see 'Reading +█*░+ +[0-9]+%'
  k , ,
  see 'Reading +█*░+ +[0-9]+%'
  holds not_on_screen 'PAUSED'
  k Escape
  see 'Stopped after [0-9,]+ versions'
  k q
  see 'rc=0'

  cp -r "$work/shop.asof" cut.asof
  truncate -s 9000000 cut.asof/*.jsonl
  # The version of the last line that is whole, and the one before it, as the screen writes them.
  local last before
  last=$(sed '$d' cut.asof/*.jsonl | grep -o '"v":[0-9]*' | tail -n 1 | cut -d : -f 2)
  before=$(grouped $((last - 1)))
  last=$(grouped "$last")
  up asof open cut.asof
  together "Everything up to #$last is intact" 'E-LOG-TRUNCATED'
  k Escape
  gone 'E-LOG-TRUNCATED'
  together "#$last/$last" '▾ (state|sessions) +\{[0-9]+\}'
  k ,
  see "#$before/$last"
}

grouped() { sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta' <<<"$1"; }

# A recording that grows stands in for a program that is attached to; its end is `ENDED`.
check_18() {
  asof record - -o grow.asof < <(states) >record.log 2>&1 &
  local recorder=$!
  until [[ -d grow.asof ]]; do sleep .1; done
  up asof open grow.asof
  together '● LIVE' '#[0-9]{2,}/'
  k ,
  see 'PAUSED \+[0-9]+ since'
  see 'PAUSED \+[0-9]{2,} since'
  k F
  see '● LIVE'
  kill -9 $recorder
  wait $recorder 2>/dev/null
  see '[✓✗] ENDED'
  k ,
  gone '● LIVE'
  see 'n +[0-9]+'
}

# A state every 50 ms, until nobody reads them.
states() {
  local n=0
  while sleep .05; do echo "{\"n\":$((n += 1))}"; done 2>/dev/null
}
