// Values that change many times a second, for parts of a page that are expensive to render or hard to read if they jump.

import type { Stations } from "@swapwire/client";
import { useEffect, useRef, useState } from "react";

/** The latest value, anew at most once in so many milliseconds; the first change after a rest shows at once. */
export function useCalm<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    latest.current = value;
    if (timer.current !== undefined) return;
    setShown(value);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setShown(latest.current);
    }, everyMs);
  }, [value, everyMs]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return shown;
}

/** Counts up when something in the set has changed, at most once in so many milliseconds. */
export function useChanges(source: Stations, everyMs: number): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = source.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setCount((held) => held + 1);
      }, everyMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [source, everyMs]);
  return count;
}
