// Elapsed times that tick: <time data-since="2024-05-01T06:30:00Z" data-format="clock|minutes">.
import { languageOf, localise } from "deskops/digits";

let skew = 0;

/** Tell the server's time (ms since the epoch); a counter's clock may be minutes off. */
export const setServerTime = (milliseconds) => {
  skew = milliseconds - Date.now();
};

export const serverNow = () => Date.now() + skew;

const pad = (number) => String(number).padStart(2, "0");

/** "4:05" or "1:04:05" for a number of seconds. */
export const clockText = (seconds) => {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = pad(Math.floor(seconds) % 60);
  return hours ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
};

const elapsedText = (element) => {
  const seconds = Math.max(0, (serverNow() - Date.parse(element.dataset.since)) / 1000);
  const text = element.dataset.format === "clock" ? clockText(seconds) : Math.floor(seconds / 60);
  return localise(text, languageOf(element));
};

const tick = () => {
  for (const element of document.querySelectorAll("time[data-since]")) {
    const text = elapsedText(element);
    if (element.textContent !== text) element.textContent = text;
  }
};

export const startTicking = () => {
  const stamp = document.querySelector("meta[name='server-time']")?.content;
  if (stamp) setServerTime(Date.parse(stamp));
  tick();
  setInterval(tick, 1000);
  // What a fragment brings is not to stand empty until the next second.
  document.addEventListener("htmx:load", tick);
};

/** "10:42" in Tehran for a Date, in the page's digits. */
export const tehranClock = (date) =>
  localise(
    new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tehran", hour: "2-digit", minute: "2-digit" }).format(date),
  );

/** Jalali date "1403/02/12" in Tehran for a Date; the calendar is fetched on first use. */
export const jalaliText = async (date) => {
  const { toJalaali } = await import("jalaali");
  const [year, month, day] = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tehran" })
    .format(date)
    .split("-")
    .map(Number);
  const { jy, jm, jd } = toJalaali(year, month, day);
  return localise(`${jy}/${pad(jm)}/${pad(jd)}`);
};
