// The token in use: read from the paste field, kept in sessionStorage, its claims shown.
// Nothing is verified here: the server judges. `whenChanged` hears of every new token and of its loss.

import { distance } from "./time.js";

const KEY = "swapwire.token";
const byId = (id) => document.getElementById(id);

/** The claims of a JWT, or an Error that says what is wrong with the text. */
export function readToken(text) {
  const token = text.trim().replace(/^(authorization:\s*)?bearer\s+/i, "").replace(/\s+/g, "");
  if (!token) throw new Error("Paste a token first.");
  const parts = token.split(".");
  if (parts.length !== 3 || parts.some((part) => !/^[\w-]+$/.test(part))) {
    throw new Error("This is not a JWT: three parts joined by dots are expected.");
  }
  let claims;
  try {
    const bytes = Uint8Array.from(atob(parts[1].replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
    claims = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Error("The claims of this token can't be read.");
  }
  if (claims === null || typeof claims.sub !== "string" || typeof claims.role !== "string") {
    throw new Error("This token names no user or no role.");
  }
  return { token, user: claims.sub, role: claims.role, expiresAt: Number.isFinite(claims.exp) ? new Date(claims.exp * 1000) : null };
}

export class TokenPanel {
  #form = byId("token-form");
  #field = byId("token-field");
  #problem = byId("token-problem");
  #holder = byId("token-holder");
  #whenChanged;
  /** What readToken answered, or null. */
  held = null;

  constructor(whenChanged) {
    this.#whenChanged = whenChanged;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#use(this.#field.value);
    });
    byId("token-forget").addEventListener("click", () => {
      this.#drop();
      this.#field.focus();
    });
    byId("token-replace").addEventListener("click", () => {
      this.#form.hidden = !this.#form.hidden;
      if (!this.#form.hidden) this.#field.focus();
    });
  }

  /** Takes up the token of this tab after a reload. */
  restore() {
    const kept = sessionStorage.getItem(KEY);
    if (kept) this.#use(kept);
    else this.#show();
  }

  /** The server said no: drop the token and ask for another. */
  ask(reason) {
    this.#drop();
    this.#complain(reason);
  }

  /** Called every few seconds: how long the token still lasts. */
  tick() {
    if (!this.held) return;
    const { expiresAt } = this.held;
    const over = expiresAt !== null && expiresAt <= Date.now();
    const node = byId("claim-expiry");
    node.textContent = expiresAt === null ? "never" : `${over ? "expired " : ""}${distance(expiresAt)}`;
    node.dateTime = expiresAt?.toISOString() ?? "";
    node.title = expiresAt?.toLocaleString() ?? "";
    node.classList.toggle("over", over);
  }

  #use(text) {
    try {
      this.held = readToken(text);
    } catch (error) {
      this.#complain(error.message);
      this.#field.focus();
      return;
    }
    sessionStorage.setItem(KEY, this.held.token);
    const hadFocus = this.#form.contains(document.activeElement);
    this.#show();
    if (hadFocus) byId("token-replace").focus();
    this.#whenChanged(this.held);
  }

  #drop() {
    sessionStorage.removeItem(KEY);
    this.held = null;
    this.#show();
    this.#whenChanged(null);
  }

  #complain(reason) {
    this.#problem.textContent = reason;
    this.#field.setAttribute("aria-invalid", "true");
  }

  #show() {
    this.#field.value = "";
    this.#field.removeAttribute("aria-invalid");
    this.#problem.textContent = "";
    this.#form.hidden = this.held !== null;
    this.#holder.hidden = this.held === null;
    byId("claim-user").textContent = this.held?.user ?? "";
    byId("claim-role").textContent = this.held?.role ?? "";
    this.tick();
  }
}
