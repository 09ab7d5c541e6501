// Every form: one submission per press, one key per filling-in, nothing typed lost.

/** A random UUID; randomUUID needs a secure context, which plain HTTP in a hall is not. */
export const randomKey = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
};

const prepare = (root) => {
  for (const field of root.querySelectorAll("input[name='idempotency_key']")) field.value ||= randomKey();
  root.querySelector("[data-error-summary]")?.focus();
  enhanceComboboxes([...root.querySelectorAll("select[data-combobox='']")]);
};

const enhanceComboboxes = async (selects) => {
  if (!selects.length) return;
  // Marked before the module arrives: htmx reports the page's own loading too.
  for (const select of selects) select.dataset.combobox = "taken";
  const { enhance } = await import("deskops/combobox");
  selects.forEach(enhance);
};

/** A submission that went another way ends here. */
export const release = (form) => {
  delete form.dataset.busy;
  delete form.dataset.dirty;
};

// Too large a file is told at once.
const onChosen = ({ target }) => {
  const { most, tooLarge } = target.dataset;
  if (!most) return;
  target.setCustomValidity([...target.files].some((file) => file.size > most) ? tooLarge : "");
  target.reportValidity();
};

const onSubmit = (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  if (form.dataset.busy) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.busy = "yes";
};

// Only an accepted submission gets a fresh key; a retry after a cut connection must carry the old one.
const onAnswered = ({ detail }) => {
  const form = detail.elt.closest("form");
  if (!form) return;
  const dirty = form.dataset.dirty;
  release(form);
  if (!detail.successful) {
    if (dirty) form.dataset.dirty = dirty;
    return;
  }
  const key = form.querySelector("input[name='idempotency_key']");
  if (key) key.value = randomKey();
  if (form.hasAttribute("data-clear")) clear(form);
};

const clear = (form) => {
  form.reset();
  form.querySelector("[autofocus], .input")?.focus();
};

export const watchForms = () => {
  prepare(document);
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("change", onChosen);
  document.addEventListener("htmx:afterRequest", onAnswered);
  document.addEventListener("htmx:load", ({ detail }) => prepare(detail.elt));
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) document.querySelectorAll("form[data-busy]").forEach(release);
  });
  document.addEventListener("input", ({ target }) => {
    const form = target.closest("form[data-guard]");
    if (form) form.dataset.dirty = "yes";
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-dirty]:not([data-busy])")) event.preventDefault();
  });
};
