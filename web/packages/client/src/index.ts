// @swapwire/client: live stations, a rider's messages and typed requests. See README.md for ten lines that run.

export { type Client, type ConnectOptions, connect } from "./client.ts";
export type { Http } from "./http.ts";
export type { Connection } from "./link.ts";
export { type Observable, Subject } from "./observable.ts";
export type { Platform } from "./platform.ts";
export { SwapwireError } from "./problem.ts";
export type { Inbox, Rider } from "./rider.ts";
export type { SavedStations, Stations } from "./stations.ts";
export { type BrowserStoreOptions, browserStore, type StateStore } from "./store.ts";
export { claimsOf, type TokenSource } from "./token.ts";
export type * from "./types.ts";
