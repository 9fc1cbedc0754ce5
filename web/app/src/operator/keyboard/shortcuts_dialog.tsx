// The keys that a page knows.

import { useText as useShellText } from "../../shell/text.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useText } from "../text.ts";
import css from "./shortcuts_dialog.module.css";

export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  const text = useText().keys;
  const { close } = useShellText();
  const keys: readonly (readonly [readonly string[], string])[] = [
    [["j", "↓"], text.next],
    [["k", "↑"], text.previous],
    [["Enter"], text.open],
    [["/"], text.search],
    [["Esc"], text.clear],
    [["t"], text.table],
    [["w"], text.wall],
    [["n"], text.create],
    [["?"], text.help],
  ];
  return (
    <Dialog title={text.title} closeLabel={close} onClose={onClose}>
      <dl className={css.keys}>
        {keys.map(([names, meaning]) => (
          <div key={meaning} className={css.key}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
