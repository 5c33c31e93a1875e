import test from "node:test";
import assert from "node:assert/strict";
import * as series from "../page/series.js";
import { markText, origin, scale, spread, steps } from "../page/ladder.js";
import { place, systemOf } from "../page/sky.js";
import { View } from "../page/view.js";

test("figures", () => {
  const f = series.figures([3, 1, null, 2, NaN]);
  assert.deepEqual([f.count, f.median, f.mean, f.deviation, f.least, f.greatest], [3, 2, 2, 1, 1, 3]);
  assert.ok(Number.isNaN(series.figures([]).median));
});

test("a histogram counts each value once", () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000).concat([1e9, -1e9]);
  const h = series.histogram(values);
  assert.equal(h.counts.reduce((a, b) => a + b) + h.outside, values.length);
  assert.equal(h.outside, 2); // an outlier does not flatten the others
  assert.equal(h.centers.length, h.counts.length);
  assert.deepEqual(series.histogram([5]).counts, []);
  assert.equal(series.histogram([5, 5, 5]).counts.reduce((a, b) => a + b), 3);
});

test("keep drops what is too old, from every column", () => {
  const columns = { time_ms: [1, 2, 3], offset_ns: [10, 20, 30] };
  series.keep(columns, 2);
  assert.deepEqual(columns, { time_ms: [2, 3], offset_ns: [20, 30] });
  series.keep(columns, 9);
  assert.deepEqual(columns, { time_ms: [], offset_ns: [] });
  const later = { time_ms: [1, 2, 3, 4], offset_ns: [10, 20, 30, 40] };
  series.keep(later, 2, 3);
  assert.deepEqual(later, { time_ms: [2, 3], offset_ns: [20, 30] });
});

test("ascending drops what is later than its successor: the system clock was set back", () => {
  const columns = { time_ms: [1, 5, 9, 2, 3, 3, 8], offset_ns: [10, 50, 90, 20, 30, 31, 80] };
  series.ascending(columns);
  assert.deepEqual(columns, { time_ms: [1, 2, 3, 8], offset_ns: [10, 20, 31, 80] });
  series.ascending(columns);
  assert.deepEqual(columns.time_ms, [1, 2, 3, 8]);
});

test("join keeps what the daemon has forgotten, and what arrived after its answer", () => {
  const of = (...times) => ({ time_ms: times, offset_ns: times.map((t) => 10 * t) });
  assert.deepEqual(series.join(of(1, 2, 3, 4), of(3, 4)), of(1, 2, 3, 4));
  assert.deepEqual(series.join(of(1, 2, 3, 4, 5), of(2, 3, 4)), of(1, 2, 3, 4, 5));
  assert.deepEqual(series.join(of(1, 2), of()), of(1, 2));
  assert.deepEqual(series.join(of(), of(7)), of(7));
});

test("no line crosses a gap", () => {
  assert.deepEqual(series.broken([0, 1000, 9000], [[1, 2, 3]], 5000), [[0, 1, 5, 9], [1, 2, null, 3]]);
});

test("the mean of the neighbours", () => {
  assert.deepEqual(series.smooth([0, 1, 2, 10], [0, 3, 6, 9], 1), [1.5, 3, 4.5, 9]);
});

test("the difference is of samples at the same second", () => {
  const a = { time_ms: [1000, 2000, 3000, 5000], offset_ns: [10, 20, 30, 50] };
  const b = { time_ms: [2100, 2990, 4000, 5400], offset_ns: [1, 2, 3, null] };
  assert.deepEqual(series.difference(a, b, 1000), { time_ms: [2000, 3000], offset_ns: [19, 28] });
});

test("the steps of a second are in the order of time", () => {
  const list = steps({ pulse_ns: null, first_byte_ns: 150e6, sentences: [{ type: "GPRMC", end_ns: 220e6 }], published_ns: 221e6 });
  assert.deepEqual(list.map((s) => s.name), ["First byte", "GPRMC", "Published"]);
  assert.deepEqual(origin(list), { zero: 0, moved: false });
  assert.deepEqual(origin([{ at: 3600e9 }]), { zero: 3600e9, moved: true });
  assert.deepEqual(origin([]), { zero: 0, moved: false });
});

test("the scale of the ladder has all steps and few marks", () => {
  for (const [least, greatest] of [[0, 716e6], [-2e3, 53e6], [-400e6, 300e6], [0, 1e9], [0, 0]]) {
    const { low, high, mark } = scale(least, greatest);
    assert.ok(low <= Math.max(least, low) && high >= greatest && low - mark / 10 <= least, `${low}..${high} around ${least}..${greatest}`);
    const marks = (high - low) / mark;
    assert.ok(marks >= 1 && marks <= 8, `${marks} marks`);
  }
});

test("each mark of the ladder has its own label", () => {
  const plain = (at) => markText(at).replaceAll("\u00a0", " ");
  assert.deepEqual([200e6, 1e9, 1.2e9, 1.5e9, 50e6, 5e3, -100e6].map(plain), ["200 ms", "1 s", "1.2 s", "1.5 s", "50 ms", "5 µs", "−100 ms"]);
});

test("labels keep their order and their distance", () => {
  const placed = spread([10, 11, 12, 90, 99], 20, 10, 100);
  assert.deepEqual(placed, [10, 30, 50, 80, 100].map((y, i) => placed[i] && y));
  for (let i = 1; i < placed.length; i++) assert.ok(placed[i] - placed[i - 1] >= 20);
});

test("the sky", () => {
  assert.deepEqual(systemOf("GL09"), { letter: "R", name: "GLONASS", number: "09" });
  assert.equal(systemOf("ZZ1").name, "Other");
  const zenith = place(90, 123);
  assert.deepEqual([zenith.x, zenith.y], [160, 160]);
  const east = place(0, 90);
  assert.ok(east.x > 290 && Math.abs(east.y - 160) < 1e-9);
  assert.ok(place(0, 0).y < 30); // north is up
});

test("the view stays within the span, and moves with the time until it is zoomed", () => {
  const now = 1e9; // by the clock of refclock's machine, which may differ from the browser's
  const view = new View(() => now);
  let told = 0;
  view.onChange(() => told++);
  view.move(-0.25); // all is shown
  assert.equal(view.range, null);
  view.zoom(0.5);
  const [from, to] = view.ends();
  assert.ok(Math.abs(to - from - 1800) < 1e-3);
  view.move(10);
  assert.ok(view.ends()[1] <= now + 1e-3);
  view.move(-10);
  assert.ok(view.ends()[0] >= now - 3601);
  view.zoom(2);
  assert.equal(view.range, null);
  assert.equal(told, 4);
  view.begin = now - 600;
  assert.ok(Math.abs(view.ends()[1] - view.ends()[0] - 600) < 1e-1); // no more than there is
  view.begin = now - 3;
  assert.equal(Math.round(view.ends()[1] - view.ends()[0]), 120);
  view.begin = -Infinity;
  view.setSpan(86400);
  assert.ok(Math.abs(view.ends()[1] - view.ends()[0] - 86400) < 1e-3);
});
