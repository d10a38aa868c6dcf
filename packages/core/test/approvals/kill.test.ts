import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startDaemon } from "../fleet-manager/start-daemon.ts";
import { processesOf } from "../fleet-manager/processes.ts";
import { parked, push } from "./stage.ts";

const ask = script()
  .tool("mcp__herdctl__ask_human", { question: "Now?" })
  .tool("Bash", { command: "echo pushed >> side.txt" })
  .text("Done.");

it.each([
  ["an approval", push, { tools: ["Bash(echo pushed*)"] }, { decision: "allow" }],
  ["a question", ask, { tools: ["WebFetch"] }, { answer: "Yes." }],
] as const)(
  "a daemon that dies in the middle of %s leaves it to the next one",
  async (_, source, approvals, answer) => {
    await using test = await createTestFleet({
      agents: {
        a: {
          runtime: "cli",
          permission_mode: "bypassPermissions",
          default_prompt: `Go. ${inPrompt(source)}`,
          approvals: { hold: "3s", ...approvals },
        },
      },
    });
    const reader = test.manager();
    await reader.initialize();
    await using daemon = startDaemon(test);
    const id = await daemon.trigger("a");
    // Claude is held, or just about to be.
    await daemon.said("tool_use");
    await daemon.kill();
    await using next = startDaemon(test);
    await next.said("ready");
    const { id: asked } = await parked(reader, id);
    await next.kill();
    expect(processesOf(id)).toEqual([]);
    await reader.answerApproval(asked, answer);
    await using _last = startDaemon(test);
    await expect.poll(() => reader.getJob(id).status).toBe("completed");
    expect(reader.getJob(id).attempt).toBe(2);
    expect(reader.getApprovals()).toHaveLength(1);
    expect(await readFile(join(test.workspace("a"), "side.txt"), "utf8")).toBe("pushed\n");
  },
);
