// One WebSocket that comes back by itself: backoff with jitter, 1012's hint, ping every 20 s, resume by cursor.
// Hands every message on; knows nothing of stations or riders. Phases: off, connecting, live, waiting, refused.

const PING_MS = 20_000;
const FIRST_PING_MS = 1_000;
const SILENCE_MS = 10_000; // no frame this long after a ping: the link is dead, whatever TCP thinks
const HANDSHAKE_MS = 10_000; // from the call to `connection_established`
const STEADY_MS = 10_000; // live this long: the next loss starts the backoff anew
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

const TOKEN_REFUSED = 4401;
const TOO_FAST = 4429;
const RESTARTING = 1012;

export class LiveLink {
  #path;
  #protocols;
  #onMessage;
  #onPhase;
  #onRefused;
  #onNeverOpened;
  #socket = null;
  #cursor = null;
  #failures = 0;
  #liveSince = 0;
  #pings = new Map(); // timestamp sent → performance.now() then
  #timers = { handshake: 0, firstPing: 0, ping: 0, silence: 0, retry: 0, countdown: 0 };
  #retryAt = 0;
  phase = "off";
  roundTripMs = null;

  /** `onRefused` is for a link that carries a token; `onNeverOpened` hears of a connection refused before the upgrade: a browser doesn't say whether that was a 401. */
  constructor({ path, protocols = () => [], onMessage, onPhase, onRefused = null, onNeverOpened = () => {} }) {
    this.#path = path;
    this.#protocols = protocols;
    this.#onMessage = onMessage;
    this.#onPhase = onPhase;
    this.#onRefused = onRefused;
    this.#onNeverOpened = onNeverOpened;
    addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.retryNow(); });
  }

  start() {
    this.stop();
    this.#connect();
  }

  /** Closes for good and forgets where it was: the next start is a fresh one. */
  stop(phase = "off") {
    this.#abandon();
    this.#cursor = null;
    this.#failures = 0;
    this.#setPhase(phase);
  }

  retryNow() {
    if (this.phase === "waiting") this.#connect();
  }

  /** True when it could be sent. */
  send(message) {
    if (this.phase !== "live") return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  get secondsToRetry() {
    return Math.max(0, Math.ceil((this.#retryAt - Date.now()) / 1000));
  }

  #connect() {
    this.#abandon();
    this.#setPhase("connecting");
    const url = new URL(this.#path, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (this.#cursor !== null) url.searchParams.set("since", this.#cursor);
    let socket;
    try {
      socket = new WebSocket(url, this.#protocols());
    } catch {
      this.#lost(null);
      return;
    }
    this.#socket = socket;
    let opened = false;
    // Each handler belongs to this socket only: an abandoned one stays silent.
    const mine = (handle) => (event) => { if (this.#socket === socket) handle(event); };
    socket.addEventListener("open", mine(() => { opened = true; }));
    socket.addEventListener("message", mine((event) => this.#receive(event.data)));
    socket.addEventListener("close", mine((event) => {
      this.#lost(event);
      if (!opened && this.phase === "waiting") this.#onNeverOpened();
    }));
    this.#timers.handshake = setTimeout(() => this.#lost(null), HANDSHAKE_MS);
  }

  #receive(data) {
    clearTimeout(this.#timers.silence);
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    if (message.type === "connection_established") {
      clearTimeout(this.#timers.handshake);
      // Without recovery the old place in the channel is worth nothing.
      if (message.recovered !== true) this.#cursor = null;
      this.#liveSince = Date.now();
      this.#setPhase("live");
      // The first ping waits until the snapshot is drawn: it measures the way, not the page.
      this.#timers.firstPing = setTimeout(() => this.#ping(), FIRST_PING_MS);
      this.#timers.ping = setInterval(() => this.#ping(), PING_MS);
    }
    if (message.type === "pong") {
      const sent = this.#pings.get(message.timestamp);
      if (sent !== undefined) {
        this.#pings.clear();
        this.roundTripMs = performance.now() - sent;
        this.#onPhase(this);
      }
      return;
    }
    this.#onMessage(message);
    // Only after the message took effect: what failed to apply is asked for again. A recovered connection
    // keeps the old place until the missed messages themselves move it on.
    const replayAhead = message.type === "connection_established" && message.recovered === true;
    if (typeof message.cursor === "string" && !replayAhead) this.#cursor = message.cursor;
  }

  #ping() {
    const timestamp = Date.now();
    this.#pings.set(timestamp, performance.now());
    this.send({ type: "ping", timestamp });
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => this.#lost(null), SILENCE_MS);
  }

  #lost(closeEvent) {
    this.#abandon();
    if (closeEvent?.code === TOKEN_REFUSED && this.#onRefused) {
      this.#setPhase("refused");
      this.#onRefused(closeEvent.reason);
      return;
    }
    if (this.#liveSince && Date.now() - this.#liveSince > STEADY_MS) this.#failures = 0;
    this.#liveSince = 0;
    const delay = retryHint(closeEvent) ?? backoff(this.#failures, closeEvent?.code === TOO_FAST ? 5_000 : FIRST_MS);
    this.#failures += 1;
    this.#retryAt = Date.now() + delay;
    this.#timers.retry = setTimeout(() => this.#connect(), delay);
    this.#timers.countdown = setInterval(() => this.#onPhase(this), 1_000);
    this.#setPhase("waiting");
  }

  #abandon() {
    for (const timer of Object.values(this.#timers)) {
      clearTimeout(timer);
      clearInterval(timer);
    }
    this.#pings.clear();
    this.roundTripMs = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  #setPhase(phase) {
    this.phase = phase;
    this.#onPhase(this);
  }
}

/** Between half and all of the doubled wait, so that a thousand pages don't come back in step. */
function backoff(failures, first) {
  const whole = Math.min(LONGEST_MS, first * 2 ** Math.min(failures, 10));
  return whole / 2 + Math.random() * (whole / 2);
}

/** A restarting gateway tells each client its own moment, in JSON in the close reason. */
function retryHint(closeEvent) {
  if (closeEvent?.code !== RESTARTING) return null;
  try {
    const ms = JSON.parse(closeEvent.reason).retry_after_ms;
    return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, 60_000) : null;
  } catch {
    return null;
  }
}
