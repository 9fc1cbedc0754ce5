// Reads bar codes and QR codes with the camera, where the browser can.

import { useEffect, useRef, useState } from "react";
import { useText } from "../text.ts";
import css from "./scanner.module.css";

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { rawValue: string }[]>;
}

type DetectorConstructor = new () => Detector;

const detectorOf = (): DetectorConstructor | null => {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorConstructor };
  return BarcodeDetector && "mediaDevices" in navigator ? BarcodeDetector : null;
};

export const canScan = (): boolean => detectorOf() !== null;

const LOOK_MS = 200;
/** The same code in front of the camera counts once. */
const AGAIN_MS = 3_000;

export function Scanner({ onCode }: { onCode(code: string): void }) {
  const text = useText().add;
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  const latest = useRef(onCode);
  useEffect(() => {
    latest.current = onCode;
  });
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const stopped = new AbortController();
    watch(element, stopped.signal, (code) => latest.current(code)).catch(
      () => stopped.signal.aborted || setFailed(true),
    );
    return () => stopped.abort();
  }, []);
  if (failed) return <p className={css.failed}>{text.noCamera}</p>;
  return (
    <div className={css.frame}>
      <video ref={video} className={css.video} aria-label={text.camera} muted playsInline />
    </div>
  );
}

async function watch(video: HTMLVideoElement, stopped: AbortSignal, onCode: (code: string) => void): Promise<void> {
  const Detector = detectorOf();
  if (!Detector) throw new TypeError("This browser reads no codes.");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const end = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  stopped.addEventListener("abort", end);
  if (stopped.aborted) return end();
  video.srcObject = stream;
  await video.play();
  const detector = new Detector();
  const seen = new Map<string, number>();
  while (!stopped.aborted) {
    for (const { rawValue } of await detector.detect(video)) {
      const now = Date.now();
      if (now - (seen.get(rawValue) ?? 0) > AGAIN_MS) onCode(rawValue);
      seen.set(rawValue, now);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
