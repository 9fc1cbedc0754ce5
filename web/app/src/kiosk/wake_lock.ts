// Keeps the screen on while the page is visible, where the browser can.

import { useEffect } from "react";

export function useWakeLock(): void {
  useEffect(() => {
    const { wakeLock } = navigator as Partial<Navigator>;
    if (!wakeLock) return;
    let held: WakeLockSentinel | null = null;
    let over = false;
    const hold = async () => {
      if (document.hidden) return;
      // A browser may refuse, for example with a low battery: the kiosk works all the same.
      held = await wakeLock.request("screen").catch(() => null);
      if (over) void held?.release();
    };
    void hold();
    // The browser lets go of the lock when the page is hidden.
    document.addEventListener("visibilitychange", hold);
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", hold);
      void held?.release();
    };
  }, []);
}
