// Published values: NIST Special Publication 1065, Handbook of Frequency Stability Analysis.
import test from "node:test";
import assert from "node:assert/strict";
import { allan, grid, interval, overlappingADEV, phaseOf } from "../page/stability.js";

const near = (got, want, relative) => assert.ok(Math.abs(got / want - 1) < relative, `${got}, want ${want}`);

test("NBS14, the nine frequencies of the handbook", () => {
  const phase = phaseOf([892, 809, 823, 798, 671, 644, 883, 903, 677], 1);
  near(overlappingADEV(phase, 1, 1).deviation, 91.22945, 1e-6);
  near(overlappingADEV(phase, 1, 2).deviation, 85.95287, 1e-6);
});

test("the set of 1000 points of the handbook", () => {
  const frequencies = [];
  for (let n = 1234567890; frequencies.length < 1000; n = (16807 * n) % 2147483647) frequencies.push(n / 2147483647);
  const phase = phaseOf(frequencies, 1);
  near(overlappingADEV(phase, 1, 1).deviation, 0.2922319, 1e-6);
  near(overlappingADEV(phase, 1, 10).deviation, 0.09159953, 1e-6);
  near(overlappingADEV(phase, 1, 100).deviation, 0.03241343, 1e-6);
});

test("neither a constant offset nor a constant frequency is instability", () => {
  const phase = Array.from({ length: 100 }, (_, i) => 3 + i * 2);
  assert.equal(overlappingADEV(phase, 1, 4).deviation, 0);
});

test("tau scales the deviation", () => {
  const phase = [0, 1, 0, 1, 0, 1];
  near(overlappingADEV(phase, 10, 1).deviation, overlappingADEV(phase, 1, 1).deviation / 10, 1e-12);
  assert.equal(overlappingADEV(phase, 10, 2).tau, 20);
});

test("a missing value takes only its own differences out", () => {
  const phase = [0, 1, 0, 1, 0, 1, 0, 1, 0, NaN, 0];
  const { deviation, terms } = overlappingADEV(phase, 1, 1);
  assert.equal(terms, 7); // of nine, two have the missing value
  near(deviation, Math.sqrt(4 / 2), 1e-12);
  assert.ok(Number.isNaN(overlappingADEV([1, NaN, 2], 1, 1).deviation));
});

test("the interval is the usual one, not that of a gap", () => {
  assert.equal(interval([0, 1003, 1999, 3000, 90000]), 1);
  assert.equal(interval([0, 64000, 128000]), 64);
  assert.equal(interval([]), 1);
});

test("samples are put on a grid, and gaps are missing values", () => {
  assert.deepEqual(grid([1000, 2010, 4990], [5e9, 6e9, 7e9], 1), [5, 6, NaN, NaN, 7]);
});

test("octaves, as long as there are enough differences", () => {
  const times = Array.from({ length: 64 }, (_, i) => 1000 * i);
  const offsets = times.map((t, i) => (i % 2 ? 100 : -100));
  const points = allan(times, offsets);
  assert.deepEqual(points.map((p) => p.tau), [1, 2, 4, 8, 16]);
  near(points[0].deviation, Math.sqrt(400e-9 ** 2 / 2), 1e-9);
  assert.deepEqual(allan([], []), []);
});
