// Series of samples: joining, gaps, statistics. Nothing here touches the page.

/** quantile returns the value below which the fraction q of the sorted values lies; NaN without values. */
export function quantile(sorted, q) {
  if (sorted.length === 0) return NaN;
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}

/** figures returns count, median, mean, standard deviation, least and greatest of values. */
export function figures(values) {
  const sorted = values.filter((v) => v !== null && Number.isFinite(v)).sort((a, b) => a - b);
  const count = sorted.length;
  const mean = sorted.reduce((sum, v) => sum + v, 0) / count;
  const square = sorted.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return {
    count, mean, sorted,
    median: quantile(sorted, 0.5),
    deviation: count > 1 ? Math.sqrt(square / (count - 1)) : NaN,
    least: sorted[0] ?? NaN,
    greatest: sorted.at(-1) ?? NaN,
  };
}

const BINS = 41;

/**
 * histogram counts values in bins of equal width from the 0.5 % to the 99.5 % quantile, with
 * room for the values beyond, which it counts in outside. centers and counts have the same length.
 */
export function histogram(values, bins = BINS) {
  const { sorted } = figures(values);
  if (sorted.length < 2) return { centers: [], counts: [], width: 0, outside: 0 };
  const low = quantile(sorted, 0.005);
  const high = quantile(sorted, 0.995);
  const width = Math.max((high - low) / (bins - 4), 1);
  const start = (low + high) / 2 - (width * bins) / 2;
  const counts = new Array(bins).fill(0);
  let outside = 0;
  for (const v of sorted) {
    const bin = Math.floor((v - start) / width);
    if (bin >= 0 && bin < bins) counts[bin]++;
    else outside++;
  }
  return { centers: counts.map((_, i) => start + (i + 0.5) * width), counts, width, outside };
}

/** keep drops the samples before and after two instants in milliseconds, in place. */
export function keep(columns, from, to = Infinity) {
  const after = columns.time_ms.length - 1 - columns.time_ms.findLastIndex((time) => time <= to);
  if (after > 0) for (const column of Object.values(columns)) column.splice(-after);
  const first = columns.time_ms.findIndex((time) => time >= from);
  const drop = first < 0 ? columns.time_ms.length : first;
  if (drop === 0) return;
  for (const column of Object.values(columns)) column.splice(0, drop);
}

/** ascending drops the samples that a later one precedes, because the system clock was set back, in place. */
export function ascending(columns) {
  const times = columns.time_ms;
  const kept = [];
  for (let i = times.length - 1, next = Infinity; i >= 0; i--) {
    if (times[i] >= next) continue;
    next = times[i];
    kept.push(i);
  }
  kept.reverse();
  if (kept.length === times.length) return;
  for (const name of Object.keys(columns)) columns[name] = kept.map((i) => columns[name][i]);
}

/** join returns the columns of newer, with the samples of older that are before and after them. */
export function join(older, newer) {
  const begin = newer.time_ms[0] ?? Infinity;
  const end = newer.time_ms.at(-1) ?? Infinity;
  const before = older.time_ms.filter((time) => time < begin).length;
  const after = older.time_ms.filter((time) => time <= end).length;
  const joined = {};
  for (const name of Object.keys(newer)) joined[name] = [...older[name].slice(0, before), ...newer[name], ...older[name].slice(Math.max(before, after))];
  return joined;
}

/** smooth returns the mean of the values that are at most this many milliseconds from each of them. */
export function smooth(times, values, around) {
  const means = new Array(values.length);
  let first = 0;
  let next = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    while (next < values.length && times[next] <= times[i] + around) sum += values[next++];
    while (times[first] < times[i] - around) sum -= values[first++];
    means[i] = sum / (next - first);
  }
  return means;
}

/**
 * broken returns columns for a chart: the times in seconds, then each of the columns, with a
 * null in each pause that is longer than limit milliseconds, so that no line crosses it.
 */
export function broken(times, columns, limit) {
  const out = [[], ...columns.map(() => [])];
  times.forEach((time, i) => {
    if (i > 0 && time - times[i - 1] > limit) {
      out[0].push((times[i - 1] + time) / 2000);
      columns.forEach((_, k) => out[k + 1].push(null));
    }
    out[0].push(time / 1000);
    columns.forEach((column, k) => out[k + 1].push(column[i] ?? null));
  });
  return out;
}

/**
 * difference subtracts the offsets of b from those of a, where both have a sample at the same
 * time, give or take half of step milliseconds.
 */
export function difference(a, b, step) {
  const times = [];
  const values = [];
  let k = 0;
  for (let i = 0; i < a.time_ms.length; i++) {
    while (k < b.time_ms.length && b.time_ms[k] < a.time_ms[i] - step / 2) k++;
    if (k === b.time_ms.length) break;
    if (b.time_ms[k] > a.time_ms[i] + step / 2) continue;
    if (a.offset_ns[i] === null || b.offset_ns[k] === null) continue;
    times.push(a.time_ms[i]);
    values.push(a.offset_ns[i] - b.offset_ns[k]);
  }
  return { time_ms: times, offset_ns: values };
}
