// The Allan deviation of a clock, from the offsets of its samples.

/**
 * overlappingADEV returns the overlapping Allan deviation at tau = m * tau0 of phase values,
 * which are tau0 apart, and the number of second differences it is from. NaN stands for a
 * missing value; differences with one are left out. The result has the unit of phase / tau0.
 */
export function overlappingADEV(phase, tau0, m) {
  let sum = 0;
  let terms = 0;
  for (let i = 0; i + 2 * m < phase.length; i++) {
    const d = phase[i + 2 * m] - 2 * phase[i + m] + phase[i];
    if (Number.isNaN(d)) continue;
    sum += d * d;
    terms++;
  }
  const tau = m * tau0;
  return { tau, terms, deviation: terms > 0 ? Math.sqrt(sum / (2 * tau * tau * terms)) : NaN };
}

/** phaseOf returns the phase after each of the frequencies, which are averages over tau0. */
export function phaseOf(frequencies, tau0) {
  const phase = [0];
  for (const y of frequencies) phase.push(phase.at(-1) + y * tau0);
  return phase;
}

/** interval returns the usual time between samples in whole seconds, at least 1, from times in milliseconds. */
export function interval(times) {
  const steps = [];
  for (let i = 1; i < times.length; i++) steps.push(times[i] - times[i - 1]);
  steps.sort((a, b) => a - b);
  return Math.max(1, Math.round((steps[steps.length >> 1] ?? 1000) / 1000));
}

/** grid puts offsets in nanoseconds on a grid of tau0 seconds, as phase in seconds; NaN where there is no sample. */
export function grid(times, offsets, tau0) {
  if (times.length === 0) return [];
  const step = tau0 * 1000;
  const index = (time) => Math.round((time - times[0]) / step);
  const phase = new Array(index(times.at(-1)) + 1).fill(NaN);
  times.forEach((time, i) => { phase[index(time)] = offsets[i] / 1e9; });
  return phase;
}

const MIN_TERMS = 4; // with fewer differences, the value is a guess

/**
 * allan returns the overlapping Allan deviation of samples at octaves of tau: times in
 * milliseconds, offsets in nanoseconds, oldest first.
 */
export function allan(times, offsets) {
  const tau0 = interval(times);
  const phase = grid(times, offsets, tau0);
  const found = [];
  for (let m = 1; 2 * m < phase.length; m *= 2) {
    const point = overlappingADEV(phase, tau0, m);
    if (point.terms >= MIN_TERMS) found.push(point);
  }
  return found;
}
