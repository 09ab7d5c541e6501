// What this device keeps until it can be sent. Here are names only: the room that keeps something encrypts it.
// Signing out wipes what the user left here; what others left stays, unreadable without their session.
import { openDialog } from "deskops/dialog";

const PREFIX = "deskops.unsent.";

/** The owner is "user.trip." or, for all trips, "user."; the name of one entry ends in its key. */
export const nameOf = (owner, key = "") => `${PREFIX}${owner}${key}`;

export const namesOf = (owner = "") => Object.keys(localStorage).filter((name) => name.startsWith(nameOf(owner)));

const wipe = (owner) => namesOf(owner).forEach((name) => localStorage.removeItem(name));

export const watchSignOut = () => {
  const form = document.querySelector("form[data-sign-out]");
  if (!form) return;
  const owner = `${form.dataset.signOut}.`;
  // Before anything else hears of the submission, which may not take place.
  const hold = (event) => {
    if (event.target !== form || !namesOf(owner).length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    openDialog("unsent-sign-out");
  };
  addEventListener("submit", hold, true);
  document.getElementById("unsent-discard").addEventListener("click", () => {
    wipe(owner);
    form.requestSubmit();
  });
};
