// What every page of the network begins with: its heading, and what belongs beside it.

import type { ReactNode } from "react";
import css from "./page.module.css";

interface PageProps {
  title: string;
  /** In small behind the heading. */
  note?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}

export function Page({ title, note, aside, children }: PageProps) {
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div className={css.title}>
          <h1>{title}</h1>
          {note && <div className={css.note}>{note}</div>}
        </div>
        {aside}
      </header>
      {children}
    </div>
  );
}
