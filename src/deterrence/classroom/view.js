// What a lesson shows: sliders, map, answer, tree, questions, and the student's own strategy.
"use strict";

const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6D1F", "#555555"];
const $ = id => document.getElementById(id);
const number = x => (Math.abs(x) < 5e-13 ? "0" : String(Number(x.toPrecision(4))));
const percent = x => `${Number((100 * x).toPrecision(3))} %`;

function make(tag, text = "", attributes = {}) {
  const element = document.createElement(tag);
  if (text !== "") element.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}

const fill = (element, ...children) => { element.replaceChildren(...children); return element; };

// Classes of one family have the same published profile; they differ in what is done where play does not come.
const names = [...new Set(MODEL.classes.filter(c => c.generic).map(c => c.family))];

const state = {p: MODEL.parameters.map(one => one.value), shown: 0, x: 0, y: 1, event: 0, own: null, given: null};
let here = look(MODEL, state.p);

// -- sliders -------------------------------------------------------------------------------------------------------

function sliders() {
  MODEL.parameters.forEach((one, i) => {
    const row = make("div", "", {class: "slider"});
    const label = make("label", one.name, {for: `p${i}`, title: one.meaning});
    const input = make("input", "", {type: "range", id: `p${i}`, min: one.low, max: one.high, step: "any"});
    input.value = one.value;
    const shown = make("output", number(one.value), {for: `p${i}`, id: `v${i}`});
    input.addEventListener("input", () => { state.p[i] = Number(input.value); refresh(); });
    input.addEventListener("keydown", event => step(event, i, input));
    row.append(label, input, shown, make("small", one.meaning));
    (one.chance ? $("chances") : $("payoffs")).append(row);
  });
  ["chances", "payoffs"].forEach(id => { $(id).hidden = !$(id).querySelector(".slider"); });
}

// Arrow keys move by a fiftieth of the range: with step "any" browsers differ.
function step(event, i, input) {
  const way = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1}[event.key];
  if (!way) return;
  event.preventDefault();
  const one = MODEL.parameters[i];
  input.value = Math.min(one.high, Math.max(one.low, state.p[i] + way * (one.high - one.low) / 50));
  state.p[i] = Number(input.value);
  refresh();
}

function set(values) {
  values.forEach((value, i) => { state.p[i] = value; $(`p${i}`).value = value; });
  refresh();
}

// -- answer --------------------------------------------------------------------------------------------------------

function verdict() {
  if (here.broken.length)
    return `Outside the model: ${here.broken.map(one => one.text).join("; ")} does not hold here.`;
  if (!here.found.length) return "No equilibrium of this kind exists here.";
  const [low, high] = range(here, state.event), event = MODEL.events[state.event];
  const many = here.found.length === 1 ? "One equilibrium exists here" : `${here.found.length} equilibria exist here`;
  const odds = high - low < 1e-9
    ? `“${event}” has probability ${percent(low)}${here.found.length > 1 ? ", whichever is played" : ""}.`
    : `“${event}” has a probability from ${percent(low)} to ${percent(high)}: it depends on which of them is played.`;
  return `${many}. ${odds}`;
}

function answer() {
  $("verdict").textContent = verdict();
  $("verdict").className = here.broken.length ? "outside" : "";
  state.shown = Math.min(state.shown, Math.max(0, here.found.length - 1));
  fill($("equilibria"), ...here.found.map(equilibrium));
  const now = here.found[state.shown];
  fill($("details"), ...(now ? details(now) : []));
}

function equilibrium(one, k) {
  const label = make("label", "", {class: "equilibrium", "data-name": one.name, "data-index": one.index});
  const input = make("input", "", {type: "radio", name: "equilibrium", id: `e${k}`});
  input.checked = k === state.shown;
  input.addEventListener("change", () => { state.shown = k; refresh(false); $(`e${k}`).focus(); });
  label.append(input, make("strong", one.name), ...(one.generic ? [] : [make("small", " (only where an equation holds)")]));
  const bars = make("span", "", {class: "bars"});
  MODEL.events.forEach((event, i) => {
    if (one.events[i] > 1e-12) bars.append(bar(event, one.events[i], i));
  });
  label.append(bars);
  return label;
}

