// @vitest-environment happy-dom
// The inbox, live.

import { expect, test } from "vitest";
import { useNotifications, useRiderMessages, useUnread } from "../../src/index.ts";
import { Gateway, refusal } from "./gateway.ts";
import { settle, use } from "./page.tsx";

const item = (id: number, read_at: string | null = null) => ({
  id,
  event_id: String(id),
  type: "notification",
  title: "A title",
  level: "info",
  message: `Message ${id}`,
  created_at: "2026-01-01T00:00:00.000000Z",
  read_at,
});

function gatewayWithTwo() {
  const gateway = new Gateway();
  const items = [item(1, "2026-01-01T00:00:00.000000Z"), item(2)];
  gateway.route("GET /user/notifications/", () => ({ status: 200, body: { items, next: null, unread: 1 } }));
  return gateway;
}

const message = (notification_id: number) => ({
  type: "notification",
  notification_id,
  title: "Live",
  message: `Message ${notification_id}`,
  level: "info",
  timestamp: "2026-01-01T00:00:00.000000Z",
});

test("the inbox and what arrives live are one list, newest first; a message is handed on once", async () => {
  const gateway = gatewayWithTwo();
  const heard: string[] = [];
  const { seen } = await use(
    gateway.client,
    () => {
      useRiderMessages(({ message }) => heard.push(message));
      return useNotifications();
    },
    { strict: true },
  );
  expect(seen.current).toMatchObject({ complete: true, unread: 1 });
  await settle(() => gateway.tell(message(3)));
  await settle(() => gateway.tell(message(3)));
  expect(seen.current.items.map(({ id }) => id)).toEqual([3, 2, 1]);
  expect(seen.current.unread).toBe(2);
  expect(heard).toEqual(["Message 3"]);
});

test("marking read shows at once, and is taken back when it is refused", async () => {
  const gateway = gatewayWithTwo();
  let answer = (_: { status: number; body: unknown }) => {};
  gateway.route("POST /user/notifications/read/", () => new Promise((resolve) => (answer = resolve)));
  const { seen } = await use(gateway.client, () => useNotifications());
  await settle(() => void seen.current.markRead(2));
  expect(seen.current.unread).toBe(0);
  expect(gateway.asked("POST /user/notifications/read/")[0]?.body).toEqual({ up_to: 2 });
  await settle(() => answer(refusal(403, "forbidden")));
  expect(seen.current.unread).toBe(1);
});

test("a badge renders only when its number changes", async () => {
  const gateway = gatewayWithTwo();
  gateway.route("POST /user/notifications/read/", () => ({ status: 204, body: undefined }));
  const badge = await use(gateway.client, () => useUnread());
  const inbox = await use(gateway.client, () => useNotifications());
  expect(badge.seen.current).toBe(1);
  const { renders } = badge.seen;
  await settle(() => gateway.tell({ ...message(3), type: "notification" }));
  expect(badge.seen.current).toBe(2);
  expect(badge.seen.renders).toBe(renders + 1);
  await settle(() => void inbox.seen.current.markRead(1));
  expect(badge.seen.renders).toBe(renders + 1);
  await settle(() => void inbox.seen.current.markRead(3));
  expect(badge.seen.current).toBe(0);
});
