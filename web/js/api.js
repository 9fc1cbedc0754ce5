// The HTTP side of the booking service: one function per use case, errors as Problem (RFC 9457).
// Knows nothing of the page; the token is handed in by the caller.

/** What went wrong, in the service's own words: `detail` as message, `code`, `fields` of a 422. */
export class Problem extends Error {
  constructor(status, { detail, title, code, errors } = {}, retryAfterSeconds = null) {
    super(detail || title || `The service answered ${status}.`);
    this.name = "Problem";
    this.status = status;
    this.code = code ?? (status ? `http-${status}` : "unreachable");
    this.fields = Array.isArray(errors) ? errors : [];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

async function call(token, method, path, { body, headers = {} } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(15_000),
      headers: {
        Accept: "application/json, application/problem+json",
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    const slow = error.name === "TimeoutError";
    throw new Problem(0, { detail: slow ? "No answer within 15 s." : "The service can't be reached.", code: slow ? "timeout" : "unreachable" });
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
    throw new Problem(response.status, answer ?? {}, Number.isFinite(seconds) ? seconds : null);
  }
  return answer;
}

// crypto.randomUUID exists on https and localhost only; a wall may be opened by address.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Books the fullest battery of a station. An unclear failure is repeated under the same key, so it can't book twice. */
export async function book(token, stationId) {
  const request = { body: { station: stationId }, headers: { "Idempotency-Key": newKey() } };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(token, "POST", "/user/orders/", request);
    } catch (problem) {
      const unclear = problem.status === 0 || [502, 503, 504].includes(problem.status);
      if (!unclear || attempt === 3) throw problem;
      await pause(Math.min(problem.retryAfterSeconds ?? attempt, 5) * 1000);
    }
  }
}

const page = (path, query) => `${path}?${new URLSearchParams(query)}`;
const after = (cursor) => (cursor ? { after: cursor } : {});

export const collect = (token, orderId) => call(token, "POST", `/user/orders/${orderId}/collect/`);
export const cancel = (token, orderId) => call(token, "POST", `/user/orders/${orderId}/cancel/`);
/** One page of own orders, newest first. */
export const orders = (token, cursor) => call(token, "GET", page("/user/orders/", { limit: 20, ...after(cursor) }));
/** One page of the durable inbox, oldest first, after a notification id. */
export const inbox = (token, cursor) => call(token, "GET", page("/user/notifications/", { limit: 100, ...after(cursor) }));
