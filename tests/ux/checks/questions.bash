# Questions over time: when something was true, who wrote it, every change of it.

# The design's sketch has the rollback's own span first; here it is one span, from the checkout to the rollback.
check_12() {
  up_shop
  k f
  see 'Find in time'
  t '.sessions | length > 100'
  k Enter
  see '[1-6][0-9],[0-9]{3} versions looked at'
  see '[3-6][0-9],[0-9]{3} versions looked at'
  together '#48,213 … #48,524 +(312 +)?cart.checkout' '1 of 1 · 60,040 versions looked at' '^ +█'
  # A filter that takes its time for every version.
  k /
  T send-keys -t 0 C-u
  t '.sessions | [range(9000)] | length < 0'
  k Enter
  see 'so far · Esc stops'
  k Escape
  see '[Ss]topped at #[0-9,]+'
  holds not_on_screen 'Esc stops'
}

# The account that is negative in 49 of 10,000 versions and looks well at the head.
check_21() {
  awk 'BEGIN { for (n = 1; n <= 10000; n++) {
      a = n % 20; at[a] += (n * 7919) % 50; was = at[7]
      if (n >= 6321 && n < 6370) at[7] = -3
      printf "{\"accounts\":{"
      for (i = 0; i < 20; i++) printf "%s\"a%02d\":{\"balance\":%d}", i ? "," : "", i, at[i]
      print "}}"
      if (n >= 6321) at[7] = was
    } }' >ledger.jsonl
  up asof open ledger.jsonl
  see '10,000 versions read'
  k 4
  t '.accounts | any(.balance < 0)'
  k Enter
  see '#6,321 … #6,369 +49 '
  k Enter
  together '#6,321/10,000' '\.accounts\.a07\.balance +[0-9]+ → -3' 'for 49 versions'
}

# What a rollback brought back is of who wrote it first, and the rollback is named.
check_22() {
  up_shop
  cmd 'path .cart.total'
  see '▶ +total +118.5'
  k B
  see '▶ +total +118.5 +#1 .*⟲ #48,525'
  cmd 'goto 48213'
  see '▶ +total +168.5.*#48,213 '
}

# Every change of a value, then of a value inside of a string.
check_23() {
  up_shop
  cmd 'path .cart.total'
  see '▶ +total +118.5'
  k c
  together '\[History\] of \.cart\.total' '48,525 +168.5 +118.5' '48,213 +118.5 +168.5'
  k Escape
  gone '\[History\]'
  printf '%s\n' '{"body":"{\"user\":{\"age\":1}}"}' '{"body":"{ \"user\": {\"age\": 1} }"}' '{"body":"{\"user\":{\"age\":2}}"}' >body.jsonl
  up asof open body.jsonl
  see '3 versions read'
  cmd 'path .body'
  k z j
  see 'opened and compared as a tree'
  cmd 'path .body.user.age'
  see '▶ +age +2'
  # The change at the cursor is on the screen already.
  k '[' c
  together '#1/3' '▶ +age +1'
  k ']' c
  together '#3/3' '\.body\.user\.age +1 → 2'
}
