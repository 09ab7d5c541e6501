// Keeps a citizen's turn up to date over plain HTTP: the page itself is read again, and its changed part put in.
const LONGEST_SECONDS = 120;
const seconds = Number(document.getElementById("turn").dataset.seconds);
let pause = seconds;

const answered = async () => {
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-cache" });
  if (!response.ok) throw new Error(String(response.status));
  return new DOMParser().parseFromString(await response.text(), "text/html");
};

/** Somebody types the number on which they want to be called. */
const isBeingAnswered = (shown) =>
  [...shown.querySelectorAll("input:not([type='hidden'])")].some((field) => field.value || field === document.activeElement);

const put = (page) => {
  const shown = document.getElementById("turn");
  const fresh = page.getElementById("turn");
  if (fresh.dataset.status === "called" && shown.dataset.status !== "called") navigator.vibrate?.([300, 150, 300]);
  if (isBeingAnswered(shown) && fresh.dataset.status === shown.dataset.status) return;
  if (shown.innerHTML !== fresh.innerHTML) shown.replaceWith(document.adoptNode(fresh));
  document.title = page.title;
};

const renew = async () => {
  try {
    put(await answered());
    pause = seconds;
  } catch {
    // A hall's network drops; asking all the time would not bring it back.
    pause = Math.min(pause * 2, LONGEST_SECONDS);
  }
  setTimeout(renew, pause * 1000);
};

setTimeout(renew, pause * 1000);
document.addEventListener("visibilitychange", async () => {
  if (!document.hidden) await answered().then(put, () => {});
});
