// The word in the bar and the banner below it; the live client calls setConnection.
import { tehranClock } from "deskops/time";

/** state: "online" | "reconnecting" | "offline"; asOf: Date of the newest data on the screen. */
export const setConnection = (state, asOf = null) => {
  for (const pill of document.querySelectorAll("[data-connection]")) {
    pill.hidden = false;
    pill.dataset.connection = state;
  }
  const banner = document.getElementById("stale");
  if (!banner) return;
  banner.hidden = state === "online" || asOf === null;
  if (asOf) banner.querySelector("time").textContent = tehranClock(asOf);
};
