import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FleetManager, Job } from "@herdctl/core";
import {
  createTestFleet,
  inPrompt,
  script,
  type ScriptBuilder,
  type TestFleet,
} from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { busyFor } from "../runner/kill-in-tool.ts";
import { createContainedFleet } from "../containers/contained-fleet.ts";
import { noEngine } from "../containers/engine.ts";
import { runtimes } from "./stage.ts";

/** A fleet of one agent, running. */
interface Stage {
  readonly test: TestFleet;
  readonly fleet: FleetManager;
  readonly run: (prompt?: string) => Promise<Job>;
}

interface Setup {
  readonly agent?: Readonly<Record<string, unknown>>;
  readonly says: ScriptBuilder;
}

const atOnce = { concurrent: true };

describe.each(runtimes)("a job of the %s runtime", atOnce, (runtime) => {
  checkJobs(({ agent, says }) =>
    createTestFleet({
      agents: {
        a: {
          default_prompt: "Do it.",
          runtime,
          permission_mode: "bypassPermissions",
          ...agent,
        },
      },
      scripts: { a: says },
    }),
  );
});

describe.skipIf(noEngine).each(runtimes)(
  "a job of the %s runtime, in a container",
  atOnce,
  (runtime) => {
    checkJobs(({ agent = {}, says }) =>
      createContainedFleet({ runtime, script: says, agent, docker: { network: "none" } }),
    );
  },
);

function checkJobs(open: (setup: Setup) => Promise<TestFleet>): void {
  async function playing(setup: Setup, play: (stage: Stage) => Promise<unknown>): Promise<void> {
    await using test = await open(setup);
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const run = async (prompt?: string): Promise<Job> => {
      const options = prompt === undefined ? {} : { promptOverride: prompt };
      const { id } = await fleet.trigger("a", undefined, options);
      return fleet.waitForJob(id);
    };
    await play({ test, fleet, run });
  }

  it("has its checks, its hooks and what the agent reported", async () => {
    const report = { status: "success", summary: "Written.", data: { lines: 1 } };
    const file = "note.md";
    await playing(
      {
        agent: {
          expect: [{ file, changed: true }, { command: "grep hello note.md" }],
          hooks: { after_run: [{ type: "shell", command: "cat > told.json" }] },
        },
        says: script()
          .tool("Bash", { command: "echo hello > note.md" })
          .tool("mcp__herdctl__report", report)
          .text("The note is written."),
      },
      async ({ run, test }) => {
        const job = await run();
        expect(job).toMatchObject({
          status: "completed",
          report,
          result: {
            summary: "The note is written.",
            turns: 3,
            costUsd: expect.closeTo(0.0024, 9),
            expect: [{ success: true }, { success: true }],
          },
        });
        const told = await readFile(join(test.workspace("a"), "told.json"), "utf8");
        expect(JSON.parse(told)).toMatchObject({ report });
      },
    );
  });

  it("is tried again in its own session when the API was overloaded", async () => {
    const headers = { "x-should-retry": "false" };
    const overloaded = script()
      .tool("Bash", { command: "echo on it" })
      .error(529, { times: "always", headers });
    await playing(
      {
        agent: { retry: { max_attempts: 2, backoff: "10ms" } },
        says: script().text("Now."),
      },
      async ({ run, test, fleet }) => {
        const job = await run(`Go. ${inPrompt(overloaded)}`);
        expect(job).toMatchObject({
          status: "completed",
          attempt: 2,
          result: { summary: "Now.", turns: 3 },
        });
        const sessions = new Set(test.server.requests.map((request) => request.sessionId));
        expect([...sessions]).toEqual([job.sessionId]);
        const seqs: number[] = [];
        for await (const line of fleet.streamJobLines(job.id)) seqs.push(line.seq);
        expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      },
    );
  });

  it("is cancelled with everything that it has started", async () => {
    await playing(
      {
        says: script()
          .tool("Bash", { command: busyFor(60) })
          .text("No."),
      },
      async ({ fleet }) => {
        const { id } = await fleet.trigger("a");
        for await (const line of fleet.streamJobLines(id)) if (line.type === "tool_use") break;
        await fleet.cancelJob(id);
        const job = await fleet.waitForJob(id);
        expect(job).toMatchObject({ status: "cancelled", exitReason: "cancelled" });
        expect(job.result?.costUsd).toBeGreaterThan(0);
      },
    );
  });

  it("goes on in the session of the job before it", async () => {
    await playing(
      { agent: { session: { mode: "persistent" } }, says: script().text("Remembered.") },
      async ({ run, test }) => {
        const [first, second] = [await run(), await run()];
        expect(second).toMatchObject({ status: "completed", sessionId: first.sessionId });
        const asked = test.server.requests.findLast((request) => request.kind === "main");
        expect(JSON.stringify(asked?.messages)).toContain("Remembered.");
      },
    );
  });

  it("streams what its agent says while it says it", async () => {
    await playing(
      {
        says: script().text("First.").tool("Bash", { command: "true" }).text("Last.").stall(),
      },
      async ({ fleet }) => {
        const { id } = await fleet.trigger("a");
        let heard = "";
        for await (const chunk of fleet.streamJobOutput(id)) {
          heard += chunk;
          if (heard.includes("First.")) break;
        }
        expect(fleet.getJob(id).status).toBe("running");
        await fleet.cancelJob(id);
        expect(heard).not.toContain("Last.");
      },
    );
  });
}
