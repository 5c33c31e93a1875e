// The page of refclock: takes the state and the samples, and draws them.

import { $, el, text, update } from "./dom.js";
import { Connection, getHistory } from "./connection.js";
import { allan, interval } from "./stability.js";
import { drawLadder } from "./ladder.js";
import { newSky } from "./sky.js";
import { EventLog, figuresTable, showClocks, showTargets, showTruth } from "./panels.js";
import { allanChart, histogramChart, removeAll, timeChart } from "./charts.js";
import { View } from "./view.js";
import * as series from "./series.js";
import * as words from "./words.js";

const HOUR = 3600e3; // ms
const DAY = 24 * HOUR;
const SET_BACK = 60e3; // samples this far in the future are from before the system clock was set back
const OLD = 5000; // ms without a message, after which the page says that it is old
const SOON = 300; // ms in which several causes make one request for history
const CHANGES = 10e3; // ms between two requests for the gaps of a state that keeps changing
const REFRESH_POLL = 30e3; // ms between two requests for the hour while no events arrive
const REFRESH = 60e3; // ms between two requests for the day, while it has few buckets
const REFRESH_FULL = 300e3; // once it has many: they are half a megabyte a clock
const MANY = 1000;
const PAUSES = 5; // a line is broken where this many samples are missing

const state = { report: null, at: 0, clocks: [], day: false, hourLoaded: -Infinity, dayLoaded: -Infinity };

// now returns the time in milliseconds by the clock of refclock's machine, as of the last report.
const now = () => (state.report ? Date.parse(state.report.time) + performance.now() - state.at : Date.now());

const view = new View(() => now() / 1000);
const log = new EventLog();
let dirty = false;

const emptyHour = () => ({ time_ms: [], offset_ns: [], jitter_ns: [] });
const emptyDay = () => ({ time_ms: [], count: [], offset_min_ns: [], offset_median_ns: [], offset_max_ns: [], jitter_ns: [], delay_ns: [], satellites: [] });

// ---- What comes from refclock

const idOf = (clock) => words.identity(clock.kind, clock.name, words.targets(clock));

function onStatus(report) {
  report.clocks ??= [];
  state.report = report;
  state.at = performance.now();
  const signature = report.clocks.map(idOf).join("\n\n");
  if (signature !== state.signature) {
    state.signature = signature;
    build(report);
    loadSoon();
  }
  schedule();
}

function onSample(sample) {
  const clock = state.clocks[sample.clock];
  if (!clock) return;
  series.keep(clock.hour, sample.time_ms - HOUR, sample.time_ms + SET_BACK);
  if (sample.time_ms <= (clock.hour.time_ms.at(-1) ?? 0)) return; // the history had it
  clock.hour.time_ms.push(sample.time_ms);
  clock.hour.offset_ns.push(sample.offset_ns);
  clock.hour.jitter_ns.push(sample.jitter_ns);
  schedule();
}

function columns(answer, empty) {
  const made = empty();
  for (const name of Object.keys(made)) made[name] = answer[name] ?? [];
  series.ascending(made);
  return made;
}

// loadSoon asks for the history. Events arrive already, so that no sample is lost in between.
function loadSoon() {
  clearTimeout(state.loading);
  state.loading = setTimeout(async () => {
    await loadHour();
    await loadDay();
  }, SOON);
}

// onChange asks for the gaps of what is shown, at once but not too often.
function onChange() {
  if (state.changing) return;
  const wait = Math.max(SOON, state.hourLoaded + CHANGES - performance.now());
  state.changing = setTimeout(() => {
    state.changing = 0;
    loadHour();
    if (state.day) loadDay();
  }, wait);
}

// load takes an answer, and draws. If it fails, the next cause tries again.
async function load(span, take) {
  try {
    take(await getHistory(span));
  } catch {
    return;
  }
  state.counted = -Infinity;
  schedule();
}

