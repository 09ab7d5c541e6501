// The trip's home: how many wait and are served now, for those who may see the wall.
import { localise } from "deskops/digits";

const EVERY_SECONDS = 10;
const figures = document.querySelector("[data-now]");

const show = (desks) => {
  for (const value of figures.querySelectorAll("[data-sum]")) {
    value.textContent = localise(desks.reduce((sum, desk) => sum + desk[value.dataset.sum], 0));
  }
};

const renew = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(figures.dataset.now);
    if (answer.ok) show((await answer.json()).desks);
  } catch {
    // No network: what stands there stays, and the next round asks again.
  }
};

renew();
setInterval(renew, EVERY_SECONDS * 1000);
document.addEventListener("visibilitychange", renew);
