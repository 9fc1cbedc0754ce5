// What stands where a page is for somebody else.

import { LockKeyhole } from "lucide-react";
import { useSession } from "../session/context.tsx";
import type { Role } from "../session/session.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Empty } from "../ui/panel.tsx";
import { useText } from "./text.ts";

export function SignInNeeded({ roles }: { roles: readonly Role[] }) {
  const text = useText().signIn;
  const { session } = useSession();
  const names = roles.map((role) => text.roles[role]).join(", ");
  return (
    <Empty icon={<LockKeyhole size={32} aria-hidden="true" />} title={session ? text.notAllowed(names) : text.needed}>
      <ButtonLink href={`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`} kind="primary">
        {text.title}
      </ButtonLink>
    </Empty>
  );
}
