import { existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { jobSocketPath } from "../../src/state/socket-path.ts";
import { herdctl, running } from "./running.ts";

describe.each(["sdk", "cli"])("an agent of the %s runtime", (runtime) => {
  it("has every tool, without a permission and in a permission mode that asks", async () => {
    await running(
      script()
        .tool(herdctl("remember"), { key: "k", text: "kept" })
        .tool(herdctl("recall"), { key: "k" })
        .tool(herdctl("set_next_run"), { in: "1d" })
        .tool(herdctl("trigger_agent"), {
          agent: "worker",
          prompt: inPrompt(script().text("Worked.")),
          wait: true,
        })
        .tool(herdctl("send_file"), { path: "note.txt" })
        .tool(herdctl("report"), { summary: "All." })
        .text("Done."),
      {
        main: { runtime, permission_mode: "default", tools: ["Read"], can_trigger: ["worker"] },
        agents: { worker: { runtime } },
        before: (test) => writeFile(join(test.workspace("main"), "note.txt"), "noted"),
      },
      ({ job, fleet, test, answers }) => {
        expect(job).toMatchObject({ status: "completed", report: { summary: "All." } });
        expect(job.files).toMatchObject([{ name: "note.txt", size: 5, mimeType: "text/plain" }]);
        expect(answers.slice(0, 2)).toEqual(["Remembered.", "kept"]);
        expect(JSON.parse(answers[3] ?? "")).toMatchObject({ summary: "Worked." });
        expect(fleet.getJobs({ status: "waiting" })).toMatchObject([{ parentJobId: job.id }]);
        expect(existsSync(join(test.stateDir, "jobs", job.id, "herdctl.sock"))).toBe(false);
      },
    );
  });

  it("tells its subagents of them", async () => {
    await running(
      script()
        .subagent(
          "look",
          script().tool(herdctl("report"), { summary: "From below." }).text("Told."),
        )
        .text("Done."),
      { main: { runtime, permission_mode: "bypassPermissions" } },
      ({ job }) => expect(job.report?.summary).toBe("From below."),
    );
  });
});

it("only a job that may outlive herdctl has a socket, for this user alone", async () => {
  const modes: Record<string, number | undefined> = {};
  for (const runtime of ["sdk", "cli"]) {
    await running(
      script().tool(herdctl("report"), { summary: "x" }).text("Done."),
      {
        main: { runtime },
        before: (test, fleet) =>
          fleet.on("job:reported", ({ jobId }) => {
            const socket = join(test.stateDir, "jobs", jobId, "herdctl.sock");
            modes[runtime] = statSync(socket, { throwIfNoEntry: false })?.mode;
          }),
      },
      ({ job }) => expect(job.status).toBe("completed"),
    );
  }
  expect(modes["sdk"]).toBeUndefined();
  expect((modes["cli"] ?? 0) & 0o777).toBe(0o600);
});

it("a job reaches them also from a state directory whose path is too long for a socket", async () => {
  await using test = await createTestFleet({ agents: { main: { runtime: "cli" } } });
  const stateDir = join(test.dir, "far/".repeat(30), ".herdctl");
  await using fleet = test.manager({ stateDir });
  await fleet.initialize();
  const says = script().tool(herdctl("report"), { summary: "Heard." }).text("Done.");
  const { id } = await fleet.trigger("main", undefined, { promptOverride: inPrompt(says) });
  expect(await fleet.waitForJob(id)).toMatchObject({ report: { summary: "Heard." } });
  const socket = jobSocketPath(stateDir, id);
  expect(Buffer.byteLength(socket)).toBeLessThan(101);
  expect(existsSync(socket)).toBe(false);
});