const loadHour = () => load("1h", takeHour);
const loadDay = () => load("24h", takeDay);

// clockOf returns the clock of a history. Places may differ for a moment after a reload.
const clockOf = ({ kind, name, targets }) => state.clocks.find((clock) => clock.id === words.identity(kind, name, targets));

function takeHour(answer) {
  state.hourLoaded = performance.now();
  for (const hour of answer.clocks) {
    const clock = clockOf(hour);
    if (!clock) continue;
    clock.hour = series.join(clock.hour, columns(hour, emptyHour));
    series.keep(clock.hour, now() - HOUR, now() + SET_BACK);
    clock.gaps = hour.gaps ?? [];
  }
}

function takeDay(answer) {
  state.dayLoaded = performance.now();
  state.dayRows = Math.max(0, ...answer.clocks.map((day) => day.time_ms.length));
  for (const day of answer.clocks) {
    const clock = clockOf(day);
    if (!clock) continue;
    clock.day = series.join(clock.day, columns(day, emptyDay));
    series.keep(clock.day, now() - DAY, now() + SET_BACK);
    clock.dayGaps = day.gaps ?? [];
  }
}

// ---- The panels, built once for a set of clocks

const LINE_COLOURS = { pulse: ["pulse", "pulse-2"], sentences: ["sentences", "sentences-2"], other: ["other", "other-2"] };

function lineColours(clocks) {
  const used = {};
  return clocks.map((clock) => {
    const kind = words.isPulse(clock) ? "pulse" : clock.kind === "gps" ? "sentences" : "other";
    used[kind] = (used[kind] ?? -1) + 1;
    return LINE_COLOURS[kind][used[kind] % 2];
  });
}

function build(report) {
  removeAll();
  const called = words.names(report.clocks);
  const colours = lineColours(report.clocks);
  const before = new Map(state.clocks.map((clock) => [clock.id, clock]));
  state.clocks = report.clocks.map((clock, i) => {
    const id = idOf(clock);
    const kept = before.get(id) ?? { hour: emptyHour(), day: emptyDay(), gaps: [], dayGaps: [] };
    return { ...kept, id, name: called[i], colour: colours[i], receiver: Boolean(clock.receiver), pulse: words.isPulse(clock) };
  });
  buildCharts();
  buildStatistics();
  buildReceivers(report);
  buildPairs();
}

const gapsOf = (clock) => () => (state.day ? clock.dayGaps : clock.gaps);

function buildCharts() {
  for (const clock of state.clocks) {
    const title = words.capitalized(clock.name);
    const shared = { view, name: clock.colour, gaps: gapsOf(clock) };
    clock.charts = {
      offset: timeChart({ ...shared, title: "Offset", height: 190, shape: () => (state.day ? "band" : "mean"), words: offsetWords }),
      jitter: timeChart({ ...shared, title: "Jitter", height: 100, fromZero: true, words: ([v]) => words.quantity(v, 3) }),
    };
    if (clock.receiver) clock.charts.delay = timeChart({ ...shared, title: "Delay of the sentences after the second", height: 100, words: ([v]) => words.quantity(v, 4) });
    clock.heading = el("h3", {}, el("span", { class: "swatch " + clock.colour }), title);
  }
  $("charts").replaceChildren(...state.clocks.map((clock) => el("div", { class: "clock-charts" }, clock.heading, ...Object.values(clock.charts).map((chart) => chart.node))));
}

function offsetWords(values) {
  if (values.length === 2) return words.signed(values[0]);
  return `${words.signed(values[1])} (${words.signed(values[0])} to ${words.signed(values[2])})`;
}

