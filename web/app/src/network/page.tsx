// What every page of the network begins with: its heading, and what belongs beside it.

import type { ReactNode } from "react";
import css from "./page.module.css";

export function Page({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{title}</h1>
        {aside}
      </header>
      {children}
    </div>
  );
}
