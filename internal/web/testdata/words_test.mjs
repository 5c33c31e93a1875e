import test from "node:test";
import assert from "node:assert/strict";
import * as words from "../page/words.js";

const plain = (text) => text.replaceAll("\u00a0", " ").replaceAll("\u2212", "-");

test("units", () => {
  const cases = [[0, "0.0 ns"], [1234, "1.2 µs"], [-1234, "-1.2 µs"], [310e3, "310 µs"], [152.031e6, "152 ms"], [999.96e3, "1.0 ms"], [-999.96e3, "-1.0 ms"], [9.99, "10 ns"], [0.31, "0.3 ns"], [1e9, "1.0 s"], [3600e9, "3600 s"], [null, "–"], [undefined, "–"], [NaN, "–"]];
  for (const [ns, want] of cases) assert.equal(plain(words.quantity(ns)), want, String(ns));
  assert.equal(plain(words.quantity(152.031e6, 4)), "152.0 ms");
  assert.equal(plain(words.signed(1234)), "+1.23 µs");
  assert.equal(plain(words.signed(-0.001, 2)), "0.0 ns");
});

test("decimals of an axis", () => {
  for (const [step, want] of [[1, 0], [10, 0], [2.5, 1], [0.5, 1], [0.25, 2], [0.002, 3], [1e-9, 9], [1e-12, 9], [NaN, 0]]) assert.equal(words.decimalsOf(step), want, String(step));
});

test("spans of time", () => {
  const cases = [[-5, "0 s"], [12_400, "12 s"], [60_000, "1 min"], [250_000, "4 min 10 s"], [1500_000, "25 min"], [11520_000, "3 h 12 min"], [10800_000, "3 h"], [187200_000, "2 d 4 h"]];
  for (const [ms, want] of cases) assert.equal(plain(words.lasting(ms)), want);
});

const consumer = { alive: true, consumed: 9, overwritten: 1, processes: ["chronyd(812)"] };
const flowing = { publishing: true, reason: "", detail: "", hint: "" };
const clock = (name, unit, more = {}) => ({ kind: name.split(" ")[0] === "pulse" ? "gps" : name.split(" ")[0], name, unit, state: flowing, since_ns: 480e9, stuck: false, consumer, sample: { jitter_ns: 310e3 }, ...more });
const sentences = (more) => clock("gps /dev/serial0", 0, more);
const pulse = (more) => clock("pulse gpio:GPIO18", 1, { sample: { jitter_ns: 1200 }, ...more });
const silent = (reason, detail, hint) => ({ state: { publishing: false, reason, detail, hint } });
const truth = (...clocks) => {
  const t = words.truth({ mono_ns: 12000e9, clocks });
  return { ...t, all: plain([t.first, ...t.rest].join(" ")), hint: plain(t.hint) };
};

test("everything flows", () => {
  const t = truth(sentences(), pulse({ since_ns: 400e9 }));
  assert.equal(t.all, "Feeding chronyd. Pulse 1.2 µs, sentences 310 µs. 3 h 12 min without a gap.");
  assert.equal(t.level, "good");
  assert.equal(t.spoken, "Feeding chronyd."); // no number: it would be read again and again
});

test("no clock reads", () => {
  const unread = { consumer: { ...consumer, alive: false, processes: [] } };
  const t = truth(sentences(unread), pulse(unread));
  assert.equal(plain(t.first), "Publishing, but no time daemon reads unit 0 and unit 1.");
  assert.equal(t.level, "warn");
  assert.match(t.hint, /configured for unit 0 and unit 1\?/);
  assert.equal(plain(truth(sentences(), pulse(unread)).first), "Feeding chronyd, but no time daemon reads unit 1.");
});

