// Where unsent registrations lie on this device: encrypted under a key that the server gives to their user alone, and
// that is stored nowhere. Over plain HTTP a browser encrypts nothing: there they last as long as the page.
import { nameOf, namesOf } from "deskops/unsent";

const CIPHER = "AES-GCM";
const NONCE_BYTES = 12;

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

export class Vault {
  constructor({ user, trip, secret }) {
    this.owner = `${user}.${trip}.`;
    this.user = `${user}.`;
    this.lasts = Boolean(globalThis.crypto.subtle);
    this.memory = new Map();
    this.cipher = this.lasts && crypto.subtle.importKey("raw", fromBase64(secret), CIPHER, false, ["encrypt", "decrypt"]);
  }

  /** entry: {key, at, fields, reason}; the same key replaces. Throws where the device has no room. */
  async put(entry) {
    if (!this.lasts) {
      this.memory.set(entry.key, entry);
      return;
    }
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const text = new TextEncoder().encode(JSON.stringify(entry));
    const sealed = await crypto.subtle.encrypt({ name: CIPHER, iv }, await this.cipher, text);
    localStorage.setItem(nameOf(this.owner, entry.key), `${toBase64(iv)} ${toBase64(new Uint8Array(sealed))}`);
  }

  /** All entries, oldest first; one that can't be opened any more has neither `fields` nor `at`. */
  async all() {
    const entries = this.lasts ? await Promise.all(namesOf(this.owner).map((name) => this.open(name))) : [...this.memory.values()];
    return entries.filter(Boolean).sort((one, other) => (one.at ?? "").localeCompare(other.at ?? ""));
  }

  async open(name) {
    const stored = localStorage.getItem(name);
    if (stored === null) return null; // another page has just sent it
    try {
      const [iv, sealed] = stored.split(" ").map(fromBase64);
      const text = await crypto.subtle.decrypt({ name: CIPHER, iv }, await this.cipher, sealed);
      return JSON.parse(new TextDecoder().decode(text));
    } catch {
      return { key: name.slice(nameOf(this.owner).length) };
    }
  }

  remove(key) {
    this.memory.delete(key);
    localStorage.removeItem(nameOf(this.owner, key));
  }

  /** How many lie here of other users, in any trip. */
  foreign() {
    return namesOf().length - namesOf(this.user).length;
  }
}
