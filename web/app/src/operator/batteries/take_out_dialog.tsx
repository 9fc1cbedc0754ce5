// Asks before batteries leave a station: whoever looks at the station sees it at once.

import { useFormat } from "../../i18n/context.tsx";
import { useText as useShellText } from "../../shell/text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import form from "../page/form.module.css";
import { useText } from "../text.ts";

export function TakeOutDialog(props: { count: number; onClose(): void; onConfirm(): void }) {
  const text = useText().bulk;
  const format = useFormat();
  const { close } = useShellText();
  return (
    <Dialog title={text.takeOut} closeLabel={close} onClose={props.onClose}>
      <div className={form.form}>
        <p>{text.takeOutQuestion(format.number(props.count), props.count)}</p>
        <div className={form.buttons}>
          <Button onClick={props.onClose}>{text.keep}</Button>
          <Button kind="danger" onClick={props.onConfirm}>
            {text.takeOut}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
