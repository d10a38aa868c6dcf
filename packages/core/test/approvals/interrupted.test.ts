import type { FleetManager } from "@herdctl/core";
import { createTestFleet, inPrompt, type ScriptBuilder, script } from "@herdctl/testing";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Daemon, startDaemon } from "../fleet-manager/start-daemon.ts";
import { parked, push } from "./stage.ts";

const tools = ["Bash(echo pushed*)"];
const ask = script().tool("mcp__herdctl__ask_human", { question: "Now?" });
const cases = [
  ["an approval", { first: push, approvals: { tools } }, { decision: "allow" }],
  [
    "a question",
    { first: ask, again: ask.tool("Bash", { command: "echo pushed >> side.txt" }).text("Done.") },
    { answer: "Yes." },
  ],
] as const;

describe("a claude of the sdk runtime that dies with its daemon while it is held", () => {
  it.each(cases)("leaves %s to the next one, answered after its start", async (_, plan, answer) => {
    await using stage = await openStage(plan);
    const { reader, asked, id } = stage;
    await stage.daemon.kill();
    await stage.start().said("ready");
    expect(await parked(reader, id)).toMatchObject({ id: asked, status: "pending" });
    await reader.answerApproval(asked, answer);
    await goesOn(stage);
  });

  it.each(cases)("leaves %s to the next one, answered before", async (_, plan, answer) => {
    await using stage = await openStage(plan);
    await stage.daemon.kill();
    expect(stage.reader.getApprovals({ status: "pending" })).toHaveLength(1);
    await stage.reader.answerApproval(stage.asked, answer);
    stage.start();
    await goesOn(stage);
  });

  it("is refused the call when that was denied", async () => {
    await using stage = await openStage({ first: push, approvals: { tools } });
    const { reader, asked, id } = stage;
    await stage.daemon.kill();
    await reader.answerApproval(asked, { decision: "deny", reason: "Not now." });
    stage.start();
    await expect.poll(() => reader.getJob(id).exitReason).toBe("denied");
    expect(reader.getJob(id).error?.message).toContain("Not now.");
    expect(await stage.ran()).toBe("");
  });

  it("leaves one call of a message to the next one: the others are withdrawn at once", async () => {
    const call = (text: string) => ({ tool: "Bash", input: { command: `echo pushed ${text}` } });
    const first = script()
      .tools([call("one"), call("two")])
      .text("Done.");
    await using stage = await openStage({ first, approvals: { tools } });
    const { reader } = stage;
    await expect.poll(() => reader.getApprovals().length).toBe(2);
    const [kept, other] = reader.getApprovals();
    await stage.daemon.kill();
    expect(reader.getApprovals({ status: "pending" })).toMatchObject([{ id: kept?.id }]);
    expect(reader.getApprovals({ status: "withdrawn" })).toMatchObject([{ id: other?.id }]);
    await expect(
      reader.answerApproval(other?.id ?? "", { decision: "allow" }),
    ).rejects.toMatchObject({
      code: "INVALID_STATE",
      message: `Cannot answer ${other?.id}, whose job was interrupted: the state is "withdrawn", it must be "pending".`,
    });
  });

  it("needs another approval for another call", async () => {
    const again = script().tool("Bash", { command: "echo pushed twice >> side.txt" }).text("Done.");
    await using stage = await openStage({ first: push, again, approvals: { tools } });
    const { reader, asked } = stage;
    await stage.daemon.kill();
    await reader.answerApproval(asked, { decision: "allow" });
    stage.start();
    const pending = () => reader.getApprovals({ status: "pending" });
    await expect.poll(() => pending().length).toBe(1);
    expect(pending()[0]?.input).toEqual({ command: "echo pushed twice >> side.txt" });
    expect(await stage.ran()).toBe("");
  });
});

interface Plan {
  readonly first: ScriptBuilder;
  /** What Claude does when it is asked to make its call again; default: the same. */
  readonly again?: ScriptBuilder;
  readonly approvals?: object;
}

interface Stage extends AsyncDisposable {
  readonly reader: FleetManager;
  /** Its claude is held. */
  readonly daemon: Daemon;
  start(): Daemon;
  readonly asked: string;
  readonly id: string;
  ran(): Promise<string>;
}

async function goesOn(stage: Stage): Promise<void> {
  const { reader, id } = stage;
  await expect.poll(() => reader.getJob(id).status).toBe("completed");
  expect(reader.getJob(id).attempt).toBe(2);
  expect(reader.getApprovals()).toHaveLength(1);
  expect(await stage.ran()).toBe("pushed\n");
}

async function openStage({ first, again = first, approvals }: Plan): Promise<Stage> {
  const test = await createTestFleet({
    agents: {
      a: {
        runtime: "sdk",
        permission_mode: "bypassPermissions",
        default_prompt: `Go. ${inPrompt(first)}`,
        approvals: { hold: "10m", ...approvals },
      },
    },
    scripts: { a: again },
  });
  const daemons = new AsyncDisposableStack();
  daemons.use(test);
  const reader = test.manager();
  await reader.initialize();
  const start = (): Daemon => daemons.use(startDaemon(test));
  const daemon = start();
  const id = await daemon.trigger("a");
  await expect.poll(() => reader.getApprovals().length).toBeGreaterThan(0);
  return {
    reader,
    daemon,
    start,
    asked: reader.getApprovals()[0]?.id ?? "",
    id,
    async ran() {
      const file = join(test.workspace("a"), "side.txt");
      return existsSync(file) ? readFile(file, "utf8") : "";
    },
    [Symbol.asyncDispose]: () => daemons.disposeAsync(),
  };
}
