// The page at a desk or an entrance: every badge is kept on the device before it is sent, so that none is lost.
import { localise } from "deskops/digits";
import { randomKey } from "deskops/forms";
import { tehranClock } from "deskops/time";
import { chime } from "../demands/chime.js";
import { Vault } from "../demands/vault.js";
import { Camera, mayUseCamera } from "./camera.js";
import { ScanOutbox } from "./scan_outbox.js";

const SHOWN = 10;
const SOUNDS = {
  ok: [{ hertz: 880, at: 0 }],
  kept: [{ hertz: 660, at: 0 }],
  warn: [{ hertz: 660, at: 0 }, { hertz: 660, at: 0.2 }],
  bad: [{ hertz: 220, at: 0 }, { hertz: 196, at: 0.2 }, { hertz: 175, at: 0.4 }],
};
const SHAKES = { ok: 60, kept: 60, warn: [80, 80, 80], bad: [300, 100, 300] };

const page = document.querySelector("[data-scan]");
const part = (name) => page.querySelector(`[data-part='${name}']`);
const words = JSON.parse(part("words").textContent);
const field = part("badge");
const place = part("place");
const memory = `deskops.scan.${page.dataset.trip}`;

const lines = new Map();
let newest = "";
let counted = 0;

const chosenKind = () => page.querySelector("input[name='kind']:checked").value;

const remember = () => {
  localStorage.setItem(memory, JSON.stringify({ place: place.value, kind: chosenKind() }));
  page.dataset.kind = chosenKind();
  part("ready").hidden = !place.value;
  part("choose").hidden = Boolean(place.value);
  part("panel").hidden = !place.value;
};

const recall = () => {
  const known = JSON.parse(localStorage.getItem(memory) ?? "{}");
  if (known.place && !place.value) place.value = known.place;
  const kind = page.querySelector(`input[name='kind'][value='${CSS.escape(known.kind ?? "in")}']`);
  if (kind) kind.checked = true;
  remember();
};

const alarm = (tone) => {
  chime(SOUNDS[tone]);
  navigator.vibrate?.(SHAKES[tone]);
};

/** The panel that is read from two metres away. */
const show = ({ tone, title, name = "", shift = null, lines: said = [], clock = "" }) => {
  const panel = part("panel");
  panel.dataset.tone = tone;
  panel.hidden = false;
  part("title").textContent = title;
  part("name").textContent = name;
  part("shift").textContent = shift ? `${shift.desk} · ${shift.clock}` : "";
  part("clock").textContent = clock;
  part("lines").replaceChildren(
    ...said.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
  );
  for (const sign of panel.querySelectorAll("[data-sign]")) sign.hidden = sign.dataset.sign !== tone;
};

const list = (key, { tone, title, name, clock }) => {
  const line = lines.get(key) ?? part("line").content.firstElementChild.cloneNode(true);
  line.dataset.tone = tone;
  line.querySelector("time").textContent = clock;
  line.querySelector("bdi").textContent = name || "–";
  line.querySelector("[data-what]").textContent = title;
  if (lines.has(key)) return;
  lines.set(key, line);
  part("last").prepend(line);
  part("none").hidden = true;
  for (const old of [...part("last").children].slice(SHOWN)) old.remove();
};

const vault = new Vault({ user: page.dataset.user, trip: `scans-${page.dataset.trip}`, secret: page.dataset.secret });
const numbered = (text, count) => text.replace("{n}", localise(count));

const drawKept = async () => {
  const entries = await vault.all();
  const readable = entries.filter((entry) => entry.fields);
  part("kept").hidden = !readable.length || !(outbox.cut || outbox.notMe);
  part("kept-count").textContent = numbered(words.kept, readable.length);
  part("not-me").hidden = !outbox.notMe;
  part("brief").hidden = vault.lasts;
  part("unreadable").hidden = entries.length === readable.length;
  page.dataset.kept = readable.length;
};

const outbox = new ScanOutbox(vault, page.dataset.address, {
  changed: () => drawKept(),
  answered: (answer, entry) => {
    list(entry.key, answer);
    if (answer.counted && !answer.again) counted += 1;
    part("count").textContent = numbered(words.count, counted);
    // What is answered late stays in the list; the panel is for whoever stands here now.
    if (entry.key !== newest) return;
    show(answer);
    alarm(answer.tone);
  },
  clock: ({ text }) => {
    if (sessionStorage.getItem(memory)) return;
    sessionStorage.setItem(memory, "told");
    part("skew").hidden = false;
    part("skew-text").textContent = text;
  },
});

const scanned = async (text, source) => {
  const badge = text.trim();
  if (!badge) return;
  if (!place.value) {
    show({ tone: "bad", title: words.choose });
    place.focus();
    return;
  }
  const [what, id] = place.value.split(":");
  const now = new Date();
  const entry = { key: randomKey(), at: now.toISOString(), fields: { badge, kind: chosenKind(), [`${what}_id`]: Number(id), source } };
  newest = entry.key;
  page.dataset.busy = "yes";
  await outbox.push(entry);
  delete page.dataset.busy;
  const left = await vault.all();
  if (!left.some(({ key }) => key === entry.key)) return;
  const waits = { tone: "kept", title: words.waits, clock: tehranClock(now), name: "" };
  list(entry.key, waits);
  if (entry.key === newest) {
    show({ ...waits, lines: [words.waitsWhy] });
    alarm("kept");
  }
};

const onEnd = (event) => {
  if (!["Enter", "NumpadEnter", "Tab"].includes(event.code) && event.key !== "Enter") return;
  if (event.code === "Tab" && !field.value) return;
  event.preventDefault();
  const text = field.value;
  field.value = "";
  scanned(text, "scanner");
};

// A handheld scanner types wherever the focus is.
const watchKeys = () => {
  field.addEventListener("keydown", onEnd);
  // Somebody who touches the field wants to type; a scanner needs no keyboard on the screen.
  field.addEventListener("pointerdown", () => (field.inputMode = "numeric"));
  field.addEventListener("blur", () => (field.inputMode = "none"));
  document.addEventListener("keydown", ({ target, key }) => {
    if (key.length === 1 && !target.closest("input, select, textarea, button, a, dialog[open]")) field.focus();
  });
  page.addEventListener("change", ({ target }) => {
    if (target === field) return;
    remember();
    field.focus();
  });
};

const watchCamera = () => {
  const [button, box, trouble] = [part("camera"), part("camera-box"), part("camera-trouble")];
  const camera = new Camera(part("video"), page.dataset.decoder, (text) => scanned(text, "camera"));
  if (!mayUseCamera()) {
    button.hidden = true;
    trouble.hidden = false;
    return;
  }
  button.addEventListener("click", async () => {
    const starts = box.hidden;
    box.hidden = !starts;
    button.setAttribute("aria-pressed", String(starts));
    if (!starts) return camera.stop();
    await camera.start().catch(() => {
      camera.stop();
      box.hidden = true;
      button.setAttribute("aria-pressed", "false");
      trouble.hidden = false;
    });
  });
  addEventListener("pagehide", () => camera.stop());
};

recall();
watchKeys();
watchCamera();
drawKept();
outbox.send();
field.focus();
addEventListener("storage", () => drawKept());
addEventListener("beforeunload", (event) => !vault.lasts && Number(page.dataset.kept) && event.preventDefault());
