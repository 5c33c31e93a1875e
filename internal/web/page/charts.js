// Charts by uPlot, with the colours of the page, keyboard and gaps.

import { el, colour, text } from "./dom.js";
import { decimalsOf, signed, unitFor, timeOfDay, dateOf, bothTimes } from "./words.js";

const uPlot = globalThis.uPlot;
const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const live = new Set(); // every chart that is on the page

const axisColours = () => ({ stroke: colour("muted"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line"), width: 1, size: 4 }, font: FONT });

/** offsetLabels returns the labels of an axis in nanoseconds, all in the unit of the greatest. */
function offsetLabels(_, splits) {
  const { scale, unit } = unitFor(Math.max(...splits.map(Math.abs)));
  const decimals = decimalsOf((splits[1] - splits[0]) / scale);
  return splits.map((ns) => `${(ns / scale).toFixed(decimals).replace(/^-(?=.*[1-9])/, "\u2212").replace(/^-/, "")} ${unit}`);
}

function timeLabels(_, splits) {
  const step = splits.length > 1 ? splits[1] - splits[0] : 60;
  return splits.map((s, i) => {
    const ms = s * 1000;
    const clock = step < 60 ? timeOfDay(ms) : timeOfDay(ms).slice(0, 5);
    const newDay = i > 0 && dateOf(ms) !== dateOf(splits[i - 1] * 1000);
    return newDay ? `${clock}\n${dateOf(ms).slice(5)}` : clock;
  });
}

/** faded returns a colour of the style sheet, which has the form #rrggbb, with this opacity. */
const faded = (name, opacity) => colour(name) + Math.round(opacity * 255).toString(16).padStart(2, "0");

/** drawGaps shades the gaps behind a chart, with the reason where there is room. */
function drawGaps(chart, gaps) {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = "top";
  for (const gap of gaps) {
    const from = Math.max(chart.valToPos(gap.from_ms / 1000, "x", true), bbox.left);
    const to = gap.to_ms === null ? bbox.left + bbox.width : chart.valToPos(gap.to_ms / 1000, "x", true);
    if (to < bbox.left || from > bbox.left + bbox.width) continue;
    ctx.fillStyle = faded("gap", 0.16);
    ctx.fillRect(from, bbox.top, Math.max(to - from, ratio), bbox.height);
    ctx.fillStyle = colour("gap-text");
    if (ctx.measureText(gap.reason).width + 8 * ratio < Math.min(to, bbox.left + bbox.width) - from) ctx.fillText(gap.reason, from + 4 * ratio, bbox.top + 4 * ratio);
  }
  ctx.restore();
}

/** gapAt returns the gap at an instant in milliseconds, if there is one. */
const gapAt = (gaps, ms) => gaps.find((gap) => ms >= gap.from_ms && (gap.to_ms === null || ms <= gap.to_ms));

const KEYS = {
  "+": (view) => view.zoom(0.5), "=": (view) => view.zoom(0.5), "-": (view) => view.zoom(2),
  ArrowLeft: (view) => view.move(-0.25), ArrowRight: (view) => view.move(0.25),
  0: (view) => view.set(null), Escape: (view) => view.set(null),
};

function onKey(view) {
  return (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(view);
  };
}

/** frame returns the elements around a chart: a title, a line for the values at the cursor, and the canvas. */
function frame(title, zoomable) {
  const readout = el("span", { class: "readout", "aria-hidden": "true" });
  const canvas = el("div", { class: "canvas" });
  const attributes = zoomable ? { tabindex: "0", role: "group", "aria-roledescription": "chart" } : { role: "img" };
  const node = el("div", { class: "chart", ...attributes }, el("p", { class: "chart-head" }, el("span", { class: "chart-title" }, title), readout), canvas);
  return { node, readout, canvas };
}

/** removeAll ends all charts, before the page builds others. */
export function removeAll() {
  for (const entry of live) entry.remove();
  live.clear();
}

/** redrawAll draws each chart again, as after a change of the theme. */
export function redrawAll() { for (const entry of live) entry.rebuild(); }

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);

/**
 * A Chart owns the elements of a chart and its uPlot. options() returns what uPlot gets, new
 * each time, because the colours may have changed.
 */
class Chart {
  #options;
  #data = null;
  #height;
  #observer = new ResizeObserver(() => this.resize());
  plot = null;
  described = 0; // when the description was made, by performance.now()

  constructor(title, height, options, zoomable = false) {
    Object.assign(this, frame(title, zoomable));
    this.#options = options;
    this.#height = height;
    live.add(this);
    this.#observer.observe(this.canvas);
  }

  /** show draws data, and describes it for a screen reader. */
  show(data, description) {
    this.#data = data;
    if (description && this.node.getAttribute("aria-label") !== description) this.node.setAttribute("aria-label", description);
    if (this.plot) this.plot.setData(data);
    else this.rebuild();
  }

  rebuild() {
    if (!this.#data || this.canvas.clientWidth === 0) return;
    this.plot?.destroy();
    this.plot = new uPlot({ width: this.canvas.clientWidth, height: this.#height, legend: { show: false }, ...this.#options(this) }, this.#data, this.canvas);
  }

  /** remove ends what the browser would do for the chart. */
  remove() {
    this.#observer.disconnect();
    this.restart();
  }

  /** restart lets the next data build the chart anew, because it has other columns. */
  restart() {
    this.plot?.destroy();
    this.plot = null;
    this.#data = null;
    this.described = 0;
  }

  resize() {
    if (!this.plot) this.rebuild();
    else if (this.plot.width !== this.canvas.clientWidth) this.plot.setSize({ width: this.canvas.clientWidth, height: this.#height });
  }
}

const padded = (_, least, greatest) => {
  if (least === null) return [-1, 1];
  const room = Math.max((greatest - least) * 0.08, Math.abs(greatest) * 0.002, 1);
  return [least - room, greatest + room];
};

function timeReadout(chart, gaps, words) {
  return (plot) => {
    const i = plot.cursor.idx;
    const ms = plot.cursor.left >= 0 ? plot.posToVal(plot.cursor.left, "x") * 1000 : null;
    if (ms === null || i == null) { text(chart.readout, ""); return; }
    const gap = gapAt(gaps(), ms);
    const values = plot.data.slice(1).map((column) => column[i]);
    const shown = gap ? gap.reason : values.every((v) => v == null) ? "no sample" : words(values);
    text(chart.readout, `${bothTimes(gap ? ms : plot.data[0][i] * 1000)}  ${shown}`);
  };
}

// shapes has the series of uPlot for each kind of chart: a line; samples and their mean; the
// median within the band of least and greatest.
const shapes = {
  line: (name) => ({ series: [{}, { ...line(name, 1, 1.5), points: { show: true, size: 3, fill: colour(name), filter: lonely } }] }),
  mean: (name) => ({ series: [{}, { ...line(name, 0.4, 1), points: { show: true, size: 3, fill: colour(name), filter: lonely } }, line(name, 1, 2)] }),
  band: (name) => ({ series: [{}, line(name, 0.4, 0.5), line(name, 1, 1.5), line(name, 0.4, 0.5)], bands: [{ series: [3, 1], fill: faded(name, 0.22) }] }),
};

const line = (name, opacity, width) => ({ stroke: faded(name, opacity), width, points: { show: false }, spanGaps: false });

// lonely lets uPlot draw a point where a sample has no neighbour to draw a line to.
function lonely(plot, index) {
  const [times, values] = [plot.data[0], plot.data[index]];
  const found = [];
  for (let i = 0; i < times.length; i++) {
    if (values[i] !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null) found.push(i);
  }
  return found;
}

/**
 * timeChart returns a chart of values in nanoseconds over time, which shares the view with the
 * others. gaps() returns the gaps to shade; shape() is one of shapes, by which the data is
 * values, values and means, or least, median and greatest.
 */
export function timeChart({ title, height, name, view, gaps, words, shape = () => "line", fromZero = false }) {
  const chart = new Chart(title, height, (self) => ({
    ...shapes[shape()](name),
    scales: { x: { time: false, range: () => view.ends() }, y: { range: fromZero ? (_, __, most) => [0, (most || 1) * 1.15] : padded } },
    axes: [
      { ...axisColours(), size: 34, values: timeLabels, space: 64, incrs: [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600] },
      { ...axisColours(), values: offsetLabels, size: 72, space: 22 },
    ],
    cursor: { sync: { key: "time" }, y: false, drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
    hooks: {
      drawClear: [(plot) => drawGaps(plot, gaps())],
      setCursor: [timeReadout(self, gaps, words)],
      setSelect: [(plot) => select(plot, view)],
    },
  }), true);
  chart.node.addEventListener("keydown", onKey(view));
  chart.node.addEventListener("dblclick", () => view.set(null));
  return chart;
}

// select zooms into what was dragged.
function select(plot, view) {
  const { left, width } = plot.select;
  if (width < 4) return;
  view.set([plot.posToVal(left, "x"), plot.posToVal(left + width, "x")]);
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

// WHOLE has the distances of labels that count samples: there is no half a sample.
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

/** histogramChart returns a chart of counts by offset in nanoseconds. */
export function histogramChart(title, height, name) {
  return new Chart(title, height, (self) => ({
    series: [{}, { stroke: colour(name), fill: faded(name, 0.55), width: 1, points: { show: false }, paths: uPlot.paths.bars({ size: [0.9, 60] }) }],
    scales: { x: { time: false, range: (_, a, b) => [a - (b - a) * 0.02, b + (b - a) * 0.02] }, y: { range: (_, __, most) => [0, (most || 1) * 1.08] } },
    axes: [{ ...axisColours(), size: 34, values: offsetLabels, space: (_, __, ___, ____, width) => Math.min(68, width / 4) }, { ...axisColours(), size: 48, space: 32, incrs: WHOLE }],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    hooks: { setCursor: [(plot) => {
      const i = plot.cursor.idx;
      text(self.readout, i == null ? "" : `${signed(plot.data[0][i])}: ${plot.data[1][i]} samples`);
    }] },
  }));
}

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** power returns a power of ten as "10⁻⁶". */
export const power = (exponent) => "10" + [...String(exponent)].map((c) => RAISED[c]).join("");

// exponentOf returns the exponent of a power of ten, and null for other numbers.
function exponentOf(v) {
  const exponent = Math.round(Math.log10(v));
  return Math.abs(v / 10 ** exponent - 1) < 1e-6 ? exponent : null;
}

/** decadeAxis returns an axis with a label and a line at each power of ten. */
function decadeAxis(label) {
  const base = axisColours();
  const filter = (_, splits) => splits.map((v) => (exponentOf(v) === null ? null : v));
  return { ...base, filter, grid: { ...base.grid, filter }, ticks: { ...base.ticks, filter }, values: (_, splits) => splits.map((v) => (v === null ? "" : label(exponentOf(v)))) };
}

/** wholeDecades returns the powers of ten around the positive values. */
function wholeDecades(_, least, greatest) {
  if (!(least > 0)) return [1e-9, 1e-6];
  return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(greatest * 1.0001))];
}

/** allanChart returns a chart of Allan deviations by tau. clocks() returns the name and the colour of each line. */
export function allanChart(title, height, clocks) {
  return new Chart(title, height, (self) => ({
    series: [{}, ...clocks().map(({ name }) => ({ stroke: colour(name), width: 2, spanGaps: true, points: { show: true, size: 6, fill: colour("card"), stroke: colour(name) } }))],
    scales: { x: { time: false, distr: 3, range: (_, a, b) => (a > 0 ? [a / 1.3, b * 1.3] : [1, 100]) }, y: { distr: 3, range: wholeDecades } },
    axes: [
      { ...decadeAxis((e) => `${10 ** e} s`), size: 34 },
      { ...decadeAxis(power), size: 52 },
    ],
    cursor: { y: false, drag: { x: false, y: false } },
    hooks: { setCursor: [(plot) => {
      const i = plot.cursor.idx;
      if (i == null) { text(self.readout, ""); return; }
      const shown = clocks().map(({ label }, k) => [label, plot.data[k + 1]?.[i]]).filter(([, v]) => v > 0).map(([label, v]) => `${label} ${v.toExponential(2)}`);
      text(self.readout, `τ ${plot.data[0][i]} s: ${shown.join(", ")}`);
    }] },
  }));
}