function bar(event, odds, i) {
  const row = make("span", "", {class: "bar"});
  const track = make("span", "", {class: "track"});
  track.append(make("span", "", {class: "part", style: `width:${100 * odds}%;background:${COLOURS[i % COLOURS.length]}`}));
  row.append(make("span", event), track, make("span", percent(odds), {class: "odds", "data-odds": odds}));
  return row;
}

function details(one) {
  const pay = make("p", `Expected payoffs: ${one.payoffs.map(x => `${x.who} ${number(x.value)}`).join(", ")}.`);
  const open = one.open.map(x => `${x.meaning}: from ${number(x.low)} to ${number(x.high)}`);
  const held = one.beliefs.filter(b => !Number.isNaN(b.value)).map(b => `${b.words}: ${number(b.value)}`);
  const list = make("ul");
  [...held, ...open].forEach(text => list.append(make("li", text)));
  const why = make("details");
  why.append(make("summary", "Where it exists, and what is believed"), reasons(MODEL.classes[one.index]), list);
  return [pay, why];
}

// The conditions of a class with the numbers of this point put in.
function reasons(one) {
  const list = make("ul", "", {class: "reasons"});
  if (!one.region.length) list.append(make("li", "At every point of the model."));
  one.region.forEach(c => {
    const holds = c.f(here.p, here.d, []);
    const values = c.names.map((name, i) => `${name} = ${number(c.sides[i](here.p, here.d, []))}`).join(", ");
    list.append(make("li", `${holds ? "✓" : "✗"} ${c.text}${values ? ` (${values})` : ""}`, {class: holds ? "yes" : "no"}));
  });
  return list;
}

// -- map -----------------------------------------------------------------------------------------------------------

const GRID = {columns: 96, rows: 72};
const spot = (one, share) => one.low + (one.high - one.low) * share;

// Which equilibria exist in each cell: a signature, or null outside the model; and whether they differ in outcome.
function cells() {
  const [a, b] = [MODEL.parameters[state.x], MODEL.parameters[state.y]], p = state.p.slice(), found = [];
  for (let row = 0; row < GRID.rows; row++)
    for (let column = 0; column < GRID.columns; column++) {
      p[state.x] = spot(a, (column + 0.5) / GRID.columns);
      p[state.y] = spot(b, 1 - (row + 0.5) / GRID.rows);
      const there = look(MODEL, p), generic = there.found.filter(one => one.generic);
      const key = there.broken.length ? null : [...new Set(generic.map(one => one.family))].join(" + ") || "none";
      const first = generic[0];
      const several = generic.some(one => one.events.some((q, i) => Math.abs(q - first.events[i]) > 1e-9));
      found.push({key, several});
    }
  return found;
}

function map() {
  const canvas = $("map"), context = canvas.getContext("2d"), all = cells();
  const keys = [...new Set(all.map(c => c.key).filter(k => k !== null))];
  const w = canvas.width / GRID.columns, h = canvas.height / GRID.rows;
  context.clearRect(0, 0, canvas.width, canvas.height);
  all.forEach((cell, i) => {
    const x = (i % GRID.columns) * w, y = Math.floor(i / GRID.columns) * h;
    context.fillStyle = cell.key === null ? "#ffffff" : tint(COLOURS[keys.indexOf(cell.key) % COLOURS.length]);
    context.fillRect(x, y, w + 0.5, h + 0.5);
  });
  hatch(context, all, w, h);
  outline(context, all, w, h);
  keys.forEach((key, k) => name(context, all, key, letter(k), w, h));
  mark(context, canvas);
  fill($("legend"), ...keys.map((key, k) => legend(key, k, all)));
}

