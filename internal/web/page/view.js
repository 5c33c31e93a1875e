// The range of time that the charts show.

const SHORTEST = 120; // seconds, however little data there is

/** A View is the range of time that all charts of time show. It moves with the time until it is zoomed. */
export class View {
  span = 3600; // seconds
  range = null; // [from, to] in seconds if zoomed
  begin = -Infinity; // first second with data
  #now;
  #listeners = [];

  /** now returns the time in seconds by the clock of refclock's machine, which has the samples. */
  constructor(now) { this.#now = now; }

  onChange(listener) { this.#listeners.push(listener); }

  /** ends returns the first and last second that are shown. */
  ends() {
    if (this.range) return this.range;
    const now = this.#now();
    return [now - this.length(now), now];
  }

  // length returns how much there is to show: the span, or less while there is less data.
  length(now) { return Math.min(this.span, Math.max(now - this.begin, SHORTEST)); }

  setSpan(span) { this.span = span; this.set(null); }

  set(range) {
    this.range = range;
    for (const listener of this.#listeners) listener();
  }

  /** zoom changes the length of the range by a factor around its middle. */
  zoom(factor) {
    const [from, to] = this.ends();
    const half = Math.max(5, ((to - from) / 2) * factor);
    const middle = (from + to) / 2;
    this.set(2 * half >= this.length(this.#now()) ? null : this.inside(middle - half, middle + half));
  }

  /** move moves the range by a fraction of its length. Without a zoom, all is shown already. */
  move(fraction) {
    if (!this.range) return;
    const [from, to] = this.ends();
    const by = (to - from) * fraction;
    this.set(this.inside(from + by, to + by));
  }

  // inside moves a range into the span that has data.
  inside(from, to) {
    const now = this.#now();
    const by = Math.min(0, now - to) + Math.max(0, now - this.length(now) - from);
    return [from + by, to + by];
  }
}
