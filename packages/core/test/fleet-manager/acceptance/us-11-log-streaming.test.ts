import { spawn } from "node:child_process";
import { once } from "node:events";
import { type LogEntry, openJobHistory } from "@herdctl/core";
import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const fleetOf = {
  agents: { a: { default_prompt: "x" }, b: { default_prompt: "y" } },
  scripts: { a: script().text("from a"), b: script().error(403) },
};

async function messages(entries: AsyncIterable<LogEntry>, last: string): Promise<string[]> {
  const read: string[] = [];
  for await (const { message } of entries) {
    read.push(message);
    if (message === last) break;
  }
  return read;
}

describe("US-11: log streaming", () => {
  it("streamLogs(options?) streams all fleet logs", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const reading = messages(fleet.streamLogs(), "fleet stopped");
    const one = await fleet.trigger("a");
    await fleet.waitForJob(one.id);
    const two = await fleet.trigger("b");
    await fleet.waitForJob(two.id);
    await fleet.stop();
    const live = await reading;
    expect(live).toEqual(
      expect.arrayContaining([
        "fleet started with 2 agents",
        `job ${one.id} started`,
        "from a",
        expect.stringContaining(`job ${one.id} completed`),
        expect.stringContaining(`job ${two.id} failed (auth)`),
      ]),
    );
    expect(await messages(fleet.streamLogs({ follow: false }), "fleet stopped")).toEqual(live);
  });

  it("streamJobOutput(jobId) streams specific job output", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const chunks: string[] = [];
    for await (const chunk of fleet.streamJobOutput(id)) chunks.push(chunk);
    expect(chunks.join("")).toBe("from a\n");
    expect(fleet.getJob(id)).toMatchObject({ status: "completed", output: chunks.join("") });
  });

  it("streamAgentLogs(agentName) streams logs for specific agent", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    for (const name of ["a", "b"]) await fleet.waitForJob((await fleet.trigger(name)).id);
    const entries: LogEntry[] = [];
    for await (const entry of fleet.streamAgentLogs("a")) {
      entries.push(entry);
      if (entry.message.includes("completed")) break;
    }
    expect(entries.map(({ message }) => message)).toContain("from a");
    expect(new Set(entries.map(({ agentName }) => agentName))).toEqual(new Set(["a"]));
    expect(() => fleet.streamAgentLogs("c")).toThrow(
      expect.objectContaining({ code: "AGENT_NOT_FOUND" }),
    );
  });

  it("streams are async iterables", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    for (const stream of [
      fleet.streamLogs(),
      fleet.streamAgentLogs("a"),
      fleet.streamJobOutput(id),
    ]) {
      const iterator = stream[Symbol.asyncIterator]();
      expect((await iterator.next()).done).toBe(false);
      expect((await iterator.return?.())?.done).toBe(true);
    }
    await fleet.waitForJob(id);
  });

  it("can specify log level filter", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    for (const name of ["a", "b"]) await fleet.waitForJob((await fleet.trigger(name)).id);
    await fleet.stop();
    const levels = async (level: LogEntry["level"]): Promise<Set<string>> => {
      const seen = new Set<string>();
      for await (const entry of fleet.streamLogs({ level, follow: false })) seen.add(entry.level);
      return seen;
    };
    expect(await levels("info")).toEqual(new Set(["info", "warn"]));
    expect(await levels("warn")).toEqual(new Set(["warn"]));
    expect(await levels("error")).toEqual(new Set());
  });

  it("works with running and completed jobs (replays history for completed)", async () => {
    const slow = script().text("one").tool("Bash", { command: "true" }).wait(500).text("two");
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x", permission_mode: "bypassPermissions" } },
      scripts: { a: slow },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const { id } = await fleet.trigger("a");
    const live: string[] = [];
    const states: string[] = [];
    for await (const chunk of fleet.streamJobOutput(id)) {
      live.push(chunk);
      states.push(fleet.getJob(id).status);
    }
    expect(states[0]).toBe("running");
    await fleet.stop();

    await using later = test.manager();
    await later.initialize();
    const replayed: string[] = [];
    for await (const chunk of later.streamJobOutput(id)) replayed.push(chunk);
    expect(replayed.join("")).toBe(live.join(""));
    const past: string[] = [];
    for await (const { message } of later.streamLogs({ jobId: id, follow: false })) {
      past.push(message);
    }
    expect(past).toEqual(expect.arrayContaining([`job ${id} started`, "one", "two"]));
    const again = later.streamLogs({ jobId: id.slice(0, -1), follow: false });
    expect((await Array.fromAsync(again)).map(({ message }) => message)).toEqual(past);
    const wrong = [{ jobId: "job-nothing" }, { agentName: "nobody" }];
    for (const [index, code] of ["JOB_NOT_FOUND", "AGENT_NOT_FOUND"].entries()) {
      expect(() => later.streamLogs(wrong[index])).toThrow(expect.objectContaining({ code }));
    }
  });

  it("stream with callback (alternative API)", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    const errors: string[] = [];
    fleet.on("error", (error) => errors.push(error.message));
    const ofFleet: string[] = [];
    const ofAgent: string[] = [];
    const logs = fleet.streamLogs({ level: "info" }, ({ message }) => ofFleet.push(message));
    const agent = fleet.streamAgentLogs("a", ({ message }) => {
      ofAgent.push(message);
      throw new Error("broken callback");
    });
    const { id } = await fleet.trigger("a");
    let output = "";
    await fleet.streamJobOutput(id, (chunk) => (output += chunk)).done;
    expect(output).toBe("from a\n");
    await fleet.waitForJob(id);
    await expect.poll(() => ofAgent.length).toBeGreaterThan(2);
    await expect.poll(() => ofFleet).toEqual(ofAgent);
    expect(new Set(errors)).toEqual(new Set(["broken callback"]));
    logs.stop();
    await logs.done;
    const heard = ofFleet.length;
    await fleet.waitForJob((await fleet.trigger("a")).id);
    expect(ofFleet).toHaveLength(heard);
    agent.stop();
    await agent.done;
  });
});

describe("the log", () => {
  it("goes on over restarts, and is read without daemon and configuration", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    for (const reason of ["once", "twice"]) {
      await fleet.start();
      await fleet.stop({ reason });
    }
    await using history = await openJobHistory({ stateDir: test.stateDir });
    const entries: LogEntry[] = [];
    for await (const entry of history.streamLogs({ follow: false })) entries.push(entry);
    const told = entries.map(({ message }) => message);
    expect(told.filter((message) => message === "fleet stopped")).toHaveLength(2);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  });

  it("is followed from another process, history first, without gap or repeat", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const program = `
      import { openJobHistory } from "@herdctl/core";
      const history = await openJobHistory({ stateDir: ${JSON.stringify(test.stateDir)} });
      for await (const { seq, message } of history.streamLogs()) {
        console.log(seq);
        if (message === "fleet stopped") break;
      }
      await history[Symbol.asyncDispose]();
    `;
    const child = spawn(
      process.execPath,
      ["--conditions=herdctl-source", "--input-type=module", "-e", program],
      { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"], timeout: 240_000 },
    );
    let read = "";
    child.stdout.on("data", (chunk: Buffer) => (read += chunk.toString()));
    await expect.poll(() => read).toContain("1\n");
    await fleet.waitForJob((await fleet.trigger("a")).id);
    await fleet.stop();
    const [code] = await once(child, "close");
    expect(code).toBe(0);
    const seqs = read.trimEnd().split("\n").map(Number);
    expect(seqs.length).toBeGreaterThan(4);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });
});
