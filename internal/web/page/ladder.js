// The last second of a receiver as a ladder, drawn to scale.

import { el, svg, update } from "./dom.js";
import { quantity, signed } from "./words.js";

const ROW = 20; // pixels between two labels
const LEAST = 320; // pixels of height
const DESK = globalThis.matchMedia?.("(min-width: 1180px)"); // as in page.css: the ladder fills its panel
const MARGIN = 16;
const RAIL = 64; // x of the rail; the scale is left of it
const LABELS = 116;

/**
 * steps returns what happened in a second, oldest first: a name, a kind (pulse, first, sentence
 * or published) and at, in nanoseconds after the second began.
 */
export function steps(second) {
  const found = [];
  const add = (name, kind, at) => { if (at !== null && at !== undefined) found.push({ name, kind, at }); };
  add("Pulse", "pulse", second.pulse_ns);
  add("First byte", "first", second.first_byte_ns);
  for (const s of second.sentences ?? []) add(s.type, "sentence", s.end_ns);
  add("Published", "published", second.published_ns);
  return found.sort((a, b) => a.at - b.at);
}

// A system clock that is off by more than this makes the scale useless: it then begins with the first step.
const FAR = 1.5e9;

/** origin returns what to take off the steps, and whether that is not the begin of the second. */
export function origin(list) {
  const first = list[0]?.at ?? 0;
  const last = list.at(-1)?.at ?? 0;
  return Math.abs(first) > FAR || Math.abs(last) > FAR ? { zero: first, moved: true } : { zero: 0, moved: false };
}

/** scale returns the ends of an axis around the values, and the distance of its marks, in nanoseconds. */
export function scale(least, greatest) {
  const span = Math.max(greatest - Math.min(least, 0), 1e6);
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const mark = [1, 2, 5, 10].map((k) => k * power).find((m) => m >= rough);
  return { low: least < -mark / 10 ? Math.floor(least / mark) * mark : 0, high: Math.ceil(greatest / mark) * mark || mark, mark };
}

/** spread moves positions apart until they have this distance, keeping their order, from low to high. */
export function spread(positions, distance, low, high) {
  const placed = [];
  for (const y of positions) placed.push(Math.max(y, placed.length > 0 ? placed.at(-1) + distance : low));
  for (let i = placed.length - 1, most = high; i >= 0; i--, most -= distance) placed[i] = Math.min(placed[i], most);
  return placed;
}

/** markText returns the label of a mark: 200 ms, 1.2 s. */
export const markText = (at) => quantity(at, 2).replace(/\.0(?=\s)/, "");

function axis({ low, high, mark }, y) {
  const marks = [];
  for (let at = low; at <= high + mark / 2; at += mark) {
    const tick = svg("line", { x1: RAIL - 12, x2: RAIL - 6, y1: y(at), y2: y(at), class: "ladder-tick" });
    const label = svg("text", { x: RAIL - 16, y: y(at) + 4, class: "ladder-scale", "text-anchor": "end" });
    label.textContent = at === 0 ? "0" : markText(at);
    marks.push(tick, label);
  }
  return marks;
}

function bars(list, y) {
  const shapes = [];
  let before = null; // end of the sentence before, or the first byte
  let odd = false;
  for (const step of list) {
    if (step.kind === "sentence" && before !== null) {
      const top = y(before);
      shapes.push(svg("rect", { x: RAIL - 5, width: 10, y: top, height: Math.max(y(step.at) - top, 1), class: odd ? "ladder-bar odd" : "ladder-bar" }));
      odd = !odd;
    }
    if (step.kind === "sentence" || step.kind === "first") before = step.at;
  }
  return shapes;
}

function rung(step, y, labelY, width, zero) {
  const group = svg("g", { class: "ladder-step " + step.kind });
  const name = svg("text", { x: LABELS, y: labelY + 4, class: "ladder-name" });
  const time = svg("text", { x: width - 2, y: labelY + 4, class: "ladder-time", "text-anchor": "end" });
  name.textContent = step.name;
  time.textContent = step.kind === "pulse" ? signed(step.at - zero, 2) : quantity(step.at - zero, 3);
  group.append(
    svg("line", { x1: RAIL - 8, x2: RAIL + 8, y1: y, y2: y, class: "ladder-rung" }),
    svg("path", { d: `M${RAIL + 8} ${y}H${RAIL + 14}L${LABELS - 14} ${labelY}H${LABELS - 6}`, class: "ladder-leader" }),
    name, time,
  );
  return group;
}

/** ladderText returns the steps in words, for a screen reader. */
function ladderText(list, zero) {
  return el("ol", { class: "visually-hidden" }, ...list.map((step) => el("li", {}, `${step.name}: ${quantity(step.at - zero, 3)}`)));
}

/** drawLadder replaces the content of a node by the ladder of a second. */
export function drawLadder(node, second) {
  const list = steps(second);
  if (list.length === 0) {
    update(node, el("p", { class: "empty" }, "No pulse and no sentence in the last second."));
    return;
  }
  const { zero, moved } = origin(list);
  const axisScale = scale(list[0].at - zero, list.at(-1).at - zero);
  const width = Math.max(node.clientWidth, 240);
  const least = Math.max(LEAST, list.length * ROW + 2 * MARGIN);
  node.style.minHeight = `${least}px`; // the picture takes no room of its own where it fills its panel
  const height = Math.max(DESK.matches ? node.clientHeight : 0, least);
  const y = (at) => MARGIN + ((at - zero - axisScale.low) / (axisScale.high - axisScale.low)) * (height - 2 * MARGIN);
  const labels = spread(list.map((step) => y(step.at)), ROW, MARGIN, height - MARGIN);
  const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", class: "ladder" },
    svg("line", { x1: RAIL, x2: RAIL, y1: MARGIN, y2: height - MARGIN, class: "ladder-rail" }),
    ...axis(axisScale, (at) => y(at + zero)),
    ...bars(list, y),
    ...list.map((step, i) => rung(step, y(step.at), labels[i], width, zero)));
  const note = moved ? el("p", { class: "note" }, `The system clock is ${quantity(list[0].at, 3)} from the receiver's second. The ladder begins with the first step.`) : null;
  update(node, picture, ladderText(list, zero), note);
}

