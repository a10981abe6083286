# Values, the state tree, transactions.

# What the application saw: the rollback took the value back, whatever branch keeps what it left.
check_5() {
  up_shop
  cmd 'goto 48213'
  see '#48,213/'
  cmd 'path .cart.total'
  see '▶ +total +168.5'
  k ']' c
  together '#48,525/' '.cart.total +168.5 → 118.5 +at #48,525'
  k '[' c
  together '#48,213/' '.cart.total +118.5 → 168.5 +at #48,213'
}

check_15() {
  up_shop
  cmd 'goto 48213'
  see '#48,213/'
  cmd 'path .cart.items'
  see '▶ +▸ items +\[2\]'
  k l
  together '▾ items +\[2\] by sku' '▸ B2 +\{3\}'
  k . 2
  see '\[2 Diff\]'
  see '#48,214/'
  k 1 ,
  together '#48,213/' '▾ items +\[2\] by sku' '▸ B2 +\{3\}'
}

# A step that fails makes no version: Enter goes to the one it failed on, #48,214.
check_16() {
  up_shop
  k 5
  see '\[5 Tx'
  k ']' e
  together '\[tx-981\] checkout +FAILED at step 3 of 5' '▶✗ 3 pay.capture' '4 ship .*not run' 'same as #48,214'
  k Enter
  see '#48,214/60,200'
}
