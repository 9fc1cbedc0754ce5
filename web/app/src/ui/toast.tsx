// Short notes at the edge of the screen. They are read out, stay long enough to be read, and can be put away.

import { X } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { Tone } from "./badge.tsx";
import { IconButton } from "./button.tsx";
import css from "./toast.module.css";

interface Note {
  readonly id: number;
  readonly tone: Tone;
  readonly text: ReactNode;
}

type Show = (text: ReactNode, tone?: Tone) => void;

const Context = createContext<Show | null>(null);

const SHOWN_MS = 7_000;
const MOST = 4;

export function ToastProvider({ dismissLabel, children }: { dismissLabel: string; children: ReactNode }) {
  const [notes, setNotes] = useState<readonly Note[]>([]);
  const last = useRef(0);
  const dismiss = useCallback((id: number) => setNotes((held) => held.filter((note) => note.id !== id)), []);
  const show = useCallback<Show>(
    (text, tone = "info") => {
      const id = ++last.current;
      setNotes((held) => [...held, { id, tone, text }].slice(-MOST));
      setTimeout(() => dismiss(id), SHOWN_MS);
    },
    [dismiss],
  );
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const toasts = ref.current;
    // The newest element of the top layer is above the others: a modal dialog would dim the notes.
    if (notes.length > 0 && document.querySelector("dialog:modal")) toasts?.hidePopover();
    toasts?.showPopover();
  }, [notes]);
  const list = useMemo(
    () => (
      <div ref={ref} popover="manual" className={css.toasts} role="status" aria-live="polite">
        {notes.map(({ id, tone, text }) => (
          <div key={id} className={`${css.toast} ${css[tone]}`}>
            <div>{text}</div>
            <IconButton label={dismissLabel} onClick={() => dismiss(id)}>
              <X size={16} aria-hidden="true" />
            </IconButton>
          </div>
        ))}
      </div>
    ),
    [notes, dismiss, dismissLabel],
  );
  return (
    <Context value={show}>
      {children}
      {list}
    </Context>
  );
}

export function useToast(): Show {
  const show = useContext(Context);
  if (!show) throw new Error("useToast needs a ToastProvider above it.");
  return show;
}
