// The design tokens as colours that a canvas takes.

const tokens = {
  page: "--surface-page",
  surface: "--surface",
  land: "--surface-sunken",
  line: "--line",
  lineStrong: "--line-strong",
  text: "--text",
  soft: "--text-soft",
  faint: "--text-faint",
  good: "--brand",
  onGood: "--on-brand",
  warn: "--warn-solid",
  onWarn: "--warn-soft",
  warnText: "--warn",
  mute: "--mute-solid",
  position: "--info-solid",
  focus: "--focus",
} as const;

export type Palette = Readonly<Record<keyof typeof tokens, string>>;

/** What `light-dark()` comes to can only be asked of an element. */
export function readPalette(): Palette {
  const probe = document.body.appendChild(document.createElement("span"));
  const palette = Object.fromEntries(
    Object.entries(tokens).map(([name, token]) => {
      probe.style.color = `var(${token})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return palette as Palette;
}
