// Sends what the device keeps: oldest first, one at a time, each under the key that it was first sent with, so that
// nothing counts twice whatever became of the first answer.
export const PATIENCE_MS = 15000;
const RETRY_MS = 4000;
// Nothing is wrong with the registration: the server is busy, restarting or out of reach.
const LATER = [408, 425, 429, 502, 503, 504];
// Signed out, or somebody else signed in here meanwhile: the form's token no longer fits the session.
export const NOT_ME = [401, 403];

/** Whether an answer of this status leaves a registration as good as unsent. */
export const isUnsent = (status) => LATER.includes(status) || NOT_ME.includes(status);

export const token = () => document.querySelector("meta[name='csrf-token']").content;

const reasonOf = (page) => {
  const listed = [...page.querySelectorAll("[data-error-summary] li")].map((item) => item.textContent.trim());
  return [...new Set(listed)].join(" ") || page.body.textContent.trim();
};

export class Outbox {
  /** hooks: changed() after anything changed, sent({number, receipt}, entry). */
  constructor(vault, address, hooks) {
    Object.assign(this, { vault, address, hooks });
    this.cut = false; // the last try found no server
    this.notMe = false;
    this.held = null; // the key of the entry that lies in the form to be corrected
    addEventListener("online", () => this.send());
  }

  async keep(entry) {
    await this.vault.put({ ...entry, reason: "" });
    this.hooks.changed();
    this.cut = true;
    this.retrySoon();
  }

  forget(key) {
    this.vault.remove(key);
    this.hooks.changed();
  }

  retrySoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), RETRY_MS);
  }

  /** One page of the browser sends at a time. */
  async send() {
    clearTimeout(this.timer);
    if (!navigator.locks) return this.sendAll();
    return navigator.locks.request("deskops.unsent", { ifAvailable: true }, (lock) => lock && this.sendAll());
  }

  async sendAll() {
    if (this.sending) return;
    this.sending = true;
    try {
      for (const entry of await this.waiting()) {
        if (!(await this.deliver(entry))) break;
      }
    } finally {
      this.sending = false;
    }
    this.hooks.changed();
    const more = (await this.waiting()).length > 0;
    this.cut &&= more;
    if (more && !this.notMe) this.retrySoon();
  }

  async waiting() {
    const entries = await this.vault.all();
    return entries.filter((entry) => entry.fields && !entry.reason && entry.key !== this.held);
  }

  /** Whether to go on with the next. */
  async deliver(entry) {
    const answer = await this.post(entry).catch(() => null);
    this.cut = answer === null || LATER.includes(answer.status);
    this.notMe = NOT_ME.includes(answer?.status);
    if (this.cut || this.notMe) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const done = page.querySelector("[data-registered]");
    if (done) {
      this.vault.remove(entry.key);
      this.hooks.sent({ number: page.querySelector(".big-number__value").textContent, receipt: done.dataset.receipt }, entry);
      return true;
    }
    // An answer that is not of our server, such as the sign-in page of a hall's own network.
    this.cut = answer.ok;
    if (!this.cut) await this.vault.put({ ...entry, reason: reasonOf(page) });
    return !this.cut;
  }

  post({ fields, at, key }) {
    return fetch(this.address, {
      method: "POST",
      headers: { "HX-Request": "true", "X-CSRF-Token": token() },
      body: new URLSearchParams({ ...fields, at, idempotency_key: key }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }
}
