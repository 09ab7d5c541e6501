// The console of one counter: its queue patched row by row from the journal, its panel renewed when something else
// than the operator changed it, and what keys alone need.
import "./finder.js";
import { chime } from "./chime.js";
import { localise } from "deskops/digits";
import { connectLive } from "deskops/live";
import { serverNow } from "deskops/time";
import { toast } from "deskops/toast";

const words = JSON.parse(document.getElementById("console-words").textContent);
const pattern = document.getElementById("queue-row");
const AT_PLACE = ["called", "serving"];
const PUT_ASIDE = ["held", "no_show"];
const RENEWING = ["trip.setup_changed", "priorities.set"];

const counter = () => document.getElementById("console");
const id = (name) => Number(counter().dataset[name]);
const audience = () => `desk:${id("desk")}:staff`;

// --- the panel, renewed whole ---

let due = null;

/** A dialog that somebody has open is left alone: what is new comes when it is closed. Whether there is one. */
const waitsForDialog = () => {
  const open = document.querySelector("#console dialog[open]");
  open?.addEventListener("close", refreshSoon, { once: true });
  return Boolean(open);
};

/** Read the console anew. */
const refresh = async () => {
  due = null;
  if (waitsForDialog()) return;
  await window.htmx.ajax("GET", counter().dataset.refresh, { target: "#console", swap: "morph:outerHTML" });
};

const refreshSoon = () => {
  due ??= setTimeout(refresh, 150);
};

// --- the queue, patched row by row ---

const order = (row) => [1 - row.dataset.urgent, Date.parse(row.dataset.seniority)];

const isBefore = (row, other) => {
  const [mine, theirs] = [order(row), order(other)];
  const at = mine.findIndex((value, index) => value !== theirs[index]);
  return at >= 0 && mine[at] < theirs[at];
};

const rowOf = (event) => {
  const row = pattern.content.firstElementChild.cloneNode(true);
  const since = new Date(event.registered_at * 1000).toISOString();
  const bonus = event.bonus_minutes + (JSON.parse(counter().dataset.bonuses)[event.topic_id] ?? 0);
  const seniority = new Date((event.registered_at - bonus * 60) * 1000).toISOString();
  row.id = `q${event.ticket_id}`;
  Object.assign(row.dataset, {
    urgent: Number(event.urgent),
    prior: Number(event.bonus_minutes > 0),
    walked: Number(event.walk === "arrived"),
    channel: event.channel,
    since,
    seniority,
  });
  if (words.languages[event.language]) row.dataset.language = event.language;
  row.querySelector(".queue__number").textContent = localise(event.number);
  row.querySelector(".queue__topic bdi").textContent = words.topics[event.topic_id] ?? "";
  row.querySelector("[data-mark='language'] span").textContent = words.languages[event.language] ?? "";
  row.querySelector("time").dataset.since = since;
  return row;
};

const insert = (row) => {
  const queue = document.getElementById("queue");
  const after = [...queue.children].find((other) => isBefore(row, other));
  queue.insertBefore(row, after ?? null);
};

const count = (change) => {
  const shown = document.querySelector("[data-waiting]");
  shown.dataset.waiting = Math.max(0, Number(shown.dataset.waiting) + change);
  shown.textContent = localise(shown.dataset.waiting);
  document.querySelector("[data-nobody]").hidden = shown.dataset.waiting !== "0";
};

const markNext = () => {
  const rows = [...document.getElementById("queue").children];
  rows.forEach((row, place) => row.classList.toggle("is-next", place === 0));
  const since = rows.map((row) => row.dataset.since).sort()[0];
  const oldest = document.querySelector("[data-oldest]");
  if (!since) {
    oldest.textContent = "–";
    return;
  }
  const time = document.createElement("time");
  Object.assign(time.dataset, { since, format: "minutes" });
  time.textContent = localise(Math.max(0, Math.floor((serverNow() - Date.parse(since)) / 60000)));
  oldest.replaceChildren(time, ` ${words.min}`);
};

const patchQueue = (event) => {
  const known = document.getElementById(`q${event.ticket_id}`);
  const waits = event.status === "waiting" && event.desk_id === id("desk") && event.walk !== "under_way";
  known?.remove();
  if (waits) insert(rowOf(event));
  count(Number(waits) - Number(Boolean(known)));
  markNext();
};

