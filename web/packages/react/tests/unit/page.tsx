// A page in happy-dom with a client, and how to let pass what is on its way.

import type { Client } from "@swapwire/client";
import { act, cleanup, render } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { afterEach } from "vitest";
import { SwapwireProvider } from "../../src/index.ts";
import { gateways } from "./gateway.ts";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
afterEach(() => {
  cleanup();
  gateways.clear();
});

/** Everything that is on its way in memory has arrived and is shown; the clients' clocks go on by 400 ms. */
export async function settle(then: () => void = () => {}): Promise<void> {
  act(then);
  // React renders when an act ends, so there are several: what a render asks for arrives in the next.
  for (let turn = 0; turn < 4; turn += 1) {
    await act(async () => {
      for (const gateway of gateways) gateway.advance(100);
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
    });
  }
}

/** Shows it; `first` is what the first render said. */
export async function show(client: Client, children: ReactNode, { strict = false } = {}) {
  const page = (content: ReactNode) => {
    const provided = <SwapwireProvider client={client}>{content}</SwapwireProvider>;
    return strict ? <StrictMode>{provided}</StrictMode> : provided;
  };
  const view = render(page(children));
  const text = () => view.container.textContent;
  const again = (content: ReactNode) => settle(() => view.rerender(page(content)));
  const first = text();
  await settle();
  return { text, again, first, container: view.container, unmount: () => settle(view.unmount) };
}

interface Seen<Value> {
  current: Value;
  renders: number;
}

function Probe<Value>({ hook: useIt, seen }: { hook: () => Value; seen: Seen<Value>; turn: number }) {
  seen.current = useIt();
  seen.renders += 1;
  return null;
}

/** Reads what a hook answers, and counts the renders. */
export async function use<Value>(client: Client, hook: () => Value, options?: { strict?: boolean }) {
  const seen: Seen<Value> = { current: undefined as Value, renders: 0 };
  let turn = 0;
  const probe = () => <Probe hook={hook} seen={seen} turn={turn++} />;
  const page = await show(client, probe(), options);
  return { seen, again: () => page.again(probe()), unmount: page.unmount };
}