test("a reader that refclock may not see, one of several, and a socket", () => {
  assert.equal(truth(sentences({ consumer: { ...consumer, processes: [] } })).first, "Feeding a time daemon.");
  assert.equal(truth(sentences({ consumer: { ...consumer, processes: ["refclock(9)", "ntpd(7)", "chronyd(8)"] } })).first, "Feeding ntpd and chronyd.");
  assert.equal(truth(sentences({ unit: -1, socket: "/run/chrony.gps.sock", consumer: { alive: null } })).first, "Publishing to socket /run/chrony.gps.sock.");
  assert.equal(truth(sentences({ consumer: { alive: null, processes: null } })).level, "good");
});

test("nothing is published", () => {
  const t = truth(sentences(silent("no fix", "the receiver uses 0 of 3 satellites", "give the antenna a clear view of the sky")), pulse(silent("no pulse", "no edge", "check the line")));
  assert.equal(t.all, "Not publishing: no fix. 3 h 12 min without a sample.");
  assert.equal(t.detail, "The receiver uses 0 of 3 satellites.");
  assert.equal(t.hint, "Give the antenna a clear view of the sky.");
  assert.equal(t.level, "bad");
  assert.match(t.spoken, /no fix.*no pulse.*clear view/);
});

test("what passes by itself is no alarm", () => {
  const t = truth(sentences(silent("settling", "waiting for 3 s of continuous time", "")));
  assert.equal(t.first, "Not publishing yet: settling.");
  assert.equal(t.level, "wait");
});

test("one of two is published", () => {
  const t = truth(sentences(), pulse(silent("no pulse", "no edge", "check the line")));
  assert.equal(t.all, "Pulse not published: no pulse. Feeding chronyd. Sentences 310 µs.");
  assert.equal(t.level, "warn");
});

test("a pulse that is optional is no alarm", () => {
  const t = truth(sentences(), pulse({ ...silent("no pulse", "no edge", "check the line"), optional: true }));
  assert.equal(t.all, "Feeding chronyd. Sentences 310 µs. 3 h 12 min without a gap. Pulse is optional: no pulse.");
  assert.equal(t.level, "good");
  assert.equal(truth(pulse({ ...silent("no pulse", "no edge", "check the line"), optional: true })).level, "bad");
});

test("a stuck clock is not publishing, whatever its state", () => {
  const t = truth(sentences({ stuck: true }));
  assert.equal(t.first, "Not publishing: stuck.");
  assert.equal(t.level, "bad");
  assert.match(t.hint, /restart/i);
});

test("no clock", () => assert.equal(truth().first, "No clock is configured."));

test("names tell clocks of the same kind apart", () => {
  const two = [sentences(), pulse(), clock("gps /dev/ttyUSB0", 2), clock("htntp www.example.org", 4), clock("offbyone", 5)];
  assert.deepEqual(words.names(two), ["sentences serial0", "pulse", "sentences ttyUSB0", "web servers", "offbyone"]);
});

test("a receiver", () => {
  const rmc = { family: "u-blox", baud: 9600, fix: "good", satellites_used: 0, satellites_in_view: 0, calibrated: false };
  const cases = [
    [rmc, "u-blox, 9600 baud, fix good"], // only RMC: the satellites are not known
    [{ ...rmc, satellites_used: 9, satellites_in_view: 14 }, "u-blox, 9600 baud, fix good, 9 of 14 satellites used"],
    [{ ...rmc, satellites_used: 12 }, "u-blox, 9600 baud, fix good, 12 satellites used"], // without GSV
    [{ ...rmc, satellites_in_view: 3 }, "u-blox, 9600 baud, fix good, 0 of 3 satellites used"],
    [{ ...rmc, fix: "none" }, "u-blox, 9600 baud, fix none, 0 of 0 satellites used"],
    [{ ...rmc, fix: "", family: "", baud: 0 }, "native USB, fix none, 0 of 0 satellites used"],
    [{ ...rmc, calibrated: true, delay_ns: 135.2e6, delay_spread_ns: 700e3 }, "u-blox, 9600 baud, fix good, delay 135.2 ms ± 700 µs"],
  ];
  for (const [receiver, want] of cases) assert.equal(plain(words.receiverText(receiver)), want);
});
