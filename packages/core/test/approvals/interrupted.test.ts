import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startDaemon } from "../fleet-manager/start-daemon.ts";
import { patience, push } from "./stage.ts";

const ask = script().tool("mcp__herdctl__ask_human", { question: "Now?" }).text("Done.");

it.each([
  ["an approval", push, { tools: ["Bash(echo pushed*)"] }, { decision: "allow" }],
  ["a question", ask, {}, { answer: "Yes." }],
] as const)(
  "nobody can give %s to a claude that died with its daemon",
  async (_, source, approvals, answer) => {
    await using test = await createTestFleet({
      agents: {
        a: {
          runtime: "sdk",
          permission_mode: "bypassPermissions",
          default_prompt: `Go. ${inPrompt(source)}`,
          approvals: { hold: "10m", ...approvals },
        },
      },
    });
    const reader = test.manager();
    await reader.initialize();
    await using daemons = new AsyncDisposableStack();
    const start = () =>
      daemons.adopt(startDaemon(test), async ({ process }) => void process.kill("SIGKILL"));
    const daemon = start();
    await daemon.said("ready");
    daemon.process.send("a");
    const pending = () => reader.getApprovals({ status: "pending" });
    await expect.poll(() => pending().length, patience).toBe(1);
    const asked = pending()[0]?.id ?? "";
    await daemon.kill();
    expect(pending()).toEqual([]);
    expect(reader.getApprovals({ status: "withdrawn" })).toMatchObject([{ id: asked }]);
    await expect(reader.answerApproval(asked, answer)).rejects.toMatchObject({
      code: "INVALID_STATE",
      message: `Cannot answer ${asked}, whose job was interrupted: the state is "withdrawn", it must be "pending".`,
    });
    start();
    const id = await daemon.said("started");
    await expect.poll(() => reader.getJob(id).exitReason, patience).toBe("interrupted");
    expect(reader.getApprovals()).toMatchObject([{ status: "withdrawn" }]);
    expect(existsSync(join(test.workspace("a"), "side.txt"))).toBe(false);
  },
);
