// Who one is: an account at the identity provider, or on one's own machine a demo identity.

import { ChartNoAxesCombined, Store, UserRound } from "lucide-react";
import { useEffect, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { useConfig } from "../config/context.tsx";
import { useSession } from "../session/context.tsx";
import { type DemoIdentity, demoIdentities } from "../session/demo.ts";
import { beginOidc, demoSession, type Role } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Panel } from "../ui/panel.tsx";
import css from "./sign_in.module.css";
import { useText } from "./text.ts";

const icons = { rider: UserRound, operator: Store, admin: ChartNoAxesCombined } as const;
const homes: Record<Role, string> = { rider: "/", operator: "/operator", admin: "/network" };

export function SignIn() {
  const text = useText().signIn;
  const { oidc, demo } = useConfig();
  const [search] = useSearchParams();
  const returnTo = localPath(search.get("to"));
  return (
    <div className={css.page}>
      <h1>{text.title}</h1>
      <p className={css.lead}>{text.lead}</p>
      {oidc && (
        <Button kind="primary" onClick={() => void beginOidc(oidc, returnTo ?? "/")}>
          {text.withProvider}
        </Button>
      )}
      {demo && <DemoIdentities returnTo={returnTo} />}
      {!oidc && !demo && <p>{text.none}</p>}
    </div>
  );
}

function DemoIdentities({ returnTo }: { returnTo: string | null }) {
  const text = useText().signIn;
  const { begin } = useSession();
  const [, navigate] = useLocation();
  const [identities, setIdentities] = useState<readonly DemoIdentity[] | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    demoIdentities().then(setIdentities, () => setFailed(true));
  }, []);
  const choose = (identity: DemoIdentity) => {
    begin(demoSession(identity));
    navigate(returnTo ?? homes[identity.role]);
  };
  return (
    <Panel title={text.demo}>
      <p className={css.hint}>{failed ? text.failed : text.demoHint}</p>
      <ul className={css.identities}>
        {identities?.map((identity) => {
          const Icon = icons[identity.role];
          return (
            <li key={identity.user_id}>
              <button type="button" className={css.identity} onClick={() => choose(identity)}>
                <Icon size={22} aria-hidden="true" />
                <span className={css.name}>{identity.label}</span>
                <span className={css.role}>{text.roles[identity.role]}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

/** Only a path of this site: the address bar must not send anybody elsewhere. */
function localPath(to: string | null): string | null {
  return to?.startsWith("/") && !to.startsWith("//") && !to.includes("\\") ? to : null;
}
