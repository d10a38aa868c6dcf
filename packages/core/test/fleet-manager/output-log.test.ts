import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const nightly = { type: "cron", cron: "0 3 * * *", prompt: "x", output_to_file: true };

const createFleet = (): Promise<TestFleet> =>
  createTestFleet({
    agents: {
      a: { permission_mode: "bypassPermissions", schedules: { nightly } },
    },
    fleet: { history: { max_jobs_per_agent: 2 } },
    scripts: { a: script().text("Looking.").tool("Bash", { command: "echo hello" }).text("Done.") },
  });

describe("output_to_file", () => {
  it("keeps what a job said as a person reads it, for as long as the job is kept", async () => {
    await using test = await createFleet();
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a", "nightly");
    const job = await fleet.waitForJob(id);
    const folder = join(test.stateDir, "jobs", id);
    expect(readdirSync(folder)).toContain("output.log");
    expect(readFileSync(join(folder, "output.log"), "utf8")).toBe(job.output);
    expect(job.output).toContain("Done.");
    expect(statSync(join(folder, "output.log")).mode & 0o777).toBe(0o600);
    for (let count = 0; count < 2; count++) {
      const plain = await fleet.trigger("a", undefined, { promptOverride: "x" });
      await fleet.waitForJob(plain.id);
      expect(existsSync(join(test.stateDir, "jobs", plain.id, "output.log"))).toBe(false);
    }
    await expect.poll(() => existsSync(folder)).toBe(false);
  });

  it("holds for a job that fails too, and is there when its hooks run", async () => {
    await using test = await createTestFleet({
      agents: {
        a: {
          schedules: { nightly },
          hooks: { on_error: [{ type: "shell", command: 'cp "$STATE"/jobs/*/output.log copy' }] },
        },
      },
    });
    const env = { ...test.env, STATE: test.stateDir };
    await using fleet = test.manager({ env });
    await fleet.initialize();
    const prompt = inPrompt(
      script().text("Trying.").tool("Read", { file_path: "none" }).error(400, { times: "always" }),
    );
    const { id } = await fleet.trigger("a", "nightly", { promptOverride: prompt });
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "failed" });
    expect(readFileSync(join(test.workspace("a"), "copy"), "utf8")).toContain("Trying.");
  });

  it("does not leave the state directory through a link, nor fail the job", async () => {
    await using test = await createFleet();
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.pause();
    const { id } = await fleet.trigger("a", "nightly");
    const outside = join(test.dir, "outside");
    mkdirSync(outside);
    symlinkSync(outside, join(test.stateDir, "jobs", id));
    await fleet.resume();
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
    expect(readdirSync(outside)).not.toContain("output.log");
  });
});
