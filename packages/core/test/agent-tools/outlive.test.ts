import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { startDaemon } from "../fleet-manager/start-daemon.ts";
import { answersOf, herdctl } from "./running.ts";

const untilGo = `python3 -c "import os, time
while not os.path.exists('go'): time.sleep(0.05)"`;

// Two daemons and two jobs, on a machine that may be busy.
const deadline = 180_000;

describe("a call under way when the daemon is killed", () => {
  it("is answered by the next one, and acts once", () => callAndKill(() => undefined), deadline);

  it(
    "acts once also where the daemon died between act and note",
    () =>
      callAndKill((stateDir) => {
        const store = new DatabaseSync(join(stateDir, "herdctl.db"));
        expect(store.prepare("UPDATE tool_calls SET answer = NULL").run().changes).toBe(1);
        store.close();
      }),
    deadline,
  );
});

async function callAndKill(meanwhile: (stateDir: string) => void): Promise<void> {
  const work = script().tool("Bash", { command: untilGo }).text("Worked.");
  const agent = { runtime: "cli", permission_mode: "bypassPermissions" };
  await using test = await createTestFleet({
    agents: {
      main: { ...agent, can_trigger: ["worker"], default_prompt: "Do it." },
      worker: agent,
    },
    scripts: {
      main: script()
        .tool(herdctl("trigger_agent"), { agent: "worker", prompt: inPrompt(work), wait: true })
        .tool(herdctl("report"), { summary: "All." })
        .text("Done."),
    },
  });
  await using daemon = startDaemon(test);
  const mainId = await daemon.trigger("main");
  await using next = test.manager();
  await next.initialize();
  const worker = (): string | undefined => next.getJobs({ agentName: "worker" })[0]?.id;
  // Claude of the worker waits for the file by now: both jobs can do without the daemon.
  await expect.poll(() => next.getJob(worker() ?? mainId).output).toContain("os.path.exists");
  await daemon.kill();
  meanwhile(test.stateDir);

  await next.start();
  expect(next.getJob(mainId).status).toBe("running");
  await writeFile(join(test.workspace("worker"), "go"), "");
  const job = await next.waitForJob(mainId, { signal: AbortSignal.timeout(240_000) });
  expect(job).toMatchObject({ status: "completed", report: { summary: "All." } });
  const [answer = ""] = await answersOf(next, mainId);
  expect(JSON.parse(answer)).toMatchObject({ jobId: worker(), summary: "Worked." });
  expect(next.getJobs()).toHaveLength(2);
}
