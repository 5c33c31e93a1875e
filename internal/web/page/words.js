// Numbers, spans of time and the state of the clocks, in words. Nothing here touches the page.

const SPACE = "\u00a0"; // no line break between a number and its unit
const MINUS = "\u2212";

const UNITS = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];

/** unitFor returns the scale in nanoseconds and the name of the unit that suits a size in nanoseconds. */
export function unitFor(size) {
  const found = UNITS.find(([scale]) => Math.abs(size) >= scale) ?? UNITS.at(-1);
  return { scale: found[0], unit: found[1] };
}

/** decimalsOf returns how many decimals show each multiple of a step. */
export function decimalsOf(step) {
  let decimals = 0;
  for (let x = step; decimals < 9 && Math.abs(x - Math.round(x)) > 1e-6 * Math.abs(step) * 10 ** decimals; x = step * 10 ** decimals) decimals++;
  return decimals;
}

/** significant returns a number with this many significant digits, and all digits before the point. */
function significant(value, digits) {
  const rounded = Math.abs(Number(value.toPrecision(digits))); // 9.99 is 10, and has two digits
  const whole = Math.floor(Math.log10(rounded || 1)) + 1;
  return Math.abs(value).toFixed(Math.max(0, digits - Math.max(whole, 1)));
}

/** quantity returns nanoseconds in the unit that suits them, such as "1.2 µs"; an en dash for null. */
export function quantity(ns, digits = 2) {
  if (ns === null || ns === undefined || !Number.isFinite(ns)) return "–";
  let { scale, unit } = unitFor(ns);
  let text = significant(ns / scale, digits);
  if (Number(text) >= 1000 && unit !== "s") { // 999.96 µs is 1.00 ms
    ({ scale, unit } = unitFor(Math.sign(ns) * scale * 1000));
    text = significant(ns / scale, digits);
  }
  const sign = ns < 0 && Number(text) !== 0 ? MINUS : "";
  return sign + text + SPACE + unit;
}

/** signed is quantity with a plus sign for what is positive. */
export function signed(ns, digits = 3) {
  const text = quantity(ns, digits);
  return ns > 0 ? "+" + text : text;
}

/** lasting returns milliseconds in their two largest units, such as "3 h 12 min". */
export function lasting(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = (major, a, minor, b) => `${major}${SPACE}${a}` + (minor > 0 ? ` ${minor}${SPACE}${b}` : "");
  if (seconds < 60) return parts(seconds, "s", 0, "");
  if (seconds < 600) return parts(Math.floor(seconds / 60), "min", seconds % 60, "s");
  if (seconds < 3600) return parts(Math.floor(seconds / 60), "min", 0, "");
  if (seconds < 86400) return parts(Math.floor(seconds / 3600), "h", Math.floor(seconds / 60) % 60, "min");
  return parts(Math.floor(seconds / 86400), "d", Math.floor(seconds / 3600) % 24, "h");
}

/** list joins words as in "a, b and c". */
export function list(words) {
  if (words.length < 2) return words.join("");
  return words.slice(0, -1).join(", ") + " and " + words.at(-1);
}

/** capitalized returns a text whose first letter is a capital. */
export const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** sentence returns a text that begins with a capital and ends with a full stop. */
export const sentence = (text) => capitalized(text) + (/[.!?]$/.test(text) ? "" : ".");

/** identity returns what names the same clock in a report and in a history, also after a reload. */
export const identity = (kind, name, where) => [kind, name, where.replaceAll(SPACE, " ")].join("\n");

/** targets returns where a clock's samples go, such as "unit 0 and socket /run/x.sock". */
export function targets(clock) {
  const found = [];
  if (clock.unit >= 0) found.push("unit" + SPACE + clock.unit);
  if (clock.socket) found.push("socket " + clock.socket);
  return list(found);
}

/** isPulse reports whether a clock is the pulse of a receiver. */
export const isPulse = (clock) => clock.kind === "gps" && clock.name.startsWith("pulse");

function noun(clock) {
  if (isPulse(clock)) return "pulse";
  return { gps: "sentences", htntp: "web servers" }[clock.kind] ?? clock.kind;
}

/** names returns a short name for each clock, with its device or unit where several have the same. */
export function names(clocks) {
  const nouns = clocks.map(noun);
  return clocks.map((clock, i) => {
    if (nouns.filter((other) => other === nouns[i]).length === 1) return nouns[i];
    const device = clock.name.split(" ").slice(1).join(" ").split(/[/:]/).at(-1);
    return `${nouns[i]} ${device || targets(clock)}`;
  });
}

const DAEMONS = ["chronyd", "ntpd"];

/** readers returns the names of the programs that read a clock's samples. */
export function readers(clock) {
  if (clock.consumer.alive !== true) return [];
  const all = (clock.consumer.processes ?? []).map((process) => process.replace(/\(\d+\)$/, ""));
  const daemons = all.filter((name) => DAEMONS.includes(name));
  const found = daemons.length > 0 ? daemons : all;
  return found.length > 0 ? [...new Set(found)] : ["a time daemon"];
}

/** receiverText describes a receiver. Without GGA and GSV, its satellites are not known. */
export function receiverText({ family, baud, fix, satellites_used: used, satellites_in_view: seen, calibrated, delay_ns, delay_spread_ns }) {
  const parts = [family, baud > 0 ? `${baud} baud` : "native USB", `fix ${fix || "none"}`];
  if (fix !== "good" || used || seen) parts.push(`${used}${used && !seen ? "" : ` of ${seen}`} satellites used`);
  if (calibrated) parts.push(`delay ${quantity(delay_ns, 4)} ± ${quantity(delay_spread_ns)}`);
  return parts.filter(Boolean).join(", ");
}

