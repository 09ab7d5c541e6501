// Keeps a page true without a reload: pushes over a websocket, replay of what was missed, polling where websockets are blocked.
import { setConnection } from "deskops/connection";
import { Feed } from "deskops/feed";
import { io } from "socket.io";

// 700 screens come back within ten seconds of a restart: quick first tries, then a spread.
const BACKOFF = { reconnectionDelay: 300, reconnectionDelayMax: 2500, randomizationFactor: 0.5, timeout: 5000 };
const PATIENT_BACKOFF_MS = 15000;
const POLL_AFTER_MS = 6000;
const POLL_MS = 2000;
const OFFLINE_AFTER_MS = 8000;
// After a restart the server has hundreds to answer at once.
const ANSWER_MS = 15000;
// A head may run ahead of coalesced figures by a moment.
const HEAD_GRACE_MS = 1000;

const signInAgain = () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
const isDigest = (name) => /^trip:\d+:staff$/.test(name);

/** The bar of messages, on whatever page, then asks what is said to its reader. */
const sayBroadcasts = ({ broadcasts }) => broadcasts && document.dispatchEvent(new Event("broadcasts"));

class Live {
  constructor(options) {
    this.options = { figures() {}, digest() {}, presence() {}, onState() {}, signedOut: signInAgain, ...options };
    this.freshAt = new Date();
    this.lostAt = Date.now();
    this.state = null;
    this.snapshotting = null;
    this.digests = options.audiences.map(({ name }) => name).filter(isDigest);
    this.feeds = new Map(
      options.audiences.filter(({ name }) => !isDigest(name)).map(({ name, after }) => [name, this.feed(name, after ?? 0)]),
    );
    this.socket = io({ transports: ["websocket"], ...BACKOFF });
    this.listen();
    this.watch = setInterval(() => this.look(), 500);
  }

  feed(name, after) {
    const { apply, figures } = this.options;
    return new Feed(name, after, { apply, figures, page: (...which) => this.page(...which), reset: () => this.reset() });
  }

  listen() {
    const on = (event, handle) => this.socket.on(event, (message) => (this.fresh(), handle(message)));
    on("changes", (message) => this.feeds.get(message.audience)?.take(message));
    on("figures", (message) => (sayBroadcasts(message), this.feeds.get(message.audience)?.take(message)));
    on("heads", ({ heads }) => setTimeout(() => this.compare(heads), HEAD_GRACE_MS));
    on("digest", (message) => (sayBroadcasts(message), this.options.digest(message)));
    on("presence", (message) => this.options.presence(message));
    this.socket.on("connect", () => this.subscribe());
    this.socket.on("disconnect", (reason) => this.lost(reason));
    this.socket.on("connect_error", (error) => error.message === "sign_in_needed" && this.options.signedOut());
    addEventListener("online", () => this.socket.connect());
    addEventListener("offline", () => this.socket.io.engine?.close());
  }

  async subscribe() {
    const known = [...this.feeds.values()].map(({ name, last }) => ({ name, after: last }));
    const audiences = [...known, ...this.digests.map((name) => ({ name }))];
    const wanted = { audiences, place_id: this.options.place ?? null };
    let answer;
    try {
      answer = await this.socket.timeout(ANSWER_MS).emitWithAck("subscribe", wanted);
    } catch {
      this.socket.io.engine?.close(); // connected again, it asks again
      return;
    }
    if (answer.error) {
      if (answer.error.code === "sign_in_needed") this.options.signedOut();
      return;
    }
    // What was said to people while the line was down.
    if (this.wasConnected) sayBroadcasts({ broadcasts: true });
    this.wasConnected = true;
    this.lostAt = null;
    this.polling = false;
    this.socket.io.reconnectionDelayMax(BACKOFF.reconnectionDelayMax);
    for (const page of Object.values(answer.missed)) await this.applyMissed(page);
    this.compare(answer.heads);
    this.fresh();
  }

  async applyMissed(page) {
    if (page.reset) await this.reset();
    else this.feeds.get(page.audience).take(page);
  }

  compare(heads) {
    for (const [name, head] of Object.entries(heads)) {
      const feed = this.feeds.get(name);
      if (feed && head > feed.last) feed.catchUp().catch(() => {});
    }
  }

  lost(reason) {
    this.lostAt ??= Date.now();
    this.look();
    // The server sent us away: the session has ended. The journal says so, or lets us on.
    if (reason === "io server disconnect") this.poll().then(() => this.socket.connect());
  }

  /** Twice a second: which state are we in, and is it time to poll? */
  look() {
    const away = this.lostAt === null ? 0 : Date.now() - this.lostAt;
    if (away > POLL_AFTER_MS && !this.polling) this.startPolling();
    const quiet = Date.now() - this.freshAt;
    if (away === 0 || (this.polling && quiet < OFFLINE_AFTER_MS)) this.show("online");
    else this.show(quiet > OFFLINE_AFTER_MS ? "offline" : "reconnecting");
  }

  show(state) {
    if (state === this.state) return;
    this.state = state;
    setConnection(state, this.freshAt);
    this.options.onState(state, this.freshAt);
  }

  async startPolling() {
    this.polling = true;
    this.socket.io.reconnectionDelayMax(PATIENT_BACKOFF_MS);
    while (this.polling) {
      await this.poll();
      await new Promise((done) => setTimeout(done, POLL_MS + Math.random() * 1000));
    }
  }

  async poll() {
    await Promise.allSettled([...this.feeds.values()].map((feed) => feed.catchUp(0)));
  }

  async page(audience, after) {
    const query = new URLSearchParams({ audience, after });
    const answer = await fetch(`/api/v1/trips/${this.options.trip}/journal?${query}`, { signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.status === 401) this.options.signedOut();
    if (!answer.ok) throw new Error(`journal: ${answer.status}`);
    this.fresh();
    const page = await answer.json();
    sayBroadcasts(page);
    return page;
  }

  /** Everything anew, once for all who ask for it meanwhile. */
  reset() {
    this.snapshotting ??= this.options
      .snapshot()
      .then((sequences) => {
        for (const [name, sequence] of Object.entries(sequences)) {
          const feed = this.feeds.get(name);
          if (feed) feed.last = sequence;
        }
      })
      .finally(() => (this.snapshotting = null));
    return this.snapshotting;
  }

  fresh() {
    this.freshAt = new Date();
  }

  close() {
    clearInterval(this.watch);
    this.polling = false;
    this.socket.disconnect();
  }
}

/**
 * connectLive({
 *   trip, place?,                         ids; the counter the page stands for
 *   audiences: [{name, after}],           the number up to which the page as loaded is true
 *   apply(event, audience),               each change in order: {sequence, kind, at, …}
 *   snapshot() -> Promise<{audience: n}>, read everything anew; the numbers it is true up to
 *   figures?(message),                    wall: {from, to, as_of, desks: [figures], unassigned, snapshot}
 *   digest?(message),                     consoles: {trip, desks: [{id, state, waiting, open}], broadcasts}
 *   presence?(message),                   wall: {trip, desks: {desk_id: sockets}}
 *   onState?(state, asOf), signedOut?(),
 * }) -> {close(), socket}
 */
export const connectLive = (options) => new Live(options);
