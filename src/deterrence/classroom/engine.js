// The arithmetic of a lesson: which equilibria exist at a point, what happens in them, who would deviate from a strategy.
"use strict";

const TOLERANCE = 1e-12; // relative: sides of a condition that differ by less count as equal
const near = (a, b) => a === b || Math.abs(a - b) <= TOLERANCE * (Math.abs(a) + Math.abs(b));
const lt = (a, b) => a < b && !near(a, b);
const le = (a, b) => a < b || near(a, b);
const gt = (a, b) => lt(b, a);
const ge = (a, b) => le(b, a);
const eq = near;

const sum = values => values.reduce((a, b) => a + b, 0);

// What holds at a point: definitions, violated assumptions, and the classes of equilibria that exist.
function look(model, p) {
  const d = model.definitions.map(one => one.f(p, [], []));
  const broken = model.assume.filter(one => !one.f(p, d, []));
  const here = {p, d, broken, found: []};
  if (!broken.length)
    model.classes.forEach((one, index) => {
      if (one.region.every(c => c.f(p, d, []))) here.found.push(play(one, index, p, d));
    });
  return here;
}

// One class at a point: what is left open is taken at the middle of its interval.
function play(one, index, p, d) {
  const u = [];
  const open = one.free.map((free, i) => {
    const low = Math.max(0, ...free.low.map(f => f(p, d, u)));
    const high = Math.min(1, ...free.high.map(f => f(p, d, u)));
    u[i] = (low + high) / 2;
    return {meaning: free.meaning, low, high};
  });
  return {
    index, name: one.name, family: one.family, generic: one.generic, open,
    strategy: one.strategies.map(row => row.map(f => f(p, d, u))),
    events: one.events.map(f => f(p, d, u)),
    payoffs: one.payoffs.map(pay => ({who: pay.who, value: pay.f(p, d, u)})),
    beliefs: one.beliefs.map(b => ({words: b.words, value: b.f(p, d, u)})),
  };
}

// The range of an event's probability over all equilibria.
function range(here, event) {
  const values = here.found.map(one => one.events[event]);
  return [Math.min(...values), Math.max(...values)];
}

// How likely play comes to every node under a strategy (rows of probabilities by information set).
function reach(model, here, strategy) {
  const nodes = model.tree.nodes, odds = nodes.map(() => 0);
  odds[0] = 1;
  nodes.forEach((node, i) => node.children.forEach((child, b) => { odds[child] += odds[i] * chance(node, b, here, strategy); }));
  return odds;
}

const chance = (node, b, here, strategy) =>
  node.kind === "chance" ? node.odds[b](here.p, here.d, []) : strategy[node.set][b];

// The ends that follow a node, with their probabilities and what a player gets, payments on the way included.
function ahead(model, here, strategy, node, player, odds = 1, paid = 0, list = []) {
  const here_ = model.tree.nodes[node];
  if (here_.kind === "end") {
    if (odds) list.push({odds, event: here_.event, pay: paid + here_.payoffs[player](here.p, here.d, [])});
    return list;
  }
  here_.children.forEach((child, b) => {
    const q = chance(here_, b, here, strategy);
    if (q) ahead(model, here, strategy, child, player, odds * q, paid + payment(here_, b, player, here), list);
  });
  return list;
}

const payment = (node, b, player, here) => {
  const row = node.pays[b];
  return row && row.length ? row[player](here.p, here.d, []) : 0;
};

// What every player has paid, or got, on the way to every node.
function paidBefore(model, here) {
  const nodes = model.tree.nodes, paid = nodes.map(() => model.players.map(() => 0));
  nodes.forEach((node, i) => node.children.forEach((child, b) => { paid[child] = paid[i].map((x, k) => x + payment(node, b, k, here)); }));
  return paid;
}

// Beliefs over the nodes of every information set: Bayes' rule where play comes there, else what is given.
function beliefsOf(model, odds, given) {
  return model.tree.sets.map((set, i) => {
    const total = sum(set.members.map(m => odds[m]));
    if (total > 0) return {reached: total, rows: set.members.map(m => odds[m] / total)};
    const rows = given[i] || set.members.map(() => 1 / set.members.length);
    return {reached: 0, rows};
  });
}

// The mover's arithmetic at one information set: what each action is worth, all later moves as the strategy says.
function account(model, here, strategy, beliefs, i) {
  const set = model.tree.sets[i];
  const actions = set.actions.map((action, a) => {
    const terms = [];
    set.members.forEach((m, k) => {
      const q = beliefs[i].rows[k];
      if (!q) return;
      const node = model.tree.nodes[m], start = payment(node, a, set.player, here);
      ahead(model, here, strategy, node.children[a], set.player, q, start, []).forEach(t => terms.push(t));
    });
    return {action, played: strategy[i][a], terms: merged(terms), worth: sum(terms.map(t => t.odds * t.pay))};
  });
  const prescribed = sum(actions.map(a => a.played * a.worth));
  const best = actions.reduce((a, b) => (b.worth > a.worth + 1e-9 ? b : a));
  return {set, actions, prescribed, best, gain: Math.max(0, best.worth - prescribed), reached: beliefs[i].reached};
}

function merged(terms) {
  const found = [];
  terms.forEach(t => {
    const same = found.find(f => f.event === t.event && Math.abs(f.pay - t.pay) < 1e-12);
    if (same) same.odds += t.odds; else found.push({...t});
  });
  return found;
}

function accounts(model, here, strategy, given) {
  const beliefs = beliefsOf(model, reach(model, here, strategy), given);
  return model.tree.sets.map((_, i) => account(model, here, strategy, beliefs, i));
}

// Beliefs off the path that support a strategy, as far as beliefs on one or two nodes do; else even odds.
function supporting(model, here, strategy) {
  const odds = reach(model, here, strategy), given = model.tree.sets.map(() => null);
  model.tree.sets.forEach((set, i) => {
    if (sum(set.members.map(m => odds[m])) > 0 || set.members.length < 2) return;
    const tries = candidates(set.members.length);
    const works = rows => {
      const beliefs = beliefsOf(model, odds, given.map((g, k) => (k === i ? rows : g)));
      return account(model, here, strategy, beliefs, i).gain < 1e-9;
    };
    given[i] = tries.find(works) || tries[0];
  });
  return given;
}

function candidates(n) {
  const one = k => Array.from({length: n}, (_, i) => (i === k ? 1 : 0));
  const list = [Array.from({length: n}, () => 1 / n), ...Array.from({length: n}, (_, k) => one(k))];
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++)
      for (let step = 1; step < 40; step++) {
        const row = one(a);
        row[a] = step / 40; row[b] = 1 - step / 40;
        list.push(row);
      }
  return list;
}

// How an event's probability moves between two points, over all equilibria.
function direction(before, after, event) {
  const [a, b] = range(before, event), [c, d] = range(after, event), small = 1e-9;
  if (c > b + small) return "rises";
  if (d < a - small) return "falls";
  if (Math.max(b - a, d - c, Math.abs(a - c)) < small) return "stays";
  return "depends";
}