// The map is drawn once a frame, however often the sliders report in between.
let waiting = false;
function later() {
  const across = MODEL.parameters[state.x].name, up = MODEL.parameters[state.y].name;
  $("map").setAttribute("aria-label", `Map of equilibria over ${across} and ${up}; ${verdict()}`);
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; map(); });
}

const letter = k => String.fromCharCode(65 + (k % 26));

// A third of a colour on white, opaque so that neighbouring cells do not shine through one another.
const tint = colour => `#${[1, 3, 5].map(i => Math.round(170 + parseInt(colour.slice(i, i + 2), 16) / 3).toString(16).padStart(2, "0")).join("")}`;

function legend(key, k, all) {
  const item = make("li"), swatch = make("span", letter(k), {class: "swatch", style: `background:${tint(COLOURS[k % COLOURS.length])}`});
  item.append(swatch, make("span", key + (all.some(c => c.key === key && c.several) ? " (hatched: they differ in outcome)" : "")));
  return item;
}

function hatch(context, all, w, h) {
  context.strokeStyle = "#00000055";
  context.lineWidth = 1;
  all.forEach((cell, i) => {
    const column = i % GRID.columns, row = Math.floor(i / GRID.columns);
    if (!cell.several || (column + row) % 5) return;
    context.beginPath();
    context.moveTo(column * w, (row + 1) * h);
    context.lineTo((column + 1) * w, row * h);
    context.stroke();
  });
}

function outline(context, all, w, h) {
  context.strokeStyle = "#222222";
  context.lineWidth = 1.5;
  context.beginPath();
  all.forEach((cell, i) => {
    const column = i % GRID.columns, row = Math.floor(i / GRID.columns);
    const right = column + 1 < GRID.columns && all[i + 1], below = all[i + GRID.columns];
    if (right && right.key !== cell.key) { context.moveTo((column + 1) * w, row * h); context.lineTo((column + 1) * w, (row + 1) * h); }
    if (below && below.key !== cell.key) { context.moveTo(column * w, (row + 1) * h); context.lineTo((column + 1) * w, (row + 1) * h); }
  });
  context.stroke();
}

// A letter at the cell of a region that is farthest from its edge.
function name(context, all, key, text, w, h) {
  const depth = depths(all, key);
  let best = -1, at = 0;
  depth.forEach((value, i) => { if (value > best) { best = value; at = i; } });
  if (best < 1) return;
  const x = ((at % GRID.columns) + 0.5) * w, y = (Math.floor(at / GRID.columns) + 0.5) * h;
  context.font = "bold 30px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.strokeStyle = "#ffffff";
  context.strokeText(text, x, y);
  context.fillStyle = "#222222";
  context.fillText(text, x, y);
}

// How many steps each cell of a region is from the nearest cell outside it (or the frame).
function depths(all, key) {
  const depth = all.map(c => (c.key === key ? Infinity : 0));
  const sweep = (order, back) => order.forEach(i => {
    if (!depth[i]) return;
    const column = i % GRID.columns, row = Math.floor(i / GRID.columns), n = back ? 1 : -1;
    const side = column + n >= 0 && column + n < GRID.columns ? depth[i + n] : 0;
    const line = row + n >= 0 && row + n < GRID.rows ? depth[i + n * GRID.columns] : 0;
    depth[i] = Math.min(depth[i], side + 1, line + 1);
  });
  const order = all.map((_, i) => i);
  sweep(order, false);
  sweep(order.slice().reverse(), true);
  return depth;
}

function mark(context, canvas) {
  const share = i => (state.p[i] - MODEL.parameters[i].low) / (MODEL.parameters[i].high - MODEL.parameters[i].low || 1);
  const x = share(state.x) * canvas.width, y = (1 - share(state.y)) * canvas.height;
  context.lineWidth = 3;
  context.strokeStyle = "#ffffff";
  context.fillStyle = "#222222";
  context.beginPath();
  context.arc(x, y, 8, 0, 7);
  context.fill();
  context.stroke();
}

