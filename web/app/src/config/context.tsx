// Hands the deployment's settings to whoever asks.

import { createContext, type ReactNode, useContext } from "react";
import type { Config } from "./config.ts";

const Context = createContext<Config | null>(null);

export function ConfigProvider({ config, children }: { config: Config; children: ReactNode }) {
  return <Context value={config}>{children}</Context>;
}

export function useConfig(): Config {
  const config = useContext(Context);
  if (!config) throw new Error("useConfig needs a ConfigProvider above it.");
  return config;
}
