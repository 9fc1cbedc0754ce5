// Takes the codes of batteries: typed, from a scanner that types and ends with Enter, or pasted as a list.

import { useEffect, useId, useRef, useState } from "react";
import form from "../page/form.module.css";
import { useText } from "../text.ts";

/** Enter hands over what was typed, a pasted list is handed over at once. */
export function CodeField({ onCodes }: { onCodes(source: string): void }) {
  const text = useText().add;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [typed, setTyped] = useState("");
  // A scanner types into whatever has the focus.
  useEffect(() => field.current?.focus(), []);
  return (
    <div>
      <label htmlFor={id} className={form.label}>
        {text.field}
      </label>
      <textarea
        ref={field}
        id={id}
        className={`${form.area} ${form.short}`}
        rows={1}
        aria-describedby={`${id}-d`}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey) return;
          event.preventDefault();
          onCodes(typed);
          setTyped("");
        }}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData("text");
          if (!/[\n,;\t]/.test(pasted.trim())) return;
          event.preventDefault();
          onCodes(pasted);
        }}
      />
      <p id={`${id}-d`} className={form.hint}>
        {text.hint}
      </p>
    </div>
  );
}
