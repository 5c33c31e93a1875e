// The connection to refclock: server-sent events, or without them reports that the page asks for.

const FIRST_WAIT = 1000; // ms
const LONGEST_WAIT = 15000;
const PATIENCE = 8000; // without a message, the connection is treated as lost
const HISTORY_PATIENCE = 20000; // as long as refclock takes to write a history, and some more
const POLL = 3000; // between two reports while there are no events
const EVENTS_AGAIN = 15000; // until the page asks for events again

/** getJSON returns the answer of the API, or throws. */
async function getJSON(path, patience) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(patience) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** getHistory returns the samples of an hour or the buckets of a day, or throws. */
export const getHistory = (span) => getJSON(`/api/history?span=${span}`, HISTORY_PATIENCE);

/**
 * Connection keeps an EventSource open. It calls handlers.hello, .sample, .change and .status
 * with the data of each event. If refclock sends no events, because it has too many viewers,
 * it asks for a report every POLL milliseconds and calls handlers.status.
 */
export class Connection {
  #handlers;
  #source = null;
  #wait = FIRST_WAIT;
  #timer = 0;
  #heard = -Infinity; // performance.now() of the last message
  #opening = 0; // the number of the last open: an earlier one that still waits does nothing
  #listenAt = -Infinity; // performance.now() from which events are asked for
  polling = false; // whether there are reports without events

  constructor(handlers) {
    this.#handlers = handlers;
    setInterval(() => this.#check(), 1000);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#check(); });
    window.addEventListener("online", () => this.#retryNow());
  }

  /** open asks for the state, then for events; it tries again until both answer. */
  async open() {
    const opening = ++this.#opening;
    clearTimeout(this.#timer);
    this.#close();
    let report = null;
    try {
      report = await getJSON("/api/status", PATIENCE);
    } catch { /* refclock does not answer */ }
    if (opening !== this.#opening) return;
    if (report === null) {
      this.polling = false;
      this.#later(this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
      return;
    }
    this.#deliver("status", report);
    if (performance.now() >= this.#listenAt) this.#listen();
    else this.#later(POLL);
  }

  /** silence returns the milliseconds since the last message; Infinity before the first. */
  silence() { return performance.now() - this.#heard; }

  #listen() {
    const source = new EventSource("/api/events");
    let heard = false;
    this.#source = source;
    for (const name of ["hello", "sample", "change", "status"]) {
      source.addEventListener(name, (event) => {
        heard = true;
        this.polling = false;
        this.#wait = FIRST_WAIT;
        this.#deliver(name, JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      if (source !== this.#source) return;
      this.#close();
      if (heard) { this.#later(FIRST_WAIT); return; }
      this.polling = true;
      this.#listenAt = performance.now() + EVENTS_AGAIN;
      this.#later(POLL);
    };
  }

  #deliver(name, data) {
    this.#heard = performance.now();
    this.#handlers[name]?.(data);
  }

  // A sleeping laptop or a lost network ends no connection: only the silence shows it.
  #check() {
    if (this.#source && this.silence() > PATIENCE) this.#retryNow();
  }

  #retryNow() {
    this.#wait = FIRST_WAIT;
    this.#listenAt = -Infinity;
    this.open();
  }

  #later(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), wait * (0.8 + 0.4 * Math.random()));
  }

  #close() {
    this.#source?.close();
    this.#source = null;
  }
}