function axes() {
  [["x", $("xaxis")], ["y", $("yaxis")]].forEach(([key, select]) => {
    MODEL.parameters.forEach((one, i) => select.append(make("option", one.name, {value: i})));
    select.value = state[key];
    select.addEventListener("change", () => { state[key] = Number(select.value); refresh(); });
  });
  const canvas = $("map");
  const point = event => {
    const box = canvas.getBoundingClientRect(), a = MODEL.parameters[state.x], b = MODEL.parameters[state.y];
    const clip = share => Math.min(1, Math.max(0, share));
    move(state.x, spot(a, clip((event.clientX - box.left) / box.width)));
    move(state.y, spot(b, clip(1 - (event.clientY - box.top) / box.height)));
    refresh();
  };
  canvas.addEventListener("pointerdown", event => { canvas.setPointerCapture(event.pointerId); point(event); });
  canvas.addEventListener("pointermove", event => { if (event.buttons) point(event); });
  canvas.addEventListener("keydown", event => {
    const way = {ArrowLeft: [state.x, -1], ArrowRight: [state.x, 1], ArrowDown: [state.y, -1], ArrowUp: [state.y, 1]}[event.key];
    if (!way) return;
    event.preventDefault();
    const one = MODEL.parameters[way[0]];
    move(way[0], Math.min(one.high, Math.max(one.low, state.p[way[0]] + way[1] * (one.high - one.low) / 50)));
    refresh();
  });
}

function move(i, value) { state.p[i] = value; $(`p${i}`).value = value; }

// -- tree ----------------------------------------------------------------------------------------------------------

const svg = (tag, attributes = {}, text = "") => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  if (text !== "") element.textContent = text;
  return element;
};

function tree() {
  const nodes = MODEL.tree.nodes, wide = 150, high = 30, left = 20, top = 34;
  const x = node => left + node.x * wide, y = node => top + node.y * high;
  const paid = paidBefore(MODEL, here), room = (node, i) => (node.kind === "end" ? 6.6 * ended(node, 0.5, paid[i]).length + 16 : 20);
  const width = Math.max(...nodes.map((node, i) => x(node) + room(node, i))), height = Math.max(...nodes.map(y)) + 24;
  const picture = svg("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Game tree; what is played is bold"});
  const strategy = here.found[state.shown] ? here.found[state.shown].strategy : null;
  const odds = strategy ? reach(MODEL, here, strategy) : nodes.map(() => 0);
  MODEL.tree.sets.forEach((one, i) => joined(picture, one, i, nodes, x, y));
  const lines = svg("g"), words = svg("g");
  picture.append(lines, words);
  nodes.forEach((node, i) => node.children.forEach((child, b) => branch(lines, words, node, nodes[child], b, strategy, odds[i], x, y)));
  nodes.forEach((node, i) => place(picture, node, odds[i], paid[i], x, y));
  MODEL.players.forEach((player, k) => {
    picture.append(svg("circle", {cx: left + k * 170, cy: 12, r: 5, fill: COLOURS[k]}));
    picture.append(svg("text", {x: left + 10 + k * 170, y: 16, fill: COLOURS[k], "font-weight": "bold"}, player));
  });
  fill($("tree"), picture);
}

function joined(picture, one, i, nodes, x, y) {
  if (one.members.length < 2) return;
  const points = one.members.map(m => nodes[m]).sort((a, b) => a.y - b.y), bend = i % 2 ? 12 : -12;
  points.slice(1).forEach((node, k) => {
    const from = points[k], middle = (x(from) + x(node)) / 2 + bend;
    picture.append(svg("path", {
      d: `M${x(from)} ${y(from)} Q${middle} ${(y(from) + y(node)) / 2} ${x(node)} ${y(node)}`,
      fill: "none", stroke: COLOURS[one.player], "stroke-width": 1.2, "stroke-dasharray": i % 2 ? "2 3" : "6 3",
    }));
  });
}

