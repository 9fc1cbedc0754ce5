// A value that one can read at any time and listen to: the shape that React's useSyncExternalStore takes.

export interface Observable<Value> {
  get(): Value;
  /** Calls back after each change; the answer stops listening. */
  subscribe(listener: () => void): () => void;
}

/** Calls each listener. One that throws neither stops the others nor the protocol; its error is reported as unhandled. */
export function callAll<Arguments extends unknown[]>(
  listeners: Iterable<(...args: Arguments) => void> | undefined,
  ...args: Arguments
): void {
  for (const listener of [...(listeners ?? [])]) {
    try {
      listener(...args);
    } catch (error) {
      void Promise.reject(error);
    }
  }
}

export class Subject<Value> implements Observable<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get = (): Value => this.#value;

  subscribe = (listener: () => void): (() => void) => {
    // A wrapper of its own, so that one function can listen twice and stop once.
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  };

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    callAll(this.#listeners);
  }
}

/** Listeners by the name of what they hear. */
export class Emitter<Event extends { type: string }> {
  readonly #listeners = new Map<string, Set<(event: never) => void>>();

  /** Hears every event of one type, or of all with `*`; the answer stops listening. */
  on<Type extends Event["type"] | "*">(
    type: Type,
    listener: (event: Type extends "*" ? Event : Extract<Event, { type: Type }>) => void,
  ): () => void {
    const entry = (event: never) => listener(event);
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(entry));
    return () => void listeners.delete(entry);
  }

  emit(event: Event): void {
    callAll(this.#listeners.get(event.type), event as never);
    callAll(this.#listeners.get("*"), event as never);
  }
}
