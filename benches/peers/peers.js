// One peer on one state: `node --expose-gc peers.js PEER ENTRIES STEPS` prints its figures as JSON lines.
// Every peer keeps every version reachable, as asof does, in the way its own documentation shows.
import { readFileSync } from 'node:fs';

const [peer, entries, limit] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const base = () => JSON.parse(readFileSync(`data/base-${entries}.json`, 'utf8'));
const steps = readFileSync(`data/steps-${entries}.jsonl`, 'utf8').trimEnd().split('\n').slice(0, limit).map(JSON.parse);

const cpu = () => { const { user, system } = process.cpuUsage(); return user + system; }; // microseconds
const memory = () => { gc(); gc(); const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
const print = (what, amount, unit) => console.log(JSON.stringify({ lib: peer, what, entries, amount, unit }));
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const timed = (call) => { const start = cpu(); call(); return cpu() - start; };
// Random numbers from a fixed seed, as in input.rs.
const random = (seed) => () => { seed ^= seed << 13; seed ^= seed >>> 17; seed ^= seed << 5; return (seed >>> 0) / 2 ** 32; };

// Stops early where steps take so long that the rest would tell nothing new.
const MOST_SECONDS = 20;
function apply(step) {
  const before = memory();
  const start = cpu();
  let done = 0;
  while (done < steps.length && (done % 64 !== 0 || cpu() - start < MOST_SECONDS * 1e6)) step(steps[done++]);
  print('apply', (cpu() - start) / done, 'us');
  print('bytes', Math.max(0, memory() - before) / done, 'B');
  return done;
}

function expect(state, step) {
  if (state.entries[step.entry].n !== step.n) throw new Error(`${peer}: not the state that was expected`);
}

const jumps = (done, jump) => {
  const next = random(7);
  const costs = [];
  for (let at = 0; at < 31; at++) { const to = Math.floor(next() * done); costs.push(timed(() => jump(to))); }
  return median(costs);
};

// Functions that make a new state of an old one, with patches both ways; all states are kept.
async function recipe(lib) {
  const { produceWithPatches, enablePatches } = lib === 'immer' ? await import('immer') : {};
  enablePatches?.();
  const { create } = lib === 'mutative' ? await import('mutative') : {};
  const change = (step) => (draft) => { draft.entries[step.entry].n = step.n; };
  const make = lib === 'immer'
    ? (state, step) => produceWithPatches(state, change(step))
    : (state, step) => create(state, change(step), { enablePatches: true });
  const states = [base()];
  const patches = [];
  const done = apply((step) => {
    const [next, forth, back] = make(states[states.length - 1], step);
    states.push(next);
    patches.push([forth, back]);
  });
  expect(states[done], steps[done - 1]);
  let x = 0;
  const next = random(7);
  const many = 1_000_000;
  print('jump', timed(() => { for (let at = 0; at < many; at++) x ^= states[Math.floor(next() * done)] ? 1 : 0; }) / many, 'us');
}

async function redux() {
  const { legacy_createStore: createStore } = await import('redux');
  const { instrument } = await import('@redux-devtools/instrument');
  const first = base();
  const reduce = (state = first, action) => action.type !== 'SET' ? state : {
    ...state, entries: { ...state.entries, [action.entry]: { ...state.entries[action.entry], n: action.n } },
  };
  const store = createStore(reduce, instrument(undefined, { maxAge: Infinity }));
  const done = apply((step) => store.dispatch({ type: 'SET', entry: step.entry, n: step.n }));
  expect(store.getState(), steps[done - 1]);
  print('jump', jumps(done, (index) => store.liftedStore.dispatch({ type: 'JUMP_TO_STATE', index })), 'us');
}

// Keeps patches only: a version is reached by replaying them from the start.
async function fastJsonPatch() {
  const { default: patches } = await import('fast-json-patch');
  const state = base();
  const log = [];
  const done = apply((step) => {
    const operation = { op: 'replace', path: step.path, value: step.n };
    patches.applyOperation(state, operation, false, true);
    log.push([operation]);
  });
  expect(state, steps[done - 1]);
  print('jump', jumps(Math.min(done, 2000), (to) => {
    const from = base();
    for (let at = 0; at <= to; at++) patches.applyPatch(from, log[at], false, true);
    return from;
  }), 'us');
  const costs = [];
  const before = base();
  for (const step of steps.slice(0, 21)) {
    const after = structuredClone(before);
    after.entries[step.entry].n = step.n;
    let found;
    costs.push(timed(() => { found = patches.compare(before, after); }));
    if (found.length !== 1) throw new Error('not one difference');
  }
  print('diff', median(costs), 'us');
}

async function jsonDiffPatch() {
  const { create } = await import('jsondiffpatch');
  const differ = create({});
  const before = base();
  const costs = [];
  for (const step of steps.slice(0, 21)) {
    const after = structuredClone(before);
    after.entries[step.entry].n = step.n;
    let delta;
    costs.push(timed(() => { delta = differ.diff(before, after); }));
    if (Object.keys(delta.entries).length !== 1) throw new Error('not one difference');
  }
  print('diff', median(costs), 'us');
}

const PEERS = {
  immer: () => recipe('immer'),
  mutative: () => recipe('mutative'),
  'redux-devtools': redux,
  'fast-json-patch': fastJsonPatch,
  jsondiffpatch: jsonDiffPatch,
};
await PEERS[peer]();
