// Which page an address shows. Each area is loaded when somebody goes there; the rider's is the first view and comes along.

import { lazy, type ReactNode, Suspense } from "react";
import { Route, Switch, useRoute } from "wouter";
import type { Config } from "./config/config.ts";
import { ConfigProvider } from "./config/context.tsx";
import { LocaleProvider } from "./i18n/context.tsx";
import { Rider } from "./rider/rider.tsx";
import { SessionProvider, useSession } from "./session/context.tsx";
import type { Role, Session } from "./session/session.ts";
import { ErrorBoundary } from "./shell/error_boundary.tsx";
import { Frame } from "./shell/frame.tsx";
import { NotFound } from "./shell/not_found.tsx";
import { SignIn } from "./shell/sign_in.tsx";
import { SignInNeeded } from "./shell/sign_in_needed.tsx";
import { useText } from "./shell/text.ts";
import { Skeleton } from "./ui/panel.tsx";
import { ToastProvider } from "./ui/toast.tsx";

const Kiosk = lazy(() => import("./kiosk/kiosk.tsx"));
const Operator = lazy(() => import("./operator/operator.tsx"));
const Network = lazy(() => import("./network/network.tsx"));
const Settings = lazy(() => import("./shell/settings.tsx"));
const SignInCallback = lazy(() => import("./shell/sign_in_callback.tsx"));

export function App({ config, session }: { config: Config; session: Session | null }) {
  return (
    <ConfigProvider config={config}>
      <LocaleProvider>
        <SessionProvider first={session}>
          <Toasts>
            <ErrorBoundary>
              <Pages />
            </ErrorBoundary>
          </Toasts>
        </SessionProvider>
      </LocaleProvider>
    </ConfigProvider>
  );
}

function Toasts({ children }: { children: ReactNode }) {
  const text = useText();
  return <ToastProvider dismissLabel={text.dismiss}>{children}</ToastProvider>;
}

/** The kiosk has no frame: it hangs on a wall and nobody touches it. */
function Pages() {
  const [isKiosk, kiosk] = useRoute("/kiosk/:station");
  if (isKiosk) {
    return (
      <Suspense fallback={null}>
        <Kiosk station={kiosk.station} />
      </Suspense>
    );
  }
  return (
    <Frame>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/sign-in" component={SignIn} />
          <Route path="/sign-in/callback" component={SignInCallback} />
          <Route path="/settings" component={Settings} />
          <Route path="/operator/*?">
            <For roles={["operator", "admin"]}>
              <Operator />
            </For>
          </Route>
          <Route path="/network/*?">
            <For roles={["admin"]}>
              <Network />
            </For>
          </Route>
          <Route path="/orders">
            <For roles={["rider", "admin"]}>
              <Rider page="orders" />
            </For>
          </Route>
          <Route path="/inbox">
            <For roles={["rider", "operator", "admin"]}>
              <Rider page="inbox" />
            </For>
          </Route>
          <Route path="/">
            <Rider page="find" />
          </Route>
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Frame>
  );
}

function For({ roles, children }: { roles: readonly Role[]; children: ReactNode }) {
  const { session } = useSession();
  return session && roles.includes(session.role) ? children : <SignInNeeded roles={roles} />;
}

function Loading() {
  const text = useText();
  return <Skeleton lines={6} label={text.loading} />;
}
