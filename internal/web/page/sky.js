// The satellites of a receiver: where they are, and how strong their signals are.

import { el, svg, update } from "./dom.js";

const SYSTEMS = {
  GP: ["G", "GPS"], GL: ["R", "GLONASS"], GA: ["E", "Galileo"], GB: ["C", "BeiDou"], BD: ["C", "BeiDou"],
  GQ: ["J", "QZSS"], QZ: ["J", "QZSS"], GI: ["I", "NavIC"], SB: ["S", "SBAS"],
};

/** systemOf returns the letter and the name of a satellite's system, and its number. */
export function systemOf(id) {
  const [letter, name] = SYSTEMS[id.slice(0, 2)] ?? ["X", "Other"];
  return { letter, name, number: id.slice(2) };
}

const SIZE = 320;
const RADIUS = 138;
const STRONGEST = 55; // dB-Hz

/** place returns where a satellite is in the plot: north is up, the zenith in the middle. */
export function place(elevation, azimuth) {
  const r = ((90 - elevation) / 90) * RADIUS;
  const a = (azimuth * Math.PI) / 180;
  return { x: SIZE / 2 + r * Math.sin(a), y: SIZE / 2 - r * Math.cos(a) };
}

function plotFrame() {
  const middle = SIZE / 2;
  const circles = [0, 30, 60].map((e) => svg("circle", { cx: middle, cy: middle, r: ((90 - e) / 90) * RADIUS, class: "sky-circle" }));
  const cross = [
    svg("line", { x1: middle - RADIUS, x2: middle + RADIUS, y1: middle, y2: middle, class: "sky-circle" }),
    svg("line", { y1: middle - RADIUS, y2: middle + RADIUS, x1: middle, x2: middle, class: "sky-circle" }),
  ];
  const points = [["N", middle, 14], ["E", SIZE - 10, middle + 4], ["S", middle, SIZE - 6], ["W", 10, middle + 4]].map(([name, x, y]) => {
    const label = svg("text", { x, y, class: "sky-point", "text-anchor": "middle" });
    label.textContent = name;
    return label;
  });
  return [...circles, ...cross, ...points];
}

function plotSatellite(satellite) {
  const { letter, number } = systemOf(satellite.id);
  const { x, y } = place(satellite.elevation, satellite.azimuth);
  const label = svg("text", { x, y: y + 3.5, class: "sky-label", "text-anchor": "middle" });
  label.textContent = letter + number;
  const used = satellite.used ? " used" : "";
  return svg("g", { class: `satellite system-${letter}${used}` }, svg("circle", { cx: x, cy: y, r: 12 }), label);
}

function plot(sky) {
  const placed = sky.filter((s) => s.elevation !== null && s.azimuth !== null);
  if (placed.length === 0) return el("p", { class: "empty" }, "No elevation and azimuth. With show_position = true in the table [daemon], refclock shows those that the receiver sends.");
  const last = [...placed].sort((a, b) => a.used - b.used); // the used ones are drawn on top
  return svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "sky-plot", "aria-hidden": "true" }, ...plotFrame(), ...last.map(plotSatellite));
}

function bar(satellite) {
  const { letter, number } = systemOf(satellite.id);
  const fill = el("span", { class: "signal-fill" });
  fill.style.height = `${Math.min(100, ((satellite.snr ?? 0) / STRONGEST) * 100)}%`;
  const used = satellite.used ? " used" : "";
  return el("li", { class: `signal system-${letter}${used}` },
    el("span", { class: "signal-value" }, satellite.snr === null ? "–" : String(satellite.snr)),
    el("span", { class: "signal-track" }, fill),
    el("span", { class: "signal-name" }, letter + number));
}

// order is by system, GPS first, then by number.
const order = (a, b) => (b.id.startsWith("GP") - a.id.startsWith("GP")) || a.id.localeCompare(b.id);

function bySystem(sky) {
  const groups = new Map();
  for (const satellite of [...sky].sort(order)) {
    const { name } = systemOf(satellite.id);
    groups.set(name, [...(groups.get(name) ?? []), satellite]);
  }
  return groups;
}

function signals(groups) {
  return [...groups].map(([name, satellites]) => {
    const used = satellites.filter((s) => s.used).length;
    const { letter } = systemOf(satellites[0].id);
    return el("div", { class: "signal-group" },
      el("p", { class: `signal-system system-${letter}` }, el("span", { class: "swatch" }), `${name} `, el("span", { class: "muted" }, `${used} of ${satellites.length} used`)),
      el("ul", { class: "signals" }, ...satellites.map(bar)));
  });
}

const degrees = (angle) => (angle === null ? "–" : `${angle}°`);

function rows(sky) {
  return [...sky].sort(order).map((s) => {
    const { letter, name, number } = systemOf(s.id);
    return el("tr", {}, el("th", { scope: "row" }, letter + number), el("td", {}, name), el("td", { class: "number" }, degrees(s.elevation)),
      el("td", { class: "number" }, degrees(s.azimuth)), el("td", { class: "number" }, s.snr === null ? "–" : `${s.snr}`), el("td", {}, s.used ? "yes" : "no"));
  });
}

/** newSky returns a panel for the satellites of one receiver, and a function that draws them. */
export function newSky(title) {
  const picture = el("div", { class: "sky-picture", "aria-hidden": "true" });
  const bars = el("div", { class: "sky-signals", "aria-hidden": "true" });
  const body = el("tbody");
  const head = ["Satellite", "System", "Elevation", "Azimuth", "Signal (dB-Hz)", "Used"];
  const table = el("table", {}, el("caption", { class: "visually-hidden" }, `Satellites of ${title}`),
    el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))), body);
  const details = el("details", { class: "as-table" }, el("summary", {}, "The satellites as a table"), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Satellites of ${title}` }, table));
  const empty = el("p", { class: "empty" }, "The receiver sends no list of satellites (GSV sentences).");
  const node = el("div", { class: "sky" }, empty, picture, bars, details);
  let drawn = "";
  const draw = (sky) => {
    const key = JSON.stringify(sky);
    if (key === drawn) return;
    drawn = key;
    const some = sky.length > 0;
    empty.hidden = some;
    for (const part of [picture, bars, details]) part.hidden = !some;
    update(picture, plot(sky));
    update(bars, ...signals(bySystem(sky)));
    update(body, ...rows(sky));
  };
  return { node, draw };
}
