// A rider's messages: each once, from the socket and from the inbox, without a hole.

import { expect, test } from "vitest";
import type { InboxItem } from "../../src/index.ts";
import { answer, clientOn, FakePlatform, problem, type Request, settled } from "./platform.ts";

const message = (id: number, event = `e${id}`) => ({
  type: "booking_confirmed",
  id: event,
  cursor: `c${id}`,
  notification_id: id,
  timestamp: "2026-01-01T00:00:00Z",
  booking_id: 5,
  message: "Booked",
});
const notice = (id: number) => ({ ...message(id), type: "notification", title: "Hello", level: "info" });
const item = (id: number, event = `e${id}`): InboxItem =>
  ({ id, event_id: event, type: "booking_confirmed", title: "", message: "Booked", level: "success" }) as InboxItem;

async function phone() {
  const platform = new FakePlatform();
  const client = clientOn(platform, { token: () => "token", shareTabs: false });
  const rider = client.rider();
  const heard: number[] = [];
  rider.on("*", ({ notification_id }) => heard.push(notification_id));
  await settled();
  const inbox = () => {
    const { items, complete, unread } = rider.inbox.get();
    return { ids: items.map(({ id }) => id), complete, unread };
  };
  /** The inbox answers with these, in pages of two. */
  const answerWith = (...ids: number[]) => {
    const pages =
      ids.length === 0
        ? [[]]
        : Array.from({ length: Math.ceil(ids.length / 2) }, (_, n) => ids.slice(n * 2, n * 2 + 2));
    pages.forEach((page, index) => {
      const next = index + 1 < pages.length ? String(page.at(-1)) : null;
      platform.answers.push(() => answer(200, { items: page.map((id) => item(id)), next, unread: 0 }));
    });
  };
  const reconnect = () => platform.reconnect();
  const asked = () => platform.requests.map(({ url }: Request) => url.searchParams.get("after"));
  return { platform, client, rider, heard, inbox, answerWith, reconnect, asked };
}

test("history comes from the inbox in pages and is not heard; what comes live is", async () => {
  const { platform, heard, inbox, answerWith, asked } = await phone();
  answerWith(1, 2, 3);
  platform.socket.greet({ cursor: "c3" });
  expect(inbox().complete).toBe(false);
  await settled();
  platform.socket.say(message(4));
  expect(inbox()).toEqual({ ids: [4, 3, 2, 1], complete: true, unread: 4 });
  expect([heard, asked()]).toEqual([[4], [null, "2"]]);
});

test("a live message that the inbox had first is heard all the same, once", async () => {
  const { platform, heard, inbox, answerWith, reconnect } = await phone();
  answerWith(1, 2);
  platform.socket.greet({ cursor: "c1" });
  await settled();
  platform.socket.say(message(2));
  expect([heard, inbox().ids]).toEqual([[2], [2, 1]]);
  const again = await reconnect();
  again.greet({ recovered: true, cursor: "c2" });
  again.say(message(2), message(3));
  expect(heard).toEqual([2, 3]);
});

test("after a gap the inbox is read from the last message without a hole before it", async () => {
  const { platform, heard, inbox, answerWith, reconnect, asked } = await phone();
  answerWith(1, 2);
  platform.socket.greet({ cursor: "c2" });
  await settled();
  const again = await reconnect();
  answerWith(2, 3, 4, 5);
  again.greet({ recovered: false, cursor: "c5" });
  again.say(message(6));
  expect(inbox()).toMatchObject({ ids: [6, 2, 1], complete: false });
  await settled();
  expect(inbox()).toMatchObject({ ids: [6, 5, 4, 3, 2, 1], complete: true });
  expect([heard, asked()]).toEqual([[6], [null, "1", "3"]]);
});

test("a resumed connection reads nothing, unless the last reading did not end", async () => {
  const { platform, inbox, answerWith, reconnect, asked } = await phone();
  platform.answers.push(() => new Promise(() => {}));
  platform.socket.greet({ cursor: "c2" });
  await settled();
  const second = await reconnect();
  expect(second.since).toBe("c2");
  answerWith(1, 2);
  second.greet({ recovered: true, cursor: "c2" });
  await settled();
  expect(inbox()).toMatchObject({ ids: [2, 1], complete: true });
  const third = await reconnect();
  third.greet({ recovered: true, cursor: "c2" });
  await settled();
  expect(asked()).toHaveLength(2);
});

