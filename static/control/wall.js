// The coordinators' wall: figures of all desks, kept live, in the order where it burns.
import { localise } from "deskops/digits";
import { openDialog } from "deskops/dialog";
import { serverNow } from "deskops/time";
import { connectLive } from "deskops/live";
import { hotterFirst, oldestMinutes } from "./burning.js";
import { Tile, fillWords } from "./tiles.js";

const RENEW_SECONDS = 30; // estimates and rates change although nothing happens at a desk
const SETTLE_SECONDS = 5; // tiles keep their places this long, so that a finger can meet one
const LIST_SECONDS = 3;

const { trip, address, snapshot, words } = JSON.parse(document.getElementById("wall-data").textContent);
const grid = document.getElementById("tiles");
const tools = document.getElementById("wall-tools");
const list = document.getElementById("unassigned");
const tilesIn = (element) => [...element.querySelectorAll("[data-desk]")];
let setup = snapshot.setup.join();
const tileOf = (element) => [Number(element.dataset.desk), new Tile(element, words)];
let tiles = new Map(tilesIn(grid).map(tileOf));
let ordered = 0;
let listed = 0;

const showDesks = (desks) => {
  const now = serverNow();
  for (const figures of desks) tiles.get(figures.desk_id)?.show(figures, now);
};

const total = (name, text, tone = "") => {
  const stat = document.querySelector(`[data-total="${name}"]`);
  const value = stat.querySelector(".stat__value");
  if (value.textContent !== text) value.textContent = text;
  stat.className = tone ? `stat stat--${tone}` : "stat";
};

const showTotals = (now) => {
  const all = [...tiles.values()].map((tile) => tile.figures).filter(Boolean);
  const sum = (name) => all.reduce((count, figures) => count + figures[name], 0);
  const oldest = Math.floor(Math.max(0, ...all.map((figures) => oldestMinutes(figures, now))));
  const burning = [...tiles.values()].filter((tile) => tile.level >= 3).length;
  const help = sum("help");
  total("waiting", localise(sum("waiting")));
  total("oldest", localise(oldest), oldest >= 45 ? "bad" : oldest >= 25 ? "warn" : "");
  total("burning", localise(burning), burning ? "bad" : "ok");
  total("counters", fillWords(words.of, { busy: sum("busy"), open: sum("open") }));
  total("rate", localise(sum("rate")));
  total("help", localise(help), help ? "warn" : "");
};

const chosen = () => Object.fromEntries(new FormData(tools));

const filter = () => {
  const wanted = chosen();
  let shown = 0;
  for (const tile of tiles.values()) {
    tile.element.hidden = !tile.isShown(wanted);
    shown += tile.element.hidden ? 0 : 1;
  }
  const text = shown < tiles.size ? fillWords(words.shown, { shown, all: tiles.size }) : "";
  const line = document.getElementById("shown");
  if (line.textContent !== text) line.textContent = text;
};

const order = (now) => {
  // Moving a tile takes the focus from it.
  if (grid.contains(document.activeElement) || now - ordered < SETTLE_SECONDS * 1000) return;
  ordered = now;
  const asListed = (one, other) => one.order - other.order;
  const known = [...tiles.values()].filter((tile) => tile.figures);
  known.sort(chosen().order === "list" ? asListed : hotterFirst(now));
  const elements = known.map((tile) => tile.element);
  if (elements.some((element, place) => grid.children[place] !== element)) grid.append(...elements);
};

const tick = () => {
  const now = serverNow();
  for (const tile of tiles.values()) if (tile.figures) tile.warm(now);
  showTotals(now);
  filter();
  order(now);
};

const listLength = () => list.querySelectorAll("article").length;

const renewList = () => {
  const now = Date.now();
  if (now - listed < LIST_SECONDS * 1000 || list.contains(document.activeElement)) return;
  listed = now;
  window.htmx.trigger(list, "wall:renew");
};

/** Desks were set up since: their tiles, with their names, come with the page; what is filtered and opened stays. */
const renewTiles = async (newest) => {
  const page = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!page.ok) throw new Error(`wall: ${page.status}`);
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const elements = [...fresh.getElementById("tiles").children].map((element) => document.importNode(element, true));
  grid.replaceChildren(...elements);
  window.htmx.process(grid);
  tiles = new Map(tilesIn(grid).map(tileOf));
  setup = newest;
  ordered = 0;
};

/** Read everything anew; answers with the point of the live sequence from which to go on. */
const renew = async () => {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`wall: ${response.status}`);
  const wall = await response.json();
  if (wall.setup.join() !== setup) await renewTiles(wall.setup.join());
  showDesks(wall.desks);
  tick();
  return { [`trip:${trip}:coordination`]: wall.sequence };
};

const showPresence = ({ desks }) => {
  total("connected", localise(Object.values(desks).reduce((sum, count) => sum + count, 0)));
  for (const tile of tiles.values()) tile.showConnected(desks[tile.id] ?? 0);
};

const rememberChoice = () => {
  const query = new URLSearchParams(Object.entries(chosen()).filter(([, value]) => value));
  history.replaceState(null, "", `?${query}`);
  ordered = 0;
  tick();
};

const recallChoice = () => {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = tools.elements.namedItem(name);
    if (field) field.value = value;
  }
};

recallChoice();
showDesks(snapshot.desks);
tick();
setInterval(tick, 1000);
setInterval(() => renew().catch(() => {}), RENEW_SECONDS * 1000);
tools.addEventListener("change", rememberChoice);
tools.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const dialog = document.getElementById("desk-dialog");
  if (detail.target.id === "desk-panel" && !dialog.open) openDialog("desk-dialog");
});
document.addEventListener("wall:done", () => {
  document.getElementById("desk-dialog").close();
  listed = 0;
  document.activeElement?.blur();
  renewList();
});

connectLive({
  trip,
  audiences: [{ name: `trip:${trip}:coordination`, after: snapshot.sequence }],
  figures: ({ desks, unassigned }) => {
    showDesks(desks);
    if (unassigned || listLength()) renewList();
  },
  presence: showPresence,
  snapshot: renew,
  apply() {},
});
