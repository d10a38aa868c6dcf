import { readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { script, type TestFleet, testImage } from "@herdctl/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { answersOf, herdctl } from "../agent-tools/running.ts";
import { release, startInTool, untilReleased } from "../fleet-manager/held-tool.ts";
import { docker, keptContainers, noEngine } from "./engine.ts";
import { createWarmFleet, editFleet, run } from "./warm-fleet.ts";

const done = script().text("done");

describe.skipIf(noEngine).each(["sdk", "cli"] as const)(
  "a container that is kept (%s)",
  (runtime) => {
    it("has one job after the other: its caches stay, its processes do not", async () => {
      await using test = await createWarmFleet({ runtime, script: done });
      await using fleet = test.manager();
      await fleet.initialize();
      await fleet.start();
      const leave = "setsid env -i sleep 301 & sleep 302 & echo warm >$HOME/cache; pwd";
      const first = await run(fleet, script().tool("Bash", { command: leave }).text("one"));
      expect(first).toMatchObject({ status: "completed", result: { summary: "one" } });
      const [container] = await keptContainers(test);
      const look = "cat $HOME/cache; cat /proc/[0-9]*/cmdline | tr '\\0' ' '";
      const second = await run(
        fleet,
        script()
          .tool("Bash", { command: look })
          .tool(herdctl("report"), { status: "success", summary: "all good" })
          .text("two"),
      );
      expect(second).toMatchObject({ status: "completed", result: { summary: "two" } });
      expect(second.report).toMatchObject({ summary: "all good" });
      const [seen = ""] = await answersOf(fleet, second.id);
      expect(seen).toContain("warm");
      expect(seen).not.toMatch(/sleep 30[12]/);
      expect(await keptContainers(test)).toEqual([container]);

      const again = await fleet.trigger("a", undefined, { resume: first.sessionId ?? "" });
      expect(await fleet.waitForJob(again.id)).toMatchObject({
        status: "completed",
        sessionId: first.sessionId,
      });
      expect(await keptContainers(test)).toEqual([container]);
      await fleet.stop();
      expect(await keptContainers(test)).toEqual([]);
    });

    it("stays while a job of it waits for a person, and carries the answer out", async () => {
      await using test = await createWarmFleet({
        runtime,
        script: done,
        agent: { approvals: { tools: ["Bash(echo pushed*)"], hold: "200ms" } },
      });
      await using fleet = test.manager();
      await fleet.initialize();
      await fleet.start();
      await run(fleet, script().tool("Bash", { command: "pwd" }).text("first"));
      const kept = await keptContainers(test);
      const asks = script().tool("Bash", { command: "echo pushed >>side.txt" }).text("asked");
      const asked = run(fleet, asks);
      const open = () => fleet.getApprovals({ status: "pending" });
      await expect.poll(() => open().length).toBe(1);
      const jobId = open()[0]?.jobId ?? "";
      await expect.poll(() => fleet.getJob(jobId).status).toBe("waiting");
      await run(fleet, script().tool("Bash", { command: "pwd" }).text("between"));
      await fleet.answerApproval(open()[0]?.id ?? "", { decision: "allow" });
      expect(await asked).toMatchObject({ status: "completed", attempt: 2 });
      expect(await keptContainers(test)).toEqual(kept);
    });
  },
);

/** What the agent sees of the folders of jobs. */
const lookAtJobs = (test: TestFleet): string =>
  ["jobs", "docker-warm/a/1/requests", "docker-warm/a/files", "docker-warm/a"]
    .map((folder) => `ls -R ${join(test.stateDir, folder)} 2>&1`)
    .join("; echo; ");

describe.skipIf(noEngine)("agents that keep containers", () => {
  it("see the folder of the job that runs, and no other one", async () => {
    await using test = await createWarmFleet({ runtime: "cli", script: done });
    await using fleet = test.manager();
    await fleet.initialize();
    const sends = script()
      .tool("Bash", { command: "echo sent >a.txt" })
      .tool(herdctl("send_file"), { path: "a.txt" })
      .text("sent");
    const { id: earlier } = await run(fleet, sends);
    const again = sends.tool("Bash", { command: lookAtJobs(test) });
    const { id } = await run(fleet, again.text("looked"));
    const seen = (await answersOf(fleet, id)).at(-1) ?? "";
    expect(seen).toContain(id);
    expect(seen).not.toContain(earlier);
    expect(seen).not.toContain("a.txt");
    for (const job of [earlier, id]) {
      const [file] = fleet.getJob(job).files ?? [];
      expect(file?.path).toBe(join(test.stateDir, "jobs", job, "files", "a.txt"));
      expect(await readdir(join(test.stateDir, "jobs", job, "files"))).toEqual(["a.txt"]);
    }
    const left = await readdir(join(test.stateDir, "docker-warm", "a"), { recursive: true });
    expect(left.toSorted()).toEqual(["1", "1/jobs", "1/requests", "files"]);
  });

  it("have no more of them than they may, each with one job, and none with another agent's", async () => {
    await using test = await createWarmFleet({
      runtime: "sdk",
      script: script().tool("Bash", { command: untilReleased }).text("done"),
      agent: { concurrency: 3 },
      docker: { max_containers: 2 },
      files: { "agents/b.yaml": JSON.stringify({ name: "b", default_prompt: "Do it." }) },
    });
    await editFleet(test, ({ agents }) => agents.push({ path: "agents/b.yaml" }));
    await using fleet = test.manager();
    await startInTool(test, fleet);
    const more = await Promise.all([fleet.trigger("a"), fleet.trigger("a"), fleet.trigger("b")]);
    await expect.poll(() => keptContainers(test)).toHaveLength(3);
    const queued = fleet.getQueue().items.map(({ agentName }) => agentName);
    expect(queued).toEqual(["a"]);
    await release(test);
    for (const { id } of more) await fleet.waitForJob(id);
    expect(await keptContainers(test)).toHaveLength(3);
    expect(fleet.getJobs({ status: "failed" })).toEqual([]);
  });

  it("leave them to the next process, where no daemon runs", async () => {
    await using test = await createWarmFleet({ runtime: "sdk", script: done });
    const ids: string[] = [];
    for (const _process of [1, 2]) {
      await using fleet = test.manager();
      await fleet.initialize();
      await run(fleet, done);
      await fleet.stop();
      ids.push(...(await keptContainers(test)));
    }
    expect(ids).toEqual([ids[0], ids[0]]);
  });
});

describe.skipIf(noEngine)("a container that is kept is replaced", () => {
  it("when anything has changed that is settled when it is made", async () => {
    await using test = await createWarmFleet({ runtime: "sdk", script: done });
    await writeFile(join(test.workspace("a"), ".env"), "TOKEN=first\n");
    const image = `herdctl-test/warm:${process.pid}`;
    await docker("tag", await testImage(), image);
    onTestFinished(async () => void (await docker("rmi", image)));
    await editFleet(test, ({ defaults }) => (defaults.docker["image"] = image));
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const seen = new Set<string>();
    const ranIn = async (): Promise<void> => {
      expect(await run(fleet, done)).toMatchObject({ status: "completed" });
      const [id = ""] = await keptContainers(test);
      seen.add(id);
    };
    await ranIn();
    await ranIn();
    expect(seen.size).toBe(1);

    await editFleet(test, ({ defaults }) => (defaults.docker["memory"] = "1g"));
    await fleet.reload();
    await ranIn();
    expect(seen.size).toBe(2);

    // As editors do: another file of the same name, on which the mount does not lie.
    const env = join(test.workspace("a"), ".env");
    await writeFile(`${env}.new`, "TOKEN=second\n");
    await rename(`${env}.new`, env);
    await ranIn();
    expect(seen.size).toBe(3);

    const [kept = ""] = await keptContainers(test);
    await docker("commit", "--change", "LABEL built=again", kept, image);
    await ranIn();
    expect(seen.size).toBe(4);
    await ranIn();
    expect(seen.size).toBe(4);
  });
});
