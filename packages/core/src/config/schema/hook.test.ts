import { describe, expect, it } from "vitest";
import { hooksSchema } from "./hook.ts";

const shell = { type: "shell", command: "true" };

describe("hooks", () => {
  it("reject the job before a run unless told otherwise, and let it be after", () => {
    const { beforeRun, afterRun, onError } = hooksSchema.parse({
      before_run: [shell, { ...shell, continue_on_error: true }],
      after_run: [shell],
      on_error: [{ ...shell, continue_on_error: false }],
    });
    const may = (hooks: typeof beforeRun): boolean[] => hooks.map((hook) => hook.continueOnError);
    expect([may(beforeRun), may(afterRun), may(onError)]).toEqual([[false, true], [true], [false]]);
  });

  it("have the defaults of their kind", () => {
    const { afterRun } = hooksSchema.parse({
      after_run: [
        shell,
        { type: "webhook", url: "https://example.test/hook" },
        { type: "slack", channel_id: "C1", timeout: "2s" },
      ],
    });
    const common = { continueOnError: true, onEvents: [], idempotent: false };
    expect(afterRun).toEqual([
      { ...common, type: "shell", command: "true", timeout: 30_000 },
      {
        ...common,
        type: "webhook",
        url: "https://example.test/hook",
        method: "POST",
        headers: {},
        timeout: 10_000,
      },
      {
        ...common,
        type: "slack",
        channelId: "C1",
        botTokenEnv: "SLACK_BOT_TOKEN",
        timeout: 2_000,
      },
    ]);
  });

  it.each([
    { before_run: [{ ...shell, on_events: ["failed"] }] },
    { after_run: [{ ...shell, on_events: ["crashed"] }] },
    { after_run: [{ ...shell, timeout: 0 }] },
    { after_run: [{ type: "shell" }] },
    { after_run: [{ type: "mail", command: "true" }] },
    { during_run: [shell] },
  ])("refuse %o", (hooks) => {
    expect(hooksSchema.safeParse(hooks).success).toBe(false);
  });
});
