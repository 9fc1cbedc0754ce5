// Boxes of a page: a panel with a heading, and what stands where there is nothing to show.

import type { ReactNode } from "react";
import css from "./panel.module.css";

interface PanelProps {
  title?: ReactNode;
  /** Beside the heading: buttons, a count. */
  actions?: ReactNode;
  /** No padding, for tables and maps. */
  flush?: boolean;
  label?: string;
  children: ReactNode;
}

export function Panel({ title, actions, flush = false, label, children }: PanelProps) {
  return (
    <section className={css.panel} aria-label={label}>
      {(title || actions) && (
        <header className={css.head}>
          {title && <h2>{title}</h2>}
          {actions && <div className={css.actions}>{actions}</div>}
        </header>
      )}
      <div className={flush ? css.flush : css.body}>{children}</div>
    </section>
  );
}

export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      {icon}
      <p className={css.emptyTitle}>{title}</p>
      {children}
    </div>
  );
}

/** Grey bars where text is about to be. */
export function Skeleton({ lines = 3, label }: { lines?: number; label: string }) {
  return (
    <div className={css.skeleton} role="status" aria-busy="true" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: The bars have no other identity.
        <span key={line} />
      ))}
    </div>
  );
}
