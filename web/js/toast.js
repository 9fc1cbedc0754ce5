// Notices at the edge of the screen, read out by screen readers: errors as alerts, the rest politely.
// They leave by themselves unless the pointer or the focus rests on them.

const template = document.getElementById("toast-template");
const errors = document.getElementById("toasts-errors");
const notes = document.getElementById("toasts-notes");
const SHOWN_MS = { error: 14_000, note: 6_000 };
const MOST = 2; // of a kind

function show(kind, { title, text = "", code = "", fields = [] }) {
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.dataset.kind = kind;
  toast.querySelector(".toast-title").textContent = title;
  toast.querySelector(".toast-text").textContent = text;
  const codeNode = toast.querySelector(".toast-code");
  codeNode.textContent = code;
  codeNode.hidden = !code;
  const list = toast.querySelector(".toast-fields");
  list.hidden = fields.length === 0;
  for (const { field, message } of fields) {
    const item = document.createElement("li");
    item.textContent = `${field}: ${message}`;
    list.append(item);
  }

  const place = kind === "error" ? errors : notes;
  let timer = 0;
  const leave = () => { clearTimeout(timer); toast.remove(); };
  const wait = () => { clearTimeout(timer); timer = setTimeout(leave, SHOWN_MS[kind]); };
  toast.querySelector(".toast-close").addEventListener("click", leave);
  for (const stop of ["pointerenter", "focusin"]) toast.addEventListener(stop, () => clearTimeout(timer));
  for (const go of ["pointerleave", "focusout"]) toast.addEventListener(go, wait);
  // The same notice twice is one notice.
  for (const other of [...place.children]) if (other.textContent === toast.textContent) other.remove();
  place.append(toast);
  while (place.children.length > MOST) place.firstElementChild.remove();
  wait();
}

export const note = (title, text = "") => show("note", { title, text });

/** Anything thrown: a Problem from api.js shows its detail and code. */
export function failure(doing, error) {
  const wait = error.retryAfterSeconds ? ` Try again in ${error.retryAfterSeconds} s.` : "";
  show("error", { title: doing, text: (error.message || "Something went wrong.") + wait, code: error.code ?? "", fields: error.fields ?? [] });
}