/** flows reports whether a clock publishes samples now. */
export const flows = (clock) => clock.state.publishing && !clock.stuck;

/** reasonOf returns why a clock does not publish. */
export const reasonOf = (clock) => (clock.stuck ? "stuck" : clock.state.reason);

function feeding(flowing) {
  const all = [...new Set(flowing.flatMap(readers))];
  const unread = flowing.filter((clock) => clock.consumer.alive === false);
  const where = list(unread.map((clock) => "unit" + SPACE + clock.unit));
  const hint = `Is the time daemon running, and configured for ${where}? refclock config chrony prints its lines.`;
  if (all.length > 0 && unread.length > 0) return { level: "warn", text: `Feeding ${list(all)}, but no time daemon reads ${where}.`, hint };
  if (all.length > 0) return { level: "good", text: `Feeding ${list(all)}.`, hint: "" };
  if (unread.length > 0) return { level: "warn", text: `Publishing, but no time daemon reads ${where}.`, hint };
  return { level: "good", text: `Publishing to ${list(flowing.map(targets))}.`, hint: "" };
}

function jitters(clocks, flowing) {
  const called = names(clocks);
  const found = clocks
    .map((clock, i) => ({ clock, name: called[i] }))
    .filter(({ clock }) => flowing.includes(clock) && clock.sample?.jitter_ns > 0)
    .sort((a, b) => isPulse(b.clock) - isPulse(a.clock))
    .map(({ clock, name }) => `${name} ${quantity(clock.sample.jitter_ns)}`);
  return found.length > 0 ? [sentence(capitalized(found.join(", ")))] : [];
}

// since returns the milliseconds since the last of these clocks changed its state.
function since(report, clocks) {
  return (report.mono_ns - Math.max(...clocks.map((clock) => clock.since_ns))) / 1e6;
}

/** advice returns what was found and what to do about a clock, without empty texts. */
export function advice(clock) {
  if (clock.stuck) return { detail: "its loop does not turn any more", hint: "restart refclock: sudo systemctl restart refclock" };
  return { detail: clock.state.detail, hint: clock.state.hint };
}

/**
 * truth returns the state of all clocks in words: a level (good, warn, bad or wait), the first
 * sentence, the others, the detail and the hint, and a text without numbers for a screen reader.
 */
export function truth(report) {
  const clocks = report.clocks ?? [];
  if (clocks.length === 0) {
    const first = "No clock is configured.";
    return { level: "bad", first, rest: [], detail: "", hint: "refclock run --print-reference prints a configuration with every setting explained.", spoken: first };
  }
  const flowing = clocks.filter(flows);
  const idle = flowing.length > 0 ? clocks.filter((clock) => !flows(clock) && clock.optional) : [];
  const silent = clocks.filter((clock) => !flows(clock) && !idle.includes(clock));
  return silent.length === 0 ? allFlow(report, flowing, idle) : someSilent(report, flowing, silent);
}

function allFlow(report, flowing, idle) {
  const { level, text, hint } = feeding(flowing);
  const called = names(report.clocks);
  const optional = idle.map((clock) => `${capitalized(called[report.clocks.indexOf(clock)])} is optional: ${reasonOf(clock)}.`);
  const rest = [...jitters(report.clocks, flowing), `${lasting(since(report, flowing))} without a gap.`, ...optional];
  return { level, first: text, rest, detail: "", hint, spoken: text };
}

function someSilent(report, flowing, silent) {
  const called = names(report.clocks);
  const main = silent.find((clock) => !isPulse(clock)) ?? silent[0];
  const passing = silent.every((clock) => !clock.stuck && clock.state.hint === "");
  const { detail, hint } = advice(main);
  const reasons = silent.map((clock) => `${capitalized(called[report.clocks.indexOf(clock)])} not published: ${reasonOf(clock)}.`);
  const spoken = reasons.join(" ") + (hint ? " " + sentence(hint) : "");
  const texts = { detail: detail && sentence(detail), hint: hint && sentence(hint), spoken };
  if (flowing.length === 0) {
    const first = passing ? `Not publishing yet: ${reasonOf(main)}.` : `Not publishing: ${reasonOf(main)}.`;
    return { level: passing ? "wait" : "bad", first, rest: [`${lasting(since(report, silent))} without a sample.`], ...texts };
  }
  return { level: passing ? "wait" : "warn", first: reasons.join(" "), rest: [feeding(flowing).text, ...jitters(report.clocks, flowing)], ...texts };
}

const clockText = (zone) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone });
const dateText = (zone) => new Intl.DateTimeFormat("sv-SE", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone });
const LOCAL = { clock: clockText(), date: dateText() };
const UTC = { clock: clockText("UTC"), date: dateText("UTC") };

/** timeOfDay returns an instant in milliseconds as "04:26:41", local or UTC. */
export const timeOfDay = (ms, utc = false) => (utc ? UTC : LOCAL).clock.format(ms);

/** dateOf returns the date of an instant in milliseconds as "2026-11-27", local or UTC. */
export const dateOf = (ms, utc = false) => (utc ? UTC : LOCAL).date.format(ms);

/** bothTimes returns an instant as "05:26:41 (04:26:41 UTC)", with the date if it is not today. */
export function bothTimes(ms, now = Date.now()) {
  const day = dateOf(ms) === dateOf(now) ? "" : dateOf(ms) + " ";
  const local = timeOfDay(ms);
  const utc = timeOfDay(ms, true);
  return local === utc ? `${day}${utc} UTC` : `${day}${local} (${utc} UTC)`;
}
