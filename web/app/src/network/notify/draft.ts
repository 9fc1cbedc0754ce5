// A message before it is sent, and what the server would refuse it for.

export const levels = ["info", "success", "warning", "error"] as const;
export type Level = (typeof levels)[number];

export interface Draft {
  readonly user: string;
  readonly title: string;
  readonly message: string;
  readonly level: Level;
}

export type FieldErrors = Partial<Record<keyof Draft, string>>;
export type Wanted = "number" | "text";

export const MOST_TITLE = 200;
export const MOST_MESSAGE = 2_000;

/** A user's number as tokens write it: without sign and leading zeros. */
const isUser = (text: string): boolean => /^[1-9]\d{0,15}$/.test(text.trim());

export function missing({ user, title, message }: Draft, words: Record<Wanted, string>): FieldErrors {
  return {
    ...(!isUser(user) && { user: words.number }),
    ...(title.trim() === "" && { title: words.text }),
    ...(message.trim() === "" && { message: words.text }),
  };
}