function buildStatistics() {
  for (const clock of state.clocks) clock.histogram = histogramChart(`${words.capitalized(clock.name)}: samples by offset`, 230, clock.colour);
  state.allan = allanChart("Overlapping Allan deviation by averaging time τ", 230, () => state.clocks.map((clock) => ({ name: clock.colour, label: clock.name })));
  const legend = el("p", { class: "legend" }, ...state.clocks.map((clock) => el("span", {}, el("span", { class: "swatch " + clock.colour }), words.capitalized(clock.name))));
  $("histograms").replaceChildren(...state.clocks.map((clock) => clock.histogram.node), el("div", { class: "allan" }, state.allan.node, legend));
}

function buildReceivers(report) {
  const receivers = report.clocks.map((clock, i) => ({ clock, i })).filter(({ clock }) => clock.receiver);
  $("second").hidden = !receivers.some(({ clock }) => "second" in clock);
  $("sky").hidden = !receivers.some(({ clock }) => "sky" in clock.receiver);
  state.receivers = receivers.map(({ clock, i }) => {
    const made = { i, ladder: el("div", { class: "ladder-box" }), sky: newSky(clock.name), facts: el("p", { class: "muted" }), label: el("p", { class: "muted place" }) };
    made.ladderNode = el("div", {}, ...(receivers.length > 1 ? [el("h3", {}, clock.name)] : []), made.label, made.ladder);
    made.skyNode = el("div", {}, el("h3", {}, clock.name), made.facts, made.sky.node);
    return made;
  });
  $("ladders").replaceChildren(...state.receivers.map((r) => r.ladderNode));
  $("skies").replaceChildren(...state.receivers.map((r) => r.skyNode));
}

const MOST_PAIRS = 6;

function buildPairs() {
  state.pairs = [];
  for (let a = 0; a < state.clocks.length; a++) {
    for (let b = a + 1; b < state.clocks.length; b++) state.pairs.push({ a, b });
  }
  const alike = ({ a, b }) => state.clocks[a].pulse === state.clocks[b].pulse && state.clocks[a].receiver === state.clocks[b].receiver;
  state.pairs = state.pairs.sort((p, q) => alike(q) - alike(p)).slice(0, MOST_PAIRS); // two pulses say more than a pulse and sentences
  for (const pair of state.pairs) {
    const title = `${words.capitalized(state.clocks[pair.a].name)} − ${state.clocks[pair.b].name}`;
    pair.chart = timeChart({ view, title, name: "difference", height: 150, gaps: () => [], words: ([v]) => words.signed(v) });
    pair.words = el("p", { class: "muted" });
    pair.node = el("div", {}, pair.chart.node, pair.words);
  }
  $("differences").hidden = state.pairs.length === 0;
  $("pairs").replaceChildren(...state.pairs.map((pair) => pair.node));
}

// ---- Drawing

// schedule draws before the next frame, however many messages arrive until then.
function schedule() {
  if (dirty) return;
  dirty = true;
  requestAnimationFrame(() => {
    dirty = false;
    if (state.report) draw();
  });
}

function draw() {
  const { report } = state;
  for (const link of document.querySelectorAll("nav a")) link.hidden = document.querySelector(link.hash).hidden;
  showTruth(report);
  showClocks(report, state.clocks.map((clock) => clock.colour));
  showTargets(report);
  log.add(report);
  drawReceivers(report);
  drawTimeCharts();
  drawPairs();
  drawStatistics();
  text($("version"), report.version);
  text($("daemon"), `refclock ${report.version}, process ${report.pid}, started ${words.bothTimes(Date.parse(report.started))}, ${report.file || "no configuration file"}`);
}

function drawReceivers(report) {
  for (const r of state.receivers) {
    const clock = report.clocks[r.i];
    const receiver = clock?.receiver;
    if (!receiver) continue;
    text(r.facts, words.receiverText(receiver));
    r.sky.draw(receiver.sky ?? []);
    if (clock.second) {
      text(r.label, `Second ${words.bothTimes(Date.parse(clock.second.second))}`);
      drawLadder(r.ladder, clock.second);
    } else {
      text(r.label, "");
      update(r.ladder, el("p", { class: "empty" }, words.flows(clock) ? "Waiting for a complete second." : `No complete second: ${words.reasonOf(clock)}.`));
    }
  }
}