function branch(lines, words, node, child, b, strategy, odds, x, y) {
  const q = node.kind === "chance" ? node.odds[b](here.p, here.d, []) : strategy ? strategy[node.set][b] : 0;
  const bold = strategy && q > 1e-12 && odds > 1e-12, would = strategy && q > 1e-12;
  lines.append(svg("line", {
    x1: x(node), y1: y(node), x2: x(child), y2: y(child),
    stroke: would ? "#222" : "#999", "stroke-width": bold ? 3 : would ? 1.6 : 0.8,
    ...(bold ? {} : would ? {"stroke-dasharray": "5 3"} : {}),
  }));
  const text = q > 1e-12 && q < 1 - 1e-12 ? `${node.labels[b]} ${number(q)}` : node.labels[b];
  const label = svg("text", {
    x: x(node) + 0.62 * (x(child) - x(node)), y: y(node) + 0.62 * (y(child) - y(node)) - 3, "text-anchor": "middle",
    fill: would ? "#222" : "#666", "font-weight": bold ? "bold" : "normal", class: "move",
  }, text);
  words.append(label);
}

const ended = (node, odds, paid) => {
  const pay = node.payoffs.map((f, k) => number(paid[k] + f(here.p, here.d, []))).join(", ");
  return `${node.event} (${pay})${odds > 1e-12 && odds < 1 - 1e-12 ? `  ${percent(odds)}` : ""}`;
};

function place(picture, node, odds, paid, x, y) {
  if (node.kind === "end") {
    const weight = odds > 1e-12 ? "bold" : "normal";
    picture.append(svg("text", {x: x(node) + 6, y: y(node) + 4, "font-weight": weight}, ended(node, odds, paid)));
    return;
  }
  const player = node.kind === "decision" ? MODEL.tree.sets[node.set].player : -1;
  picture.append(svg("circle", {cx: x(node), cy: y(node), r: 5, fill: player < 0 ? "#fff" : COLOURS[player], stroke: "#222"}));
}

// -- the student's own strategy --------------------------------------------------------------------------------------

function copy() {
  const now = here.found[state.shown];
  state.own = now ? now.strategy.map(row => row.slice()) : MODEL.tree.sets.map(one => one.actions.map((_, a) => (a ? 0 : 1)));
  state.given = now || !here.broken.length ? supporting(MODEL, here, state.own) : MODEL.tree.sets.map(() => null);
  own();
}

function own() {
  fill($("own"), ...MODEL.tree.sets.map(ownSet));
  judge();
}

function ownSet(one, i) {
  const box = make("fieldset");
  box.append(make("legend", one.name));
  one.actions.forEach((action, a) => box.append(field(action, state.own[i][a], `own ${one.name}: ${action}`, value => {
    state.own[i][a] = value;
    if (one.actions.length === 2) { state.own[i][1 - a] = Number((1 - value).toPrecision(12)); own(); focusField(i, a); } else judge();
  }, `s${i}-${a}`)));
  if (one.members.length > 1) box.append(make("p", "Belief, where play does not come here:", {class: "hint", id: `h${i}`}));
  if (one.members.length > 1)
    one.members.forEach((_, k) => box.append(field(one.nodes[k], beliefOf(i)[k], `belief at ${one.name}: ${one.nodes[k]}`, value => {
      state.given[i] = beliefOf(i);
      state.given[i][k] = value;
      if (one.members.length === 2) state.given[i][1 - k] = Number((1 - value).toPrecision(12));
      judge();
    }, `b${i}-${k}`)));
  return box;
}

const beliefOf = i => (state.given[i] || MODEL.tree.sets[i].members.map(() => 1 / MODEL.tree.sets[i].members.length)).slice();
const focusField = (i, a) => { const one = $(`s${i}-${a}`); one.focus(); };

