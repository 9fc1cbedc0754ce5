// What stands where a page has thrown. An old tab after a deployment lands here too, when its next chunk is gone.

import { Component, type ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/panel.tsx";
import { useText } from "./text.ts";

export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const text = useText();
  return (
    <Empty title={text.broken.title}>
      <Button kind="primary" onClick={() => location.reload()}>
        {text.broken.reload}
      </Button>
    </Empty>
  );
}
