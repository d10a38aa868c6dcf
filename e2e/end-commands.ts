import { afterEach, beforeEach } from "vitest";
import { runningCommands } from "./running-commands.ts";

// A test that runs into its time limit disposes of nothing: its daemon would disturb those that follow.
let earlier: ReadonlySet<AsyncDisposable> = new Set();

beforeEach(() => {
  earlier = new Set(runningCommands);
});

afterEach(async () => {
  const own = [...runningCommands].filter((command) => !earlier.has(command));
  await Promise.all(own.map((command) => command[Symbol.asyncDispose]()));
});