function chartText(title, name, values) {
  const f = series.figures(values);
  if (f.count === 0) return `${title} of ${name}: no samples.`;
  return `${title} of ${name}: median ${words.quantity(f.median, 3)}, from ${words.quantity(f.least, 3)} to ${words.quantity(f.greatest, 3)}. Plus and minus zoom, the arrow keys move, 0 resets.`;
}

const SAMPLE = 1000; // ms
const MEAN = 15e3; // ms on either side of a sample, for the line through the samples
const BUCKET = 10e3;

// The description of a chart changes rarely: a screen reader may read it at the moment.
function described(chart, make) {
  if (chart.described && performance.now() - chart.described < REFRESH) return null;
  chart.described = performance.now();
  return make();
}

function show(chart, title, clock, times, columns, step) {
  const main = columns[columns.length === 3 ? 1 : 0];
  chart.show(series.broken(times, columns, step * PAUSES), described(chart, () => chartText(title, clock.name, main)));
}

function stepOf(clock) { return Math.max(SAMPLE, 1000 * interval(clock.hour.time_ms.slice(-60))); }

function drawTimeCharts() {
  view.begin = Math.min(...state.clocks.map(({ hour, day }) => Math.min(hour.time_ms[0] ?? Infinity, day.time_ms[0] ?? Infinity))) / 1000;
  for (const clock of state.clocks) {
    const { hour, day, charts } = clock;
    if (state.day) {
      show(charts.offset, "Offset", clock, day.time_ms, [day.offset_min_ns, day.offset_median_ns, day.offset_max_ns], BUCKET);
      show(charts.jitter, "Jitter", clock, day.time_ms, [day.jitter_ns], BUCKET);
    } else {
      show(charts.offset, "Offset", clock, hour.time_ms, [hour.offset_ns, series.smooth(hour.time_ms, hour.offset_ns, MEAN)], stepOf(clock));
      show(charts.jitter, "Jitter", clock, hour.time_ms, [hour.jitter_ns], stepOf(clock));
    }
    if (charts.delay) {
      charts.delay.node.hidden = !day.delay_ns.some((delay) => delay !== null); // it is not known without a pulse
      if (!charts.delay.node.hidden) show(charts.delay, "Delay", clock, day.time_ms, [day.delay_ns], BUCKET);
    }
  }
  const [from, to] = view.ends();
  text($("range"), `${words.bothTimes(from * 1000)} to ${view.range ? words.bothTimes(to * 1000) : "now"}. Drag to zoom, double-click to reset.`);
  $("reset").disabled = view.range === null;
}

function drawPairs() {
  for (const pair of state.pairs) {
    const [a, b] = [state.clocks[pair.a], state.clocks[pair.b]];
    const columns = (clock) => (state.day ? { time_ms: clock.day.time_ms, offset_ns: clock.day.offset_median_ns } : clock.hour);
    const step = state.day ? BUCKET : Math.max(stepOf(a), stepOf(b));
    const d = series.difference(columns(a), columns(b), step);
    const f = series.figures(d.offset_ns);
    show(pair.chart, "Difference", { name: `${a.name} and ${b.name}` }, d.time_ms, [d.offset_ns], step);
    text(pair.words, f.count === 0 ? "The two have no samples at the same time." : `Median ${words.signed(f.median)}, standard deviation ${words.quantity(f.deviation, 3)}, ${f.count} pairs`);
  }
}

const STATISTICS_EVERY = 5000; // ms

function drawStatistics() {
  if (performance.now() - (state.counted ?? -Infinity) < STATISTICS_EVERY) return;
  state.counted = performance.now();
  const rows = state.clocks.map((clock) => ({ name: clock.name, figures: series.figures(clock.hour.offset_ns), allan: allan(clock.hour.time_ms, clock.hour.offset_ns) }));
  state.clocks.forEach((clock, i) => drawHistogram(clock, rows[i].figures));
  drawAllan(rows);
  figuresTable(rows);
}

