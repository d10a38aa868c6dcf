import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import type { FleetEvents } from "@herdctl/core";
import { script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { herdctl, running } from "./running.ts";

const send = herdctl("send_file");

describe("send_file", () => {
  it("keeps a copy with the job, and tells of it", async () => {
    const events: FleetEvents["job:file"][0][] = [];
    await running(
      script()
        .tool(send, { path: "out/report.md", title: "The report" })
        .tool(send, { path: "report.md" })
        .text("Done."),
      {
        before: async (test, fleet) => {
          fleet.on("job:file", (event) => void events.push(event));
          await mkdir(join(test.workspace("main"), "out"));
          await writeFile(join(test.workspace("main"), "out/report.md"), "# One");
          await writeFile(join(test.workspace("main"), "report.md"), "# Two!");
        },
      },
      async ({ job, test, answers }) => {
        const folder = join(test.stateDir, "jobs", job.id, "files");
        expect(job.files).toEqual([
          {
            name: "report.md",
            path: join(folder, "report.md"),
            size: 5,
            mimeType: "text/markdown",
            title: "The report",
          },
          {
            name: "report-2.md",
            path: join(folder, "report-2.md"),
            size: 6,
            mimeType: "text/markdown",
          },
        ]);
        expect(answers).toEqual(["Sent as report.md (5 bytes).", "Sent as report-2.md (6 bytes)."]);
        expect(events.map(({ file }) => file)).toEqual(job.files);
        expect(await readFile(join(folder, "report-2.md"), "utf8")).toBe("# Two!");
        expect((await stat(join(folder, "report.md"))).mode & 0o777).toBe(0o600);
      },
    );
  });

  it("refuses what is outside, no file, or too large, and never hangs", async () => {
    await running(
      script()
        .tool(send, { path: "../outside.txt" })
        .tool(send, { path: "link.txt" })
        .tool(send, { path: "linked-folder/outside.txt" })
        .tool(send, { path: "/etc/hostname" })
        .tool(send, { path: "missing.txt" })
        .tool(send, { path: "." })
        .tool(send, { path: "pipe" })
        .tool(send, { path: "huge.bin" })
        .tool(send, { path: "inner-link.txt" })
        .text("Done."),
      {
        before: async (test) => {
          const inside = test.workspace("main");
          await writeFile(join(inside, "../outside.txt"), "secret");
          await symlink("../outside.txt", join(inside, "link.txt"));
          await symlink("..", join(inside, "linked-folder"));
          spawnSync("mkfifo", [join(inside, "pipe")]);
          await writeFile(join(inside, "huge.bin"), "");
          await truncate(join(inside, "huge.bin"), 25 * 1_024 * 1_024 + 1);
          await writeFile(join(inside, "real.txt"), "real");
          await symlink("real.txt", join(inside, "inner-link.txt"));
        },
      },
      ({ job, answers, test }) => {
        const outside = "is not in your working directory";
        const expected = [
          outside,
          outside,
          outside,
          outside,
          "cannot be read",
          "is not a file",
          "is not a file",
          "at most 26214400 can be sent",
          "Sent as inner-link.txt (4 bytes).",
        ];
        expect(answers).toHaveLength(expected.length);
        for (const [index, words] of expected.entries()) expect(answers[index]).toContain(words);
        expect(job.files?.map(({ name }) => name)).toEqual(["inner-link.txt"]);
        expect(existsSync(join(test.stateDir, "jobs", job.id, "files/outside.txt"))).toBe(false);
      },
    );
  });

  it("counts what was sent, and forgets it with the job, also after a crash in between", async () => {
    await running(
      script().tool(send, { path: "a.bin" }).text("Done."),
      {
        fleet: { history: { max_jobs_per_agent: 1 } },
        before: (test) => writeFile(join(test.workspace("main"), "a.bin"), "x".repeat(10_000)),
      },
      async ({ job, test, fleet }) => {
        const { storage } = fleet.getStatus();
        const output = statSync(join(test.stateDir, "jobs", `${job.id}.jsonl`)).size;
        expect(storage.outputBytes).toBe(output + 10_000);
        const { id } = await fleet.trigger("main");
        await fleet.waitForJob(id);
        const folder = join(test.stateDir, "jobs", job.id);
        await expect.poll(() => existsSync(folder)).toBe(false);
        await fleet.stop();
        await mkdir(join(folder, "files"), { recursive: true });
        await fleet.start();
        expect(existsSync(folder)).toBe(false);
        expect(existsSync(join(test.stateDir, "jobs", id, "files/a.bin"))).toBe(true);
      },
    );
  });
});
