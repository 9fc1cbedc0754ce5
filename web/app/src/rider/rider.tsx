// The rider's pages: find a battery, the batteries held and had, messages.

import { Find } from "./find.tsx";
import { Inbox } from "./inbox.tsx";
import { Orders } from "./orders.tsx";

export function Rider({ page }: { page: "find" | "orders" | "inbox" }) {
  if (page === "orders") return <Orders />;
  return page === "inbox" ? <Inbox /> : <Find />;
}
