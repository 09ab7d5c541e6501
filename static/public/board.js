// A hall's board: the last six numbers called, live, for days without a hand.
import { localise } from "deskops/digits";
import { serverNow, tehranClock } from "deskops/time";
import { connectLive } from "deskops/live";
import { Chime } from "./chime.js";
import { Voice } from "./voice.js";

const ROWS = 6;
const SHOWN_MINUTES = 30;
const RENEW_SECONDS = 20;

const { trip, audience, address, board, stopped_words: stoppedWords } = JSON.parse(document.getElementById("board-data").textContent);
const table = document.getElementById("rows");
const chime = new Chime(document.getElementById("sound"));
const voice = new Voice(document.getElementById("voice"));
let { calls, desks, places } = board;

const text = (row, selector, value) => {
  const part = row.querySelector(selector);
  if (part) part.textContent = value;
};

const rowOf = (call) => {
  const row = document.getElementById("row").content.firstElementChild.cloneNode(true);
  text(row, ".board__ticket", localise(call.number));
  text(row, "[data-part='desk']", localise(call.desk));
  // Both scripts: who reads only one of them finds the desk all the same.
  const other = row.querySelector("[data-part='desk-other']");
  other.textContent = localise(call.desk, other.lang);
  text(row, ".board__place", localise(call.place));
  text(row, ".board__name", call.name);
  return row;
};

const isFresh = (call) => serverNow() - Date.parse(call.at) < SHOWN_MINUTES * 60_000;

let drawn = "";
const draw = () => {
  const shown = calls.filter(isFresh).slice(0, ROWS);
  const sight = JSON.stringify(shown);
  if (sight === drawn) return;
  drawn = sight;
  const rows = shown.map(rowOf);
  rows[0]?.classList.add("board__row--new");
  if (!rows.length) rows.push(document.getElementById("nobody").content.firstElementChild.cloneNode(true));
  table.replaceChildren(table.firstElementChild, ...rows);
};

/** As the server folds them: who was called stands on top, who came stays, who did not or waits again goes. */
const apply = ({ kind, number, desk_id: desk, place_id: place, status, at }) => {
  if (kind.startsWith("desks.")) {
    renew().catch(() => {});
    return;
  }
  if (status === "serving" || status === "done") return;
  calls = calls.filter((call) => call.number !== number);
  const [deskNumber, name] = desks[desk] ?? [];
  if (status === "called" && deskNumber && places[place]) {
    calls.unshift({ number, desk: deskNumber, place: places[place], name, at });
    calls = calls.slice(0, ROWS);
    chime.ring();
    voice.say(calls[0]);
  }
  draw();
};

const showWaiting = (waiting) => {
  document.getElementById("waiting").textContent = localise(waiting);
};

/** Minutes from the quickest matter to the slowest; nothing while nobody serves here. */
const showWait = (range) => {
  const line = document.getElementById("wait");
  line.hidden = !range;
  if (!range) return;
  const [low, high] = range;
  const { range: between, about, atOnce } = line.dataset;
  const words = high === 0 ? atOnce : low === high ? about : between;
  line.textContent = words.replace("{low}", localise(low)).replace("{high}", localise(high));
};

/** An emergency stop, in both languages whatever the board's own is. */
const showStopped = ({ stopped, stopped_whole: whole }) => {
  const band = document.getElementById("stopped");
  band.hidden = !stopped.length;
  for (const line of band.children) {
    const words = stoppedWords[line.lang][whole ? "whole" : "desks"];
    const text = words.replace("{desks}", localise(stopped.join(line.lang === "fa" ? "، " : ", "), line.lang));
    if (line.textContent !== text) line.textContent = text;
  }
};

const stopIfSignedOut = (status) => {
  document.getElementById("signed-out").hidden = status !== 401 && status !== 403;
};

const renew = async () => {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  stopIfSignedOut(response.status);
  if (!response.ok) throw new Error(`board: ${response.status}`);
  const fresh = await response.json();
  ({ calls, desks, places } = fresh);
  showWaiting(fresh.waiting);
  showWait(fresh.wait);
  showStopped(fresh);
  draw();
  return { [audience]: fresh.sequence };
};

const tick = () => {
  document.getElementById("clock").textContent = tehranClock(new Date(serverNow()));
  draw();
};

showWaiting(board.waiting);
showWait(board.wait);
showStopped(board);
tick();
setInterval(tick, 1000);
setInterval(() => renew().catch(() => {}), RENEW_SECONDS * 1000);
connectLive({
  trip,
  audiences: [{ name: audience, after: board.sequence }],
  snapshot: renew,
  apply,
  signedOut: () => stopIfSignedOut(401),
});
