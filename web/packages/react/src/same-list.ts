// Lists that stay the same object while they hold the same.

/** The first list if both have the same items: who shows it need not render again. */
export function sameList<Item>(before: readonly Item[], now: readonly Item[]): readonly Item[] {
  return before.length === now.length && before.every((item, index) => item === now[index]) ? before : now;
}
