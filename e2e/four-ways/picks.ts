import type { Answer } from "./row.ts";

/** The list that an answer holds. */
export function itemsOf(list: unknown): readonly Answer[] {
  return Array.isArray(list) ? list : [];
}

/** The one item with these values. */
export function itemOf(list: unknown, values: Answer): Answer | undefined {
  return itemsOf(list).find((item) =>
    Object.entries(values).every(([key, value]) => item[key] === value),
  );
}

/** The operation answers nothing; the command says what it has done. */
export function noAnswer(): undefined {
  return undefined;
}

/** Everything that a stream gives. */
export async function collect<Item>(stream: AsyncIterable<Item>): Promise<readonly Item[]> {
  return Array.fromAsync(stream);
}

/** An answer without some of its fields. */
export function without(answer: Answer, fields: readonly string[]): Answer {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !fields.includes(name)));
}
