// Requests with their types from the API's document, problems as errors, and one Idempotency-Key per booking.

import { backoff, retryAfterOf } from "./backoff.ts";
import type { paths } from "./generated/http.ts";
import type { AbortSignalLike, Platform, ResponseLike } from "./platform.ts";
import { noAnswer, problemOf, type SwapwireError } from "./problem.ts";
import type { TokenSource } from "./token.ts";

type Method = "get" | "post" | "put" | "patch" | "delete";
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: object } ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends { [K in M]: infer O } ? O : never;
type Part<O, Name extends string> = O extends { parameters: { [K in Name]?: infer Q } } ? Q : never;
type Body<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? B : never;
type Ok<O> = O extends { responses: infer R }
  ? {
      [S in keyof R]: S extends 200 | 201 | 204
        ? R[S] extends { content: { "application/json": infer B } }
          ? B
          : undefined
        : never;
    }[keyof R]
  : never;

export type Input<P extends keyof paths, M extends Method> = {
  path?: Part<Operation<P, M>, "path">;
  query?: Part<Operation<P, M>, "query">;
  body?: Body<Operation<P, M>>;
  headers?: Record<string, string>;
};
export type Output<P extends keyof paths, M extends Method> = Ok<Operation<P, M>>;

interface AnyInput {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  headers?: Record<string, string>;
}

const MOST_ATTEMPTS = 6;
/** A proxy that stalls answers nothing: the attempt is given up. */
const ANSWER_MS = 20_000;
/** No answer, or one that says that it would be another one later. */
const AGAIN = [0, 429, 502, 503, 504];

export class Http {
  readonly #platform: Platform;
  readonly #url: string;
  readonly #token: TokenSource | null;

  constructor(platform: Platform, url: string, token: TokenSource | null) {
    this.#platform = platform;
    this.#url = url;
    this.#token = token;
  }

  get<P extends PathsWith<"get">>(path: P, input: Input<P, "get"> = {}): Promise<Output<P, "get">> {
    return this.#patiently(() => this.#once("get", path, input));
  }

  post<P extends PathsWith<"post">>(path: P, input: Input<P, "post"> = {}): Promise<Output<P, "post">> {
    return this.#once("post", path, input);
  }

  put<P extends PathsWith<"put">>(path: P, input: Input<P, "put"> = {}): Promise<Output<P, "put">> {
    return this.#patiently(() => this.#once("put", path, input));
  }

  patch<P extends PathsWith<"patch">>(path: P, input: Input<P, "patch"> = {}): Promise<Output<P, "patch">> {
    return this.#once("patch", path, input);
  }

  delete<P extends PathsWith<"delete">>(path: P, input: Input<P, "delete"> = {}): Promise<Output<P, "delete">> {
    return this.#once("delete", path, input);
  }

  /** Books, and asks again with the same key until there is an answer: a lost answer never books twice. */
  book(station: number, battery?: number): Promise<Output<"/user/orders/", "post">> {
    const body = battery === undefined ? { station } : { station, battery };
    const headers = { "Idempotency-Key": this.#platform.uuid() };
    return this.#patiently(
      () => this.#once("post", "/user/orders/", { body, headers }),
      ({ code }) => code === "idempotency-key-in-flight",
    );
  }

  async #patiently<T>(ask: () => Promise<T>, also = (_: SwapwireError) => false): Promise<T> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await ask();
      } catch (error) {
        const { status, retryAfterMs } = error as SwapwireError;
        const again = AGAIN.includes(status) || also(error as SwapwireError);
        if (!again || failures + 1 >= MOST_ATTEMPTS) throw error;
        const wait = Math.max(retryAfterMs ?? 0, backoff(failures, this.#platform.random()));
        await new Promise<void>((resolve) => this.#platform.after(wait, resolve));
      }
    }
  }

  async #once<P extends keyof paths, M extends Method>(method: M, path: P, input: Input<P, M>): Promise<Output<P, M>> {
    const controller = this.#platform.abort();
    const cancel = this.#platform.after(ANSWER_MS, () => controller.abort());
    const ask = (token: string | null) => this.#send(method, path, input as AnyInput, token, controller.signal);
    try {
      const source = this.#token;
      const token = source && (await source());
      let response = await ask(token);
      // The token ran out on the way: another one is tried, once.
      if (response.status === 401 && source && token !== null) {
        const next = await source(token);
        if (next !== null) response = await ask(next);
      }
      if (!response.ok) throw await problemOf(response, retryAfterOf(response.headers.get("Retry-After")));
      const text = await response.text().catch((error) => {
        throw noAnswer(error);
      });
      return (text ? JSON.parse(text) : undefined) as Output<P, M>;
    } finally {
      cancel();
    }
  }

  async #send(
    method: Method,
    path: string,
    { path: names, query, body, headers = {} }: AnyInput,
    token: string | null,
    signal: AbortSignalLike,
  ): Promise<ResponseLike> {
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(names?.[name])));
    const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
    const search = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
    const request = {
      method: method.toUpperCase(),
      headers: {
        Accept: "application/json",
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    };
    return this.#platform.fetch(`${this.#url}${filled}${search && `?${search}`}`, request).catch((error) => {
      throw noAnswer(error);
    });
  }
}
