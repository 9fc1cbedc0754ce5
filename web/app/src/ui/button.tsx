// Buttons, and links that look like them.

import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Link } from "wouter";
import css from "./button.module.css";

type Kind = "primary" | "plain" | "quiet" | "danger";

interface Look {
  kind?: Kind;
  small?: boolean;
  /** Shows that something is under way, and takes no second click. */
  busy?: boolean;
}

const classes = (kind: Kind, small: boolean, extra = "") =>
  [css.button, css[kind], small && css.small, extra].filter(Boolean).join(" ");

export function Button({
  kind = "plain",
  small = false,
  busy = false,
  className,
  disabled,
  children,
  ...rest
}: Look & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(kind, small, className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {busy && <span className={css.spinner} aria-hidden="true" />}
      {children}
    </button>
  );
}

/** A square button that shows only an icon; `label` is its name. */
export function IconButton({ label, children, ...rest }: { label: string } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" {...rest} className={`${css.icon} ${rest.className ?? ""}`} aria-label={label} title={label}>
      {children}
    </button>
  );
}

export function ButtonLink({
  href,
  kind = "plain",
  small = false,
  children,
}: Look & { href: string; children: ReactNode }) {
  return (
    <Link href={href} className={classes(kind, small)}>
      {children}
    </Link>
  );
}
