// A modal dialog: the browser's own <dialog> keeps the focus inside and closes on Escape. `side` makes it a sheet at the
// bottom of a phone and a panel at the end of a wide screen.

import { X } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { IconButton } from "./button.tsx";
import css from "./dialog.module.css";

interface DialogProps {
  title: ReactNode;
  closeLabel: string;
  onClose(): void;
  side?: boolean;
  children: ReactNode;
}

export function Dialog({ title, closeLabel, onClose, side = false, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // Before the element is removed: closing gives the focus back to where it was.
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog by itself.
    <dialog
      ref={ref}
      className={`${css.dialog} ${side ? css.side : ""}`}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === ref.current && onClose()}
    >
      <div className={css.content}>
        <header className={css.head}>
          <h2 id="dialog-title">{title}</h2>
          <IconButton label={closeLabel} onClick={onClose}>
            <X size={20} aria-hidden="true" />
          </IconButton>
        </header>
        {children}
      </div>
    </dialog>
  );
}