function drawHistogram(clock, f) {
  const h = series.histogram(clock.hour.offset_ns);
  const beyond = h.outside > 0 ? `, ${h.outside} beyond the edges` : "";
  const description = f.count < 2 ? `Histogram of ${clock.name}: not enough samples.` : `Histogram of the offsets of ${clock.name}: ${f.count} samples${beyond}, median ${words.quantity(f.median, 3)}, standard deviation ${words.quantity(f.deviation, 3)}.`;
  clock.histogram.show([h.centers, h.counts], description);
}

function drawAllan(rows) {
  const taus = [...new Set(rows.flatMap((row) => row.allan.map((p) => p.tau)))].sort((a, b) => a - b);
  const lines = rows.map((row) => taus.map((tau) => row.allan.find((p) => p.tau === tau && p.deviation > 0)?.deviation ?? null));
  const spoken = rows.filter((row) => row.allan.length > 0).map((row) => `${row.name} from ${row.allan[0].deviation.toExponential(1)} at ${row.allan[0].tau} s to ${row.allan.at(-1).deviation.toExponential(1)} at ${row.allan.at(-1).tau} s`);
  state.allan.show([taus, ...lines], `Allan deviation: ${spoken.join("; ") || "not enough samples"}.`);
}

// ---- The tools of the charts

function chooseSpan(day) {
  state.day = day;
  $("span-1h").setAttribute("aria-pressed", String(!day));
  $("span-24h").setAttribute("aria-pressed", String(day));
  for (const chart of [...state.clocks.flatMap((clock) => [clock.charts.offset, clock.charts.jitter]), ...(state.pairs ?? []).map((pair) => pair.chart)]) chart.restart();
  view.setSpan(day ? 86400 : 3600);
}

view.onChange(schedule);
window.addEventListener("resize", schedule); // for the ladder
const tools = {
  "span-1h": () => chooseSpan(false), "span-24h": () => chooseSpan(true),
  earlier: () => view.move(-0.25), later: () => view.move(0.25),
  "zoom-in": () => view.zoom(0.5), "zoom-out": () => view.zoom(2), reset: () => view.set(null),
};
for (const [id, act] of Object.entries(tools)) $(id).addEventListener("click", act);

// ---- Time, and how old the data is

function tick() {
  showTime();
  showAge();
}

function showTime() {
  if (!state.report) return;
  const [utc, local] = [words.timeOfDay(now(), true), words.timeOfDay(now())];
  text($("utc"), utc);
  text($("local"), utc === local ? "" : `${local} local`);
}

const POLLING = "refclock sends no events to this page, probably because it has too many viewers. The page asks for the state every 3 s, and for the samples every 30 s.";

function showAge() {
  const silence = connection.silence();
  const old = silence > OLD;
  $("stale").hidden = !old && !connection.polling;
  document.body.classList.toggle("old", old);
  if (!old) {
    state.told = false;
    if (connection.polling) text($("stale"), POLLING);
    return;
  }
  const reason = "no connection to refclock; it reconnects by itself";
  text($("stale"), state.report ? `The data is ${words.lasting(silence)} old: ${reason}.` : `No data yet: ${reason}.`);
  if (!state.told) text($("spoken"), "No connection to refclock. The page reconnects by itself.");
  state.told = true;
}

const connection = new Connection({ hello: loadSoon, status: onStatus, sample: onSample, change: onChange });
connection.open();
setInterval(tick, 1000);
setInterval(() => {
  if (document.hidden || connection.silence() > OLD) return;
  const due = state.dayRows > MANY ? REFRESH_FULL : REFRESH;
  if (performance.now() - state.dayLoaded > due) loadDay();
  if (connection.polling && performance.now() - state.hourLoaded > REFRESH_POLL) loadHour();
}, 10e3);
