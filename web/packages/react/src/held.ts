// A feed of the client that is open while somebody listens. Rendering never opens one, so a render that React throws
// away, or a server's, leaves nothing behind.

/** As long as the client itself keeps a feed that nobody holds. */
const LINGER_MS = 5_000;

export class Held<Feed extends { close(): void }> {
  readonly #open: () => Feed;
  readonly #onChange: (open: boolean) => void;
  #feed: Feed | null = null;
  #isOpen = false;
  #holders = 0;
  #forgetting: ReturnType<typeof setTimeout> | undefined;

  constructor(open: () => Feed, onChange: (open: boolean) => void = () => {}) {
    this.#open = open;
    this.#onChange = onChange;
  }

  /** The feed to read from. For a while after the last holder left it is still there, for whoever comes next. */
  peek(): Feed | null {
    return this.#feed;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The feed, opened for the first holder. */
  retain(): Feed {
    const feed = this.#isOpen && this.#feed ? this.#feed : this.#begin();
    this.#holders += 1;
    return feed;
  }

  release(): void {
    this.#holders -= 1;
    // StrictMode, and a list whose key changes, let go and take hold again at once.
    if (this.#holders === 0) queueMicrotask(() => this.#end());
  }

  /** Listens by way of the feed, and holds it until the answer is called. */
  listen(listen: (feed: Feed) => () => void): () => void {
    const stop = listen(this.retain());
    let stopped = false;
    return () => {
      if (stopped) return;
      stopped = true;
      stop();
      this.release();
    };
  }

  #begin(): Feed {
    clearTimeout(this.#forgetting);
    const feed = this.#open();
    this.#feed = feed;
    this.#isOpen = true;
    this.#onChange(true);
    return feed;
  }

  #end(): void {
    if (this.#holders > 0 || !this.#isOpen) return;
    this.#isOpen = false;
    this.#feed?.close();
    this.#onChange(false);
    this.#forgetting = setTimeout(() => {
      this.#feed = null;
    }, LINGER_MS);
  }
}
