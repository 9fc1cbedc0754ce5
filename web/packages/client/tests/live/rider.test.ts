// A rider against a real instance.

import { afterEach, expect, test } from "vitest";
import { SwapwireError } from "../../src/index.ts";
import { client, clientOf, closeAll, newUser, Operator, tokenOf, until } from "./instance.ts";

afterEach(closeAll);

test("a rider hears of the booking once, live, and finds it in the inbox", async () => {
  const operator = new Operator();
  const station = await operator.station();
  await operator.stock(station, 1);
  const user = newUser();
  const phone = clientOf(user, "rider");
  const rider = phone.rider();
  const heard: string[] = [];
  rider.on("*", ({ type }) => heard.push(type));
  await until(() => rider.inbox.get().complete, rider.inbox.subscribe);

  const order = await phone.http.book(station);
  await until(() => rider.inbox.get().items.length === 1, rider.inbox.subscribe);

  expect(heard).toEqual(["booking_confirmed"]);
  expect(rider.inbox.get()).toMatchObject({ unread: 1, items: [{ id: 1, booking_id: order.id }] });

  const later = clientOf(user, "rider").rider();
  await until(() => later.inbox.get().complete, later.inbox.subscribe);
  expect(later.inbox.get().items.map(({ id, type }) => [id, type])).toEqual([[1, "booking_confirmed"]]);

  await later.markRead(1);
  expect(later.inbox.get().unread).toBe(0);
  const page = await phone.http.get("/user/notifications/");
  expect(page.items[0]?.read_at).toBeTruthy();
});

test("a refused booking is an error with the API's code", async () => {
  const operator = new Operator();
  const station = await operator.station();
  const refusal = await clientOf(newUser(), "rider")
    .http.book(station)
    .catch((error) => error);
  expect(refusal).toBeInstanceOf(SwapwireError);
  expect(refusal).toMatchObject({ status: 409, code: "station-empty" });
});

test("a token that is not accepted is refused, and a new one is taken", async () => {
  let token = "not.a.token";
  const phone = client({ token: () => token });
  const rider = phone.rider();
  await until(() => rider.connection.get().phase === "refused", rider.connection.subscribe);
  expect(rider.connection.get()).toMatchObject({ error: { status: 401 } });

  token = tokenOf(newUser(), "rider");
  phone.retry();
  await until(() => rider.connection.get().phase === "live", rider.connection.subscribe);
});