// --- what the journal tells ---

const concernsPanel = (event) =>
  event.place_id === id("place") ||
  event.from_place_id === id("place") ||
  RENEWING.includes(event.kind) ||
  (event.desk_id === id("desk") && (PUT_ASIDE.includes(event.status) || event.walk === "under_way")) ||
  "state" in event;

const apply = (event) => {
  // What the page shows already: an act's answer is often quicker than its own push.
  if (event.sequence <= id("after")) return;
  counter().dataset.after = event.sequence;
  if ("ticket_id" in event) {
    if (event.place_id === id("place") && AT_PLACE.includes(event.status)) chime();
    patchQueue(event);
  }
  if (concernsPanel(event) || document.querySelector(`[data-aside="${event.ticket_id}"]`)) refreshSoon();
};

const digest = ({ desks }) => {
  for (const { id: desk, waiting } of desks) {
    const shown = document.querySelector(`[data-desk-row="${desk}"] [data-desk-waiting]`);
    if (shown) shown.textContent = localise(waiting);
  }
};

// An answer that is older than what the page shows already: a read is dropped, an act's own is shown, both read anew.
const shownAt = (html) => Number(/data-after="(\d+)"/.exec(html)?.[1] ?? 0);
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "console") return;
  const isRead = detail.requestConfig.verb === "get";
  if (isRead && waitsForDialog()) detail.shouldSwap = false;
  else if (shownAt(detail.serverResponse) < id("after")) {
    if (isRead) detail.shouldSwap = false;
    refreshSoon();
  }
});

const snapshot = async () => {
  await refresh();
  return { [audience()]: id("after") };
};

const { trip } = document.body.dataset;
connectLive({
  trip: Number(trip),
  place: id("place"),
  audiences: [{ name: audience(), after: id("after") }, { name: `trip:${trip}:staff` }],
  apply,
  digest,
  snapshot,
});
// The estimate moves without any event.
setInterval(() => document.visibilityState === "visible" && !document.querySelector("dialog[open]") && refreshSoon(), 60000);

// --- acts ---

const closeDialogs = () => document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
// A day has hundreds of acts: only what is said of the last one stays.
const clearMessages = () => document.querySelectorAll("#toasts .toast").forEach((message) => message.remove());

document.body.addEventListener("acted", ({ target }) => {
  closeDialogs();
  clearMessages();
  // An undo from the message has no panel of its own to renew.
  if (target === document.body) refreshSoon();
});
document.body.addEventListener("registered", refreshSoon);
document.body.addEventListener("htmx:sendError", ({ detail }) => {
  if (!detail.elt.matches("[data-intake]")) toast(words.notSent, { kind: "bad" });
});
// After a swap the keyboard stays with the counter, unless somebody was somewhere else.
document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
  hideSpentUndo();
  if (detail.target.id === "console" && document.activeElement === document.body) counter().focus({ preventScroll: true });
});

const hideSpentUndo = () => {
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = Date.parse(element.dataset.until) - serverNow();
    setTimeout(() => element.remove(), Math.max(0, left));
  }
};
hideSpentUndo();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open='finish']");
  if (opener) document.querySelector("#finish [name='call_next']").checked = opener.dataset.then === "next";
  const outcome = event.target.closest("#finish [name='outcome']");
  if (outcome) choose(outcome, event);
});

/** An outcome that needs a note waits for it: the note, then Ctrl+Enter or the outcome once more. */
const choose = (outcome, event) => {
  const note = document.getElementById("finish-note");
  if (!outcome.hasAttribute("data-needs-note") || note.value.trim()) return;
  event.preventDefault();
  document.querySelector("#finish [aria-pressed]")?.removeAttribute("aria-pressed");
  outcome.setAttribute("aria-pressed", "true");
  note.required = true;
  note.focus();
};

document.addEventListener(
  "keydown",
  (event) => {
    if (event.target.id !== "finish-note" || !event.ctrlKey || event.code !== "Enter") return;
    const chosen = document.querySelector("#finish [aria-pressed]");
    if (!chosen) return;
    event.preventDefault();
    event.stopPropagation();
    chosen.click();
  },
  true,
);