function field(text, value, title, change, id) {
  const label = make("label", text, {class: "field"});
  const input = make("input", "", {type: "number", min: 0, max: 1, step: "any", "aria-label": title, id});
  input.value = Number(value.toPrecision(6));
  input.addEventListener("change", () => change(Math.min(1, Math.max(0, Number(input.value) || 0))));
  label.append(input);
  return label;
}

function judge() {
  if (!state.own) return;
  if (here.broken.length) { fill($("judgement"), make("p", verdict())); return; }
  const bad = MODEL.tree.sets.filter((one, i) => Math.abs(sum(state.own[i]) - 1) > 1e-6 || (state.given[i] && Math.abs(sum(state.given[i]) - 1) > 1e-6));
  if (bad.length) { fill($("judgement"), make("p", `Probabilities must sum to one at: ${bad.map(one => one.name).join("; ")}.`)); return; }
  const all = accounts(MODEL, here, state.own, state.given);
  all.forEach((one, i) => bayes(one, i));
  const gains = all.filter(one => one.gain > 1e-9).sort((a, b) => b.gain - a.gain);
  const head = gains.length
    ? `Not an equilibrium: ${gains.map(one => `${one.set.name} gains ${number(one.gain)} by ${one.best.action}`).join("; ")}.`
    : "Nobody gains by another action, given these beliefs: every move is sequentially rational.";
  fill($("judgement"), make("p", head, {class: gains.length ? "no" : "yes"}), ...all.map(arithmetic));
}

// Where play comes, Bayes' rule sets the belief and the fields only show it.
function bayes(one, i) {
  const set = MODEL.tree.sets[i];
  if (set.members.length < 2) return;
  const rows = beliefsOf(MODEL, reach(MODEL, here, state.own), state.given)[i].rows;
  set.members.forEach((_, k) => {
    const input = $(`b${i}-${k}`);
    if (!input) return;
    input.disabled = one.reached > 0;
    input.value = Number(rows[k].toPrecision(6));
  });
  $(`h${i}`).textContent = one.reached > 0 ? "Belief, by Bayes' rule:" : "Belief, which play does not settle:";
}

function arithmetic(one) {
  const box = make("details", "", one.gain > 1e-9 ? {open: ""} : {});
  const reached = one.reached > 0 ? `reached with probability ${number(one.reached)}` : "off the path";
  box.append(make("summary", `${one.set.name} (${reached})${one.gain > 1e-9 ? `: deviates to ${one.best.action}` : ""}`));
  one.actions.forEach(action => {
    const terms = action.terms.map(t => `${number(t.odds)} × ${number(t.pay)} (${t.event})`).join(" + ");
    box.append(make("p", `${action.action}: ${terms} = ${number(action.worth)}`, {class: action === one.best ? "best" : ""}));
  });
  return box;
}

// -- questions -----------------------------------------------------------------------------------------------------

const quiz = {right: 0, asked: 0};

function randomPoint() {
  for (let tries = 0; tries < 500; tries++) {
    const p = MODEL.parameters.map((one, i) => (one.chance ? one.low + (one.high - one.low) * Math.random() : state.p[i]));
    if (!MODEL.parameters.some(one => one.chance)) MODEL.parameters.forEach((one, i) => { p[i] = one.value * (0.5 + Math.random()); });
    const rounded = p.map(value => Number(value.toPrecision(2)));
    if (!look(MODEL, rounded).broken.length) return rounded;
  }
  return state.p.slice();
}

function ask() {
  $("reply").textContent = "";
  (Math.random() < 0.5 ? askWhich : askDirection)();
}

function askWhich() {
  const p = randomPoint(), there = look(MODEL, p), moved = changed(p);
  const right = new Set(there.found.filter(one => one.generic).map(one => one.family));
  $("question").textContent = `Predict: at ${moved}, which equilibria exist?`;
  const boxes = names.map((text, k) => option(text, "checkbox", k));
  choose(boxes, () => {
    const chosen = new Set(names.filter((_, k) => $(`q${k}`).checked));
    const good = names.every(text => chosen.has(text) === right.has(text));
    tell(good, `They are: ${[...right].join(" + ") || "none"}.`, p);
  });
}

