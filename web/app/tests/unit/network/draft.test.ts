import { expect, it } from "vitest";
import { type Draft, missing } from "../../../src/network/notify/draft.ts";

const words = { number: "a number", text: "some text" };
const draft: Draft = { user: "42", title: "Title", message: "Message", level: "info" };

it("lets a whole draft pass", () => {
  expect(missing(draft, words)).toEqual({});
});

it.each(["", "0", "-1", "+1", "042", "4.2", "Ada", "99999999999999999"])("takes %j for no user", (user) => {
  expect(missing({ ...draft, user }, words)).toEqual({ user: "a number" });
});

it("wants words in title and message", () => {
  expect(missing({ ...draft, title: " ", message: "\n" }, words)).toEqual({ title: "some text", message: "some text" });
});
