import { expect, it } from "vitest";
import { init } from "../../test/runner/messages.ts";
import { createRedactor } from "../redact.ts";
import { noFacts } from "./run-facts.ts";
import { Turn } from "./turn.ts";
import { TurnFeed } from "./turn-feed.ts";

it("repeats an interrupt that came too early, and outlives a Claude that is gone by then", async () => {
  const feed = new TurnFeed({
    jobId: "job-1",
    redactor: () => createRedactor([]),
    onEvent: () => undefined,
  });
  let interrupts = 0;
  feed.onOpen({
    interrupt: async () => {
      interrupts += 1;
      if (interrupts > 1) throw new Error("Query closed before response received");
    },
  });
  feed.ask(new Turn("Hi."));
  await feed.messages[Symbol.asyncIterator]().next();
  const unhandled: unknown[] = [];
  const hear = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", hear);
  await feed.interrupt();
  feed.onMessage(init(), [], noFacts);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", hear);
  expect(interrupts).toBe(2);
  expect(unhandled).toEqual([]);
});
