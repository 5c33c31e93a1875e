// The panels in words: the truth, the clocks, their targets and the log.

import { $, el, text, update, value } from "./dom.js";
import * as words from "./words.js";

/** showTruth draws the first lines of the page. It speaks only if the state changed. */
export function showTruth(report) {
  const truth = words.truth(report);
  $("truth").dataset.level = truth.level;
  text($("first"), truth.first);
  text($("rest"), truth.rest.join(" "));
  for (const name of ["detail", "hint"]) {
    text($(name), truth[name]);
    $(name).hidden = truth[name] === "";
  }
  text($("spoken"), truth.spoken);
  const title = `${truth.level === "good" ? "" : "⚠ "}${truth.first} refclock`;
  if (document.title !== title) document.title = title;
}

const LEVEL_WORDS = { good: "publishing", wait: "not publishing yet", bad: "not publishing" };
const OPTIONAL = "optional, not publishing";

function levelOf(clock) {
  if (words.flows(clock)) return "good";
  return clock.stuck || (clock.state.hint && !clock.optional) ? "bad" : "wait";
}

function fact(name, node) {
  return el("div", { class: "fact" }, el("dt", {}, name), el("dd", {}, node));
}

const OLD_SAMPLE = 10e9; // ns

function clockFacts(clock) {
  const s = clock.sample;
  if (!s) return null;
  return el("dl", { class: "facts" },
    s.age_ns > OLD_SAMPLE ? fact("Last sample", `${words.lasting(s.age_ns / 1e6)} ago`) : null,
    fact("Offset", value(s.offset_ns, words.signed(s.offset_ns))),
    fact("Jitter", value(s.jitter_ns, words.quantity(s.jitter_ns, 3))),
    fact("Precision", value(s.precision, words.quantity(1e9 * 2 ** s.precision))),
    fact("Samples", value(clock.published, String(clock.published))));
}

/** readerText returns which program takes the samples of a clock. */
export function readerText(clock) {
  const { alive, consumed, overwritten } = clock.consumer;
  if (clock.unit < 0) return "a socket does not show whether its samples are read";
  if (alive === true) return `${words.list(words.readers(clock))}: ${consumed} samples taken, ${overwritten} not`;
  if (alive === false) return "no time daemon reads this unit";
  return "reader unknown: no sample, or a contested unit";
}

function clockCard(report, clock, name, colourName) {
  const level = levelOf(clock);
  const { detail, hint } = words.advice(clock);
  const state = words.flows(clock) ? "Publishing" : `${words.capitalized(clock.optional ? OPTIONAL : LEVEL_WORDS[level])}: ${words.reasonOf(clock)}`;
  const since = words.lasting((report.mono_ns - clock.since_ns) / 1e6);
  return el("li", { class: "clock", "data-level": level, "data-clock": clock.name },
    el("h3", {}, el("span", { class: "swatch " + colourName }), words.capitalized(name)),
    el("p", { class: "muted place" }, `${clock.name} → ${words.targets(clock)}`),
    el("p", { class: "clock-state" }, `${state}, for ${since}`),
    detail ? el("p", { class: "clock-detail" }, words.sentence(detail)) : null,
    hint ? el("p", { class: "hint" }, words.sentence(hint)) : null,
    clockFacts(clock));
}

/** showClocks draws a card for each clock. */
export function showClocks(report, colours) {
  const called = words.names(report.clocks);
  update($("clocks"), ...report.clocks.map((clock, i) => clockCard(report, clock, called[i], colours[i])));
}

const header = (...columns) => el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name))));

function targetRow(clock, name) {
  const c = clock.consumer;
  const foreign = c.foreign > 0 ? `${c.foreign} samples of another program in between` : "";
  const memory = clock.unit < 0 ? "" : c.size === 0 ? "does not exist yet" : `${c.size} bytes, mode ${c.perm}, user ${c.owner_uid}`;
  const programs = (c.processes ?? []).join(", ");
  return el("tr", {},
    el("th", { scope: "row" }, words.capitalized(words.targets(clock))),
    el("td", {}, words.capitalized(name)),
    el("td", { class: "short" }, el("span", { class: "dot", "data-level": words.flows(clock) ? "good" : levelOf(clock) }), words.flows(clock) ? "publishing" : words.reasonOf(clock)),
    el("td", {}, readerText(clock)),
    el("td", {}, programs || "–"),
    el("td", {}, [memory, foreign].filter(Boolean).join("; ") || "–"));
}

/** showTargets draws the table of units and sockets. */
export function showTargets(report) {
  const called = words.names(report.clocks);
  const head = header("Target", "Clock", "State", "Read by", "Attached", "Shared memory");
  update($("targets"), head, el("tbody", {}, ...report.clocks.map((clock, i) => targetRow(clock, called[i]))));
}

/** figuresTable draws one row of statistics for each clock. */
export function figuresTable(rows) {
  const head = header("Clock", "Samples", "Median", "Standard deviation", "Least", "Greatest", "Allan deviation");
  const cells = ({ name, figures, allan }) => el("tr", {},
    el("th", { scope: "row" }, words.capitalized(name)),
    el("td", { class: "number" }, String(figures.count)),
    ...["median", "deviation", "least", "greatest"].map((key) => el("td", { class: "number" }, value(figures[key], words.quantity(figures[key], 3)))),
    el("td", {}, allan.map((p) => `${p.tau} s: ${p.deviation.toExponential(2)}`).join(", ") || "–"));
  update($("figures"), head, el("tbody", {}, ...rows.map(cells)));
}

const KEPT = 5000; // changes: more than a report has
const SHOWN = 500;

/** An EventLog keeps the changes that were seen, also those of a daemon that has ended. */
export class EventLog {
  #seen = new Map();

  /** add takes the changes of a report and draws the log if there are new ones. */
  add(report) {
    const called = words.names(report.clocks);
    const before = this.#seen.size;
    const put = (who) => (change) => this.#seen.set(`${change.time} ${who} ${change.of}`, { ...change, who, ms: Date.parse(change.time) });
    (report.changes ?? []).forEach(put("refclock"));
    report.clocks.forEach((clock, i) => (clock.changes ?? []).forEach(put(called[i])));
    if (this.#seen.size !== before) this.#draw();
  }

  #draw() {
    const newest = [...this.#seen].sort(([, a], [, b]) => b.ms - a.ms || b.mono_ns - a.mono_ns).slice(0, KEPT);
    if (newest.length < this.#seen.size) this.#seen = new Map(newest);
    $("events").replaceChildren(...newest.slice(0, SHOWN).map(([, change]) => eventRow(change)));
  }
}

function eventRow(change) {
  const { state } = change;
  const level = state.publishing ? "good" : state.hint ? "bad" : "wait";
  return el("li", { class: "event" },
    el("time", { datetime: change.time }, words.bothTimes(change.ms)),
    el("span", { class: "event-who" }, words.capitalized(change.who)),
    el("span", { class: "event-what" },
      el("span", { class: "dot", "data-level": level }),
      el("strong", {}, state.publishing ? "publishing" : state.reason),
      state.detail ? `: ${state.detail}` : "",
      state.hint ? el("span", { class: "hint" }, words.sentence(state.hint)) : null));
}
