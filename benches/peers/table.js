// The ratio table of one run: how many times as much a peer takes as asof did in the same run.
import { readFileSync } from 'node:fs';

const rows = readFileSync(process.argv[2], 'utf8').trimEnd().split('\n').map(JSON.parse);
const find = (lib, what, entries) => rows.find((row) => row.lib === lib && row.what === what && row.entries === entries)?.amount;
const UNSTEADY = 1.5;

for (const entries of [...new Set(rows.map((row) => row.entries))]) {
  console.log(`\n${entries.toLocaleString('en')} entries`);
  for (const what of ['apply', 'bytes', 'jump', 'diff']) {
    const [first, last] = [find('asof-first', what, entries), find('asof-last', what, entries)];
    const ours = (first + last) / 2;
    const unsteady = Math.max(first, last) > UNSTEADY * Math.min(first, last) ? '  VOID: our two runs differ too much' : '';
    const unit = rows.find((row) => row.what === what).unit;
    console.log(`  ${what.padEnd(6)} asof ${first.toFixed(2)} … ${last.toFixed(2)} ${unit}${unsteady}`);
    for (const row of rows.filter((row) => row.what === what && row.entries === entries && !row.lib.startsWith('asof'))) {
      const ratio = row.amount / ours;
      console.log(`         ${row.lib.padEnd(16)} ${row.amount.toFixed(2).padStart(14)} ${unit}  ${ratio.toFixed(ratio < 10 ? 2 : 0)}x`);
    }
  }
}
