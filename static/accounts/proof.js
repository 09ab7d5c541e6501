// Signs a form by passkey, and makes passkeys: the server asks, the device answers, the form takes the answer along.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const descriptors = (known = []) => known.map((key) => ({ ...key, id: bytes(key.id) }));

/** Browsers older than 2025 read no JSON of options and write none of answers. */
const readable = ({ challenge, user, allowCredentials, excludeCredentials, ...rest }) => ({
  ...rest,
  challenge: bytes(challenge),
  ...(user && { user: { ...user, id: bytes(user.id) } }),
  ...(allowCredentials && { allowCredentials: descriptors(allowCredentials) }),
  ...(excludeCredentials && { excludeCredentials: descriptors(excludeCredentials) }),
});

const written = ({ id, rawId, type, response }) => {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(given) });
};

const asked = async (address, purpose) => {
  const answer = await fetch(address, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-CSRF-Token": document.querySelector("meta[name='csrf-token']").content,
    },
    body: JSON.stringify({ purpose }),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error.message);
  return readable(said);
};

const answerOf = async (address, purpose) => {
  const publicKey = await asked(address, purpose);
  const credentials = navigator.credentials;
  return written(await (purpose === "add" ? credentials.create({ publicKey }) : credentials.get({ publicKey })));
};

/** The form is sent as its own button would send it; a PIN that isn't typed must not stop it. */
const send = (form, answer) => {
  form.elements.passkey.value = answer;
  const pin = form.querySelector("[data-proof] [data-pin]");
  if (pin) {
    pin.required = false;
    pin.value = "";
  }
  form.requestSubmit(form.querySelector("[data-sign]") ?? form.querySelector("button[type='submit']"));
};

const use = async (button) => {
  const part = button.closest("[data-proof]");
  const said = part.querySelector("[data-said]");
  const form = part.closest("form");
  said.hidden = true;
  button.disabled = true;
  try {
    // What is missing elsewhere in the form is told before the device asks.
    if (button.dataset.passkey === "add" && !form.reportValidity()) return;
    send(form, await answerOf(part.dataset.ask, button.dataset.passkey));
  } catch (fault) {
    said.textContent = fault.name === "Error" ? fault.message : part.dataset.failed;
    said.hidden = false;
  } finally {
    button.disabled = false;
  }
};

const usable = (site) =>
  window.isSecureContext &&
  "PublicKeyCredential" in window &&
  (location.hostname === site || location.hostname.endsWith(`.${site}`));

/** What only a browser with passkeys shows: the buttons, and what goes with them. */
const offer = (root) => {
  for (const part of root.querySelectorAll("[data-proof]")) {
    const can = usable(part.dataset.site);
    for (const shown of part.querySelectorAll("[data-usable], [data-passkey='sign']")) shown.hidden = !can;
    for (const shown of part.querySelectorAll("[data-unusable]")) shown.hidden = can;
  }
};

offer(document);
document.addEventListener("htmx:load", ({ detail }) => offer(detail.elt.parentElement ?? document));
// Whoever types a PIN after all means the PIN, and not an answer that a lost connection left behind.
document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-proof] [data-pin]")) target.form.elements.passkey.value = "";
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-passkey]");
  if (button) use(button);
});
