// An address that shows nothing.

import { ButtonLink } from "../ui/button.tsx";
import { Empty } from "../ui/panel.tsx";
import { useText } from "./text.ts";

export function NotFound() {
  const text = useText();
  return (
    <Empty title={text.notFound.title}>
      <ButtonLink href="/" kind="primary">
        {text.notFound.home}
      </ButtonLink>
    </Empty>
  );
}
