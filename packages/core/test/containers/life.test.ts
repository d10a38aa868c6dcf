import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { script, testImage } from "@herdctl/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { endContainer } from "../../src/processes/end-container.ts";
import { answersOf, herdctl } from "../agent-tools/running.ts";
import { asks, closed } from "../fleet-manager/conversations.ts";
import {
  leaveInTool,
  release,
  startInTool,
  untilInTool,
  untilReleased,
} from "../fleet-manager/held-tool.ts";
import { processesOf } from "../fleet-manager/processes.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { containersOf, docker, noEngine } from "./engine.ts";

const runtimes = ["sdk", "cli"] as const;

describe.skipIf(noEngine).each(runtimes)("an agent in a container (%s)", (runtime) => {
  it("works in its folder as the host's user, and is told of by streams, tools and sessions", async () => {
    await using test = await createContainedFleet({
      runtime,
      script: script()
        .text("Starting.")
        .tool("Bash", { command: "pwd && echo '# Report' >report.md" })
        .tool(herdctl("send_file"), { path: "/workspace/report.md" })
        .tool(herdctl("report"), { status: "success", summary: "all good" })
        .text("done"),
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "completed", result: { summary: "done" } });
    const answers = await answersOf(fleet, id);
    expect(answers[0]).toBe("/workspace");
    expect(answers[1]).toContain("report.md");
    const report = join(test.workspace("a"), "report.md");
    expect(statSync(report)).toMatchObject({ uid: process.getuid?.(), gid: process.getgid?.() });
    const projects = join(test.stateDir, "docker-sessions", "a", "projects");
    expect(await readdir(projects, { recursive: true })).toContain(
      join("-workspace", `${job.sessionId}.jsonl`),
    );
    expect(existsSync(join(test.dir, "home", ".claude", "projects"))).toBe(false);
    expect(await containersOf(id)).toEqual([]);

    const next = await fleet.trigger("a", undefined, { resume: job.sessionId ?? "" });
    expect(await fleet.waitForJob(next.id)).toMatchObject({
      status: "completed",
      sessionId: job.sessionId,
    });
  });

  it("is cancelled with everything that it started", async () => {
    await using test = await createContainedFleet({
      runtime,
      script: script()
        .tool("Bash", { command: `setsid sleep 300 & ${untilReleased}` })
        .text("done"),
    });
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    const [name = ""] = await containersOf(id);
    const labels = await docker("inspect", "--format", "{{json .Config.Labels}}", name);
    expect(JSON.parse(labels)).toMatchObject({
      "herdctl.state": test.stateDir,
      "herdctl.agent": "a",
      "herdctl.job": id,
    });
    await fleet.cancelJob(id);
    expect(fleet.getJob(id)).toMatchObject({ status: "cancelled" });
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });
});

describe.skipIf(noEngine)("a containerised job whose daemon is killed", () => {
  it("is ended, where claude cannot do without", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().tool("Bash", { command: untilReleased }).text("done"),
    });
    const id = await leaveInTool(test);

    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(await next.waitForJob(id)).toMatchObject({ exitReason: "interrupted" });
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });

  it("is ended by its watcher where no daemon comes", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().tool("Bash", { command: untilReleased }).text("done"),
    });
    const id = await leaveInTool(test);
    await expect.poll(() => containersOf(id)).toEqual([]);
  });

  it("goes on and is told to its end, where claude can", async () => {
    await using test = await createContainedFleet({
      runtime: "cli",
      script: script()
        .text("Starting.")
        .tool("Bash", { command: untilReleased })
        .tool(herdctl("report"), { status: "success", summary: "to the next" })
        .text("done"),
    });
    const id = await leaveInTool(test);

    await using next = test.manager();
    await next.initialize();
    await next.start();
    await release(test);
    const job = await next.waitForJob(id);
    expect(job).toMatchObject({ status: "completed", attempt: 1, result: { summary: "done" } });
    expect(job.output).toContain("Starting.");
    expect(await readFile(join(test.workspace("a"), "ran"), "utf8")).toBe("ran\n");
    expect(await containersOf(id)).toEqual([]);
  });

  it("goes on although nothing could be started any more in what it made of its folder", async () => {
    await using test = await createContainedFleet({
      runtime: "cli",
      script: script()
        .tool("Bash", { command: `mkdir .git && : >.git/commondir; ${untilReleased}` })
        .text("done"),
    });
    const id = await leaveInTool(test);

    await using next = test.manager();
    await next.initialize();
    await next.start();
    await release(test);
    expect(await next.waitForJob(id)).toMatchObject({ status: "completed", attempt: 1 });
    expect(await containersOf(id)).toEqual([]);
  });

  it("leaves containers of other fleets alone, and ends those that no job stands for", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().tool("Bash", { command: untilReleased }).text("done"),
    });
    const image = await testImage();
    const sleeper = async (stateDir: string): Promise<string> => {
      const labels = [`herdctl.state=${stateDir}`, "herdctl.job=job-0000000000000000"];
      const flags = labels.map((label) => `--label=${label}`);
      const name = `herdctl-left-${randomUUID()}`;
      await docker("run", "-d", "--rm", `--name=${name}`, ...flags, image, "sleep", "300");
      return name;
    };
    const [ours, other] = [await sleeper(test.stateDir), await sleeper(`${test.stateDir}-2`)];
    onTestFinished(() => endContainer(other, { mayBegin: false }));
    await using running = test.manager();
    await running.initialize();
    const { id } = await running.trigger("a");
    await untilInTool(test);

    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const left = await docker("ps", "--all", "--format", "{{.Names}}");
    expect(left).not.toContain(ours);
    expect(left).toContain(other);
    expect(await containersOf(id)).toHaveLength(1);
    await running.cancelJob(id);
    expect(await containersOf(id)).toEqual([]);
  });
});

describe.skipIf(noEngine)("a conversation in a container", () => {
  it("has its turns in one container, which ends with it, and goes on in the next", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await using conversation = await fleet.openConversation("a", { key: "thread-7" });
    const first = conversation.send(asks(script().tool("Bash", { command: "pwd" }).text("One.")));
    expect(await first.result).toMatchObject({ outcome: "completed", text: "One." });
    const jobId = conversation.jobId ?? "";
    const containers = await containersOf(jobId);
    expect(containers).toHaveLength(1);
    const id = randomUUID();
    const second = conversation.send(asks(script().text("Two.")), { id });
    expect(await second.result).toMatchObject({ outcome: "completed", text: "Two." });
    expect(await containersOf(jobId)).toEqual(containers);
    expect(await closed(fleet, conversation)).toMatchObject({ status: "completed" });
    expect(await containersOf(jobId)).toEqual([]);

    await using again = await fleet.openConversation("a", { resume: "thread-7" });
    expect(await again.send(asks(script().text("never")), { id }).result).toMatchObject({
      error: { code: "INVALID_REQUEST" },
    });
    expect(await again.send(asks(script().text("Three."))).result).toMatchObject({
      text: "Three.",
    });
    expect(again.sessionId).toBe(conversation.sessionId);
  });
});
