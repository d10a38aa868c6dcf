import { chownSync, statSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { answersOf, herdctl } from "../agent-tools/running.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { docker, noEngine } from "./engine.ts";

/** Only root can give files to another user. */
const cannotGive = noEngine || process.getuid?.() !== 0;

describe.skipIf(cannotGive).each(["sdk", "cli"] as const)(
  "another user than herdctl's (%s; needs root)",
  (runtime) => {
    it("works, with the tools, and owns what it makes", async () => {
      await using test = await createContainedFleet({
        runtime,
        script: script()
          .tool("Bash", { command: "id -u; id -g; echo made >made; touch $HOME/made" })
          .tool(herdctl("report"), { status: "success", summary: "told" })
          .text("done"),
        docker: { user: "54321:54322" },
      });
      chownSync(test.workspace("a"), 54_321, 54_322);
      await using fleet = test.manager();
      await fleet.initialize();
      const { id } = await fleet.trigger("a");
      const job = await fleet.waitForJob(id);
      expect(job).toMatchObject({ status: "completed", report: { summary: "told" } });
      expect((await answersOf(fleet, id))[0]).toBe("54321\n54322");
      const made = join(test.workspace("a"), "made");
      expect(statSync(made)).toMatchObject({ uid: 54_321, gid: 54_322 });
    });
  },
);

describe.skipIf(noEngine)("a login that is mounted", () => {
  it("can be read and not changed, and no key is given beside it", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script()
        .tool("Bash", {
          command: `grep -c token /claude/.credentials.json; echo x >>/claude/.credentials.json; rm /claude/.credentials.json; echo "key: $ANTHROPIC_API_KEY"`,
        })
        .text("done"),
      docker: { credentials: "mount" },
    });
    const home = join(test.dir, "home", ".claude");
    const login = {
      claudeAiOauth: {
        accessToken: "token",
        refreshToken: "refresh",
        expiresAt: Date.now() + 86_400_000,
        scopes: ["user:inference", "user:profile"],
        subscriptionType: "max",
      },
    };
    await mkdir(home, { recursive: true });
    await writeFile(join(home, ".credentials.json"), JSON.stringify(login), { mode: 0o600 });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
    const [said] = await answersOf(fleet, id);
    expect(said).toMatch(/^1\n[^]*Read-only file system[^]*busy[^]*key:$/);
    expect(await readFile(join(home, ".credentials.json"), "utf8")).toBe(JSON.stringify(login));
  });

  it("is missed with words that help", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      docker: { credentials: "mount" },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job.error?.message).toMatch(/no login to mount: .*\.credentials\.json.*log in/);
  });
});

describe.skipIf(noEngine)("max_containers", () => {
  it("is never exceeded, and nothing is left of many jobs", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      agent: { concurrency: 6 },
      docker: { max_containers: 2 },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const filter = `label=herdctl.state=${test.stateDir}`;
    const count = async () =>
      (await docker("ps", "--all", "--quiet", "--filter", filter)).split("\n").filter(Boolean)
        .length;
    const jobs = await Promise.all(Array.from({ length: 6 }, () => fleet.trigger("a")));
    const done = Promise.all(jobs.map(({ id }) => fleet.waitForJob(id)));
    let isDone = false;
    void done.then(() => (isDone = true));
    const counts: number[] = [];
    while (!isDone) {
      counts.push(await count());
      await delay(50);
    }
    expect((await done).map(({ status }) => status)).toEqual(jobs.map(() => "completed"));
    expect(Math.max(...counts)).toBe(2);
    expect(await count()).toBe(0);
  });
});
