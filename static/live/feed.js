// One audience's messages, applied in order and each once. What is missing is fetched, by one fetch at a time.

// Two server processes may overtake each other by a moment: often the missing message is already on its way.
const REORDER_MS = 150;
const JITTER_MS = 350;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** hooks: apply(event, audience), figures(message), page(audience, after) -> Promise<page>, reset() -> Promise. */
export class Feed {
  constructor(name, last, hooks) {
    this.name = name;
    this.last = last;
    this.hooks = hooks;
    this.held = [];
    this.asOf = new Map();
    this.catching = null;
  }

  /** A pushed message, or a page: {from, to, events} and, for coordinators, {as_of, desks, …}. */
  take(message) {
    if (this.catching || message.from > this.last + 1) {
      this.held.push(message);
      this.catchUp().catch(() => {}); // without a connection; whoever connects again asks again
      return;
    }
    this.deliver(message);
  }

  deliver(message) {
    for (const event of message.events ?? []) {
      if (event.sequence > this.last) this.hooks.apply(event, this.name);
    }
    if (message.desks) this.show(message);
    this.last = Math.max(this.last, message.to);
  }

  // Figures are whole states: an older one than shown is dropped, desk by desk.
  show(message) {
    const desks = message.desks.filter((desk) => message.as_of >= (this.asOf.get(desk.desk_id) ?? 0));
    for (const desk of desks) this.asOf.set(desk.desk_id, message.as_of);
    this.hooks.figures({ ...message, desks });
    if (message.snapshot) this.hooks.reset().catch(() => {});
  }

  /** What was held and now fits; what is told already falls away. */
  release() {
    this.held.sort((one, other) => one.from - other.from);
    while (this.held.length && this.held[0].from <= this.last + 1) this.deliver(this.held.shift());
  }

  catchUp(patience = REORDER_MS + Math.random() * JITTER_MS) {
    this.catching ??= this.fetchMissing(patience).finally(() => {
      this.catching = null;
      this.release();
    });
    return this.catching;
  }

  async fetchMissing(patience) {
    await pause(patience);
    this.release();
    for (let more = true; more; ) {
      const page = await this.hooks.page(this.name, this.last);
      if (page.reset) {
        await this.hooks.reset();
        return;
      }
      this.deliver(page);
      more = page.more;
    }
  }
}
