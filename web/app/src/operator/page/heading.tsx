// The head of the operator's pages: what it is, how much of it, the way to the other pages, and the buttons.

import type { ReactNode } from "react";
import { Link } from "wouter";
import { useText } from "../text.ts";
import css from "./heading.module.css";

interface HeadingProps {
  title: string;
  detail?: ReactNode;
  current: "table" | "wall" | "batteries";
  children?: ReactNode;
}

export function Heading({ title, detail, current, children }: HeadingProps) {
  const text = useText().pages;
  const pages = [
    ["table", "/operator"],
    ["wall", "/operator?view=wall"],
    ["batteries", "/operator/batteries"],
  ] as const;
  return (
    <header className={css.head}>
      <div className={css.words}>
        <h1>{title}</h1>
        <p className={css.detail}>{detail}</p>
      </div>
      <nav className={css.pages} aria-label={text.label}>
        {pages.map(([name, href]) => (
          <Link key={name} href={href} className={css.page} aria-current={name === current ? "page" : undefined}>
            {text[name]}
          </Link>
        ))}
      </nav>
      <div className={css.actions}>{children}</div>
    </header>
  );
}

/** The words of a button in the head: on a phone there is room for its icon alone, and the words are read out. */
export function HeadingLabel({ children }: { children: ReactNode }) {
  return <span className={css.label}>{children}</span>;
}
