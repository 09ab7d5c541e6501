// Sends scans in the order in which they were made, many in one request where many were kept. Each has a nonce of its
// own, by which the server counts it once whatever became of the first answer.
import { NOT_ME, Outbox, PATIENCE_MS, token } from "../demands/outbox.js";

const AT_ONCE = 50;
const SOON_MS = 30;

export class ScanOutbox extends Outbox {
  /** hooks: changed() after anything changed, answered(answer, entry), clock({minutes, text}). */
  async push(entry) {
    await this.vault.put(entry);
    this.hooks.changed();
    await this.send();
  }

  /** One page of the browser sends at a time; the next waits for it. */
  async send() {
    clearTimeout(this.timer);
    if (!navigator.locks) return this.sendAll();
    return navigator.locks.request("deskops.scans", () => this.sendAll());
  }

  retrySoon() {
    if (this.cut) return super.retrySoon();
    // What was scanned while the others were on their way.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), SOON_MS);
  }

  /** Bundles, each sent as one. */
  async waiting() {
    const entries = await super.waiting();
    return Array.from({ length: Math.ceil(entries.length / AT_ONCE) }, (_, place) =>
      entries.slice(place * AT_ONCE, (place + 1) * AT_ONCE),
    );
  }

  async deliver(entries) {
    const answer = await this.post(entries).catch(() => null);
    const told = answer?.ok ? await answer.json().catch(() => null) : null;
    this.notMe = NOT_ME.includes(answer?.status);
    // An answer that is not of our server, such as the sign-in page of a hall's own network, is none.
    this.cut = !this.notMe && !told?.scans;
    if (!told?.scans) return false;
    entries.forEach((entry, place) => {
      this.vault.remove(entry.key);
      this.hooks.answered(told.scans[place], entry);
    });
    if (told.clock) this.hooks.clock(told.clock);
    return true;
  }

  post(entries) {
    const scans = entries.map(({ key, at, fields }) => ({ ...fields, at, nonce: key }));
    return fetch(this.address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": token() },
      body: JSON.stringify({ scans, sent_at: new Date().toISOString() }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }
}