test("an inbox that does not answer is asked again, later each time", async () => {
  const { platform, inbox, answerWith } = await phone();
  platform.answers.push(() => problem(500, "internal"));
  platform.socket.greet({ cursor: "c1" });
  await platform.pass(1_900);
  expect(inbox().complete).toBe(false);
  platform.answers.push(() => problem(500, "internal"));
  await platform.pass(100);
  answerWith(1);
  await platform.pass(3_900);
  expect(inbox().complete).toBe(false);
  await platform.pass(100);
  expect(inbox()).toMatchObject({ ids: [1], complete: true });
});

test("a number that is skipped is a hole: the inbox is asked", async () => {
  const { platform, inbox, answerWith } = await phone();
  answerWith(1);
  platform.socket.greet({ cursor: "c1" });
  await settled();
  answerWith(1, 2, 3);
  platform.socket.say(message(3));
  await settled();
  expect(inbox()).toMatchObject({ ids: [3, 2, 1], complete: true });
});

test("an inbox whose old messages were removed has no hole before its first one", async () => {
  const { platform, inbox, answerWith, reconnect, asked } = await phone();
  answerWith(7, 8, 9);
  platform.socket.greet({ cursor: "c9" });
  await settled();
  platform.socket.say(message(10));
  expect(inbox()).toMatchObject({ ids: [10, 9, 8, 7], complete: true });
  // Away for long: also messages that it never saw were removed.
  const again = await reconnect();
  answerWith(15);
  answerWith(15);
  again.greet({ recovered: false, cursor: "c15" });
  await settled();
  again.say(message(16));
  expect(inbox()).toMatchObject({ ids: [16, 15], complete: true });
  expect(asked()).toEqual([null, "8", "9", null]);
});

test("a known number with another message shows a restored database: all is read anew", async () => {
  const { platform, rider, heard, inbox, answerWith } = await phone();
  answerWith(1, 2, 3);
  platform.socket.greet({ cursor: "c3" });
  await settled();
  answerWith(1);
  platform.socket.say(message(2, "other"));
  await settled();
  expect(inbox()).toMatchObject({ ids: [2, 1], complete: true });
  expect([heard, rider.inbox.get().items[0]?.event_id]).toEqual([[2], "other"]);
});

test("messages that a restored database has lost are not shown after a gap", async () => {
  const { platform, inbox, answerWith, reconnect, heard, asked } = await phone();
  answerWith(1, 2);
  platform.socket.greet({ cursor: "c2" });
  await settled();
  platform.socket.say(message(3));
  const again = await reconnect();
  // It ends with the second: nothing follows it.
  answerWith();
  answerWith(1, 2);
  again.greet({ recovered: false, cursor: "c2" });
  await settled();
  expect(inbox()).toMatchObject({ ids: [2, 1], complete: true });
  again.say(message(3, "other"));
  expect([heard, inbox().ids]).toEqual([
    [3, 3],
    [3, 2, 1],
  ]);
  expect(asked()).toEqual([null, "2", null]);
});

test("orders may have changed with a booking's message and after a gap, not with a notice", async () => {
  const { platform, rider, answerWith } = await phone();
  let changes = 0;
  rider.onOrdersChanged(() => {
    changes += 1;
  });
  answerWith();
  platform.socket.greet({ cursor: "c0" });
  await settled();
  expect(changes).toBe(1);
  platform.socket.say(message(1), notice(2));
  expect(changes).toBe(2);
});

test("marking as read shows at once, and is taken back when the server refuses", async () => {
  const { platform, rider, inbox, answerWith } = await phone();
  answerWith(1, 2);
  platform.socket.greet({ cursor: "c2" });
  await settled();
  platform.answers.push(() => answer(204, null));
  const marked = rider.markRead(1);
  expect(inbox().unread).toBe(1);
  await marked;
  platform.answers.push(() => problem(500, "internal"));
  const refused = rider.markRead(2);
  expect(inbox().unread).toBe(0);
  await expect(refused).rejects.toMatchObject({ status: 500 });
  expect(inbox().unread).toBe(1);
});

test("a client without a token has no rider", () => {
  expect(() => clientOn(new FakePlatform()).rider()).toThrow(TypeError);
});
