# Without colour, without Unicode, with the mouse; and the terminal afterwards.

check_19() {
  cp -r "$work/shop.asof" shop.asof
  up NO_COLOR=1 asof --glyphs ascii open shop.asof
  see '60,200 versions read'
  cmd 'path .sessions'
  see 'v sessions +\{100\}'
  until_true 'the cursor on .sessions' cursor_on 'v sessions +\{100\}'
  k y p
  see 'Copied 9 B to the clipboard: the path .sessions, through'
  until_true 'the path in the clipboard' clipboard_holds .sessions
  # There, much is added and changed.
  cmd 'goto 48213'
  see '#48,213/60,200'
  holds no_colour
  holds ascii_only
  local density=$((cols >= 120 ? 4 : 3))
  t $'\e[<0;30;'"${density}M"
  t $'\e[<0;30;'"${density}m"
  see '#1[0-9],[0-9]{3}/60,200|#2[0-9],[0-9]{3}/60,200'
}

# Where a screen reader looks: the row of the terminal's own cursor.
cursor_on() { screen | sed -n "$(($(T display-message -p -t 0 '#{cursor_y}') + 1))p" | grep -qE -- "$1"; }
clipboard_holds() { [[ $(T show-buffer 2>/dev/null) == "$1" ]]; }
# Foreground 30 to 38 and 90 to 97, background 40 to 48 and 100 to 107.
no_colour() { ! T capture-pane -p -e -t 0 | grep -qE $'\e\\[([0-9]+;)*(3[0-8]|4[0-8]|9[0-7]|10[0-7])(;[0-9]+)*m'; }
ascii_only() { ! screen | LC_ALL=C grep -q '[^ -~]'; }

check_20() {
  up_shop
  holds test "$(T display-message -p -t 0 '#{alternate_on}')" = 1
  k q
  see 'rc=0'
  holds test "$(T display-message -p -t 0 '#{alternate_on}')" = 0
  t echo-is-on
  see '^echo-is-on'

  asof diff shop.asof 44640 48213 --json >diff.json || fail "diff: exit code $?"
  holds grep -q '"delta":50[,}]' diff.json
  asof diff shop.asof 1 2 --exit-code >/dev/null
  holds test $? = 1
  asof log shop.asof --bogus >/dev/null 2>&1
  holds test $? = 2
  asof log shop.asof --from head~50 | grep -q $'\e'
  holds test "${PIPESTATUS[*]}" = '0 1'
}
