import { createTestFleet, script, type TestFleet } from "@herdctl/testing";

const python = (code: string): string => `python3 -c "import time; ${code}"`;
/** A tool call that can be counted, and that takes long enough to be killed in. */
const work = (name: string): { readonly command: string } => ({
  command: `echo ${name} >>ran; ${python("time.sleep(0.4)")}; echo ${name} is done`,
});

/** Agents that are in the middle of something, each in another way. */
export const outliving = ["worker", "parent", "approver", "asker"] as const;
export type Outliving = (typeof outliving)[number];

/** The side effects of one job of each. */
export const effects: Readonly<Record<Outliving, readonly string[]>> = {
  worker: ["first", "second"],
  parent: ["inner", "outer"],
  approver: ["approved"],
  asker: ["answered"],
};

/** A fleet whose jobs do without a daemon, one agent for each way to be in the middle of something. */
export function createOutlivingFleet(): Promise<TestFleet> {
  const common = { runtime: "cli", permission_mode: "bypassPermissions", default_prompt: "Go." };
  return createTestFleet({
    agents: {
      worker: common,
      parent: common,
      approver: { ...common, approvals: { tools: ["Bash"], hold: "300ms" } },
      asker: { ...common, approvals: { tools: ["WebFetch"], hold: "300ms" } },
    },
    scripts: {
      worker: script()
        .text("Starting.")
        .tool("Bash", work("first"))
        .thinking("One is done.")
        .tool("Bash", work("second"))
        .wait(200)
        .text("All done."),
      parent: script()
        .subagent("Look inside.", script().tool("Bash", work("inner")).text("Seen."))
        .tool("Bash", work("outer"))
        .text("All done."),
      approver: script().text("May I?").tool("Bash", work("approved")).text("All done."),
      asker: script()
        .tool("mcp__herdctl__ask_human", { question: "Which colour?", options: ["red", "blue"] })
        .tool("Bash", work("answered"))
        .text("All done."),
    },
  });
}