function askDirection() {
  const from = randomPoint(), movable = MODEL.parameters.map((_, i) => i).filter(i => MODEL.parameters[i].chance);
  const i = movable.length ? movable[Math.floor(Math.random() * movable.length)] : state.x, one = MODEL.parameters[i];
  const to = from.slice();
  to[i] = Number((from[i] + (one.high - from[i]) * (0.3 + 0.5 * Math.random())).toPrecision(2));
  const a = look(MODEL, from), b = look(MODEL, to);
  if (b.broken.length || !a.found.length || !b.found.length || to[i] <= from[i]) { askWhich(); return; }
  const event = MODEL.events[state.event], right = direction(a, b, state.event);
  $("question").textContent = `Predict: at ${changed(from)}, ${one.name} rises to ${number(to[i])}. The probability of “${event}” …`;
  const ways = [["rises", "rises"], ["falls", "falls"], ["stays", "stays the same"], ["depends", "depends on the equilibrium"]];
  choose(ways.map(([, text], k) => option(text, "radio", k)), () => {
    const chosen = ways.findIndex((_, k) => $(`q${k}`).checked);
    const show = there => { const [low, high] = range(there, state.event); return high - low < 1e-9 ? percent(low) : `${percent(low)} to ${percent(high)}`; };
    tell(chosen >= 0 && ways[chosen][0] === right, `From ${show(a)} to ${show(b)}.`, to);
  });
}

const changed = p => MODEL.parameters.map((one, i) => [one, i]).filter(([one, i]) => one.chance || p[i] !== state.p[i])
  .map(([one, i]) => `${one.name} = ${number(p[i])}`).join(", ") || "the present values";

function option(text, type, k) {
  const label = make("label", "", {class: "option"});
  label.append(make("input", "", {type, name: "prediction", id: `q${k}`}), make("span", text));
  return label;
}

function choose(options, check) {
  const button = make("button", "Check my prediction", {type: "button"});
  button.addEventListener("click", () => { check(); button.disabled = true; });
  fill($("options"), ...options, button);
}

function tell(good, why, p) {
  quiz.asked += 1;
  quiz.right += good ? 1 : 0;
  $("reply").textContent = `${good ? "Right." : "Not so."} ${why} (${quiz.right} of ${quiz.asked} right)`;
  $("reply").className = good ? "yes" : "no";
  set(p);
}

// -- all -----------------------------------------------------------------------------------------------------------

function refresh(recompute = true) {
  if (recompute) here = look(MODEL, state.p);
  MODEL.parameters.forEach((_, i) => { $(`v${i}`).textContent = number(state.p[i]); });
  answer();
  tree();
  later();
  judge();
}

function start() {
  const chances = MODEL.parameters.map((one, i) => [one, i]).filter(([one]) => one.chance).map(([, i]) => i);
  const rest = MODEL.parameters.map((_, i) => i).filter(i => !chances.includes(i));
  [state.x, state.y] = [...chances, ...rest].slice(0, 2);
  const grim = MODEL.events.findIndex(event => /war|conflict|fight|collision|attack/i.test(event));
  state.event = Math.max(0, grim);
  MODEL.events.forEach((event, i) => $("event").append(make("option", event, {value: i})));
  $("event").value = state.event;
  $("event").addEventListener("change", () => { state.event = Number($("event").value); refresh(false); });
  $("again").addEventListener("click", ask);
  $("copy").addEventListener("click", copy);
  $("reset").addEventListener("click", () => set(MODEL.parameters.map(one => one.value)));
  sliders();
  axes();
  refresh();
  copy();
  ask();
}

if (MODEL.parameters.length > 1) start();
