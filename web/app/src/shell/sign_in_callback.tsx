// The way back from the identity provider.

import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useConfig } from "../config/context.tsx";
import { useSession } from "../session/context.tsx";
import { finishOidc } from "../session/session.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Empty, Skeleton } from "../ui/panel.tsx";
import { useText } from "./text.ts";

export default function SignInCallback() {
  const text = useText().signIn;
  const { oidc } = useConfig();
  const { begin } = useSession();
  const [, navigate] = useLocation();
  const [failure, setFailure] = useState<string | null>(null);
  // The code in the address counts once, also where effects run twice.
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || !oidc) return;
    begun.current = true;
    finishOidc(oidc).then(
      ({ session, returnTo }) => {
        begin(session);
        navigate(returnTo, { replace: true });
      },
      (error) => setFailure(error instanceof Error ? error.message : String(error)),
    );
  }, [oidc, begin, navigate]);
  if (oidc && failure === null) return <Skeleton label={text.finishing} />;
  return (
    <Empty title={text.failed}>
      {failure && <p>{failure}</p>}
      <ButtonLink href="/sign-in" kind="primary">
        {text.title}
      </ButtonLink>
    </Empty>
  );
}
