import { EventEmitter, once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FleetManager, type LogLevel } from "@herdctl/core";
import { createTestFleet, ManualClock, script } from "@herdctl/testing";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";

interface Seen {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const eventsOfTheSeed = [
  "started",
  "stopped",
  "config:reloaded",
  "agent:started",
  "agent:stopped",
  "schedule:triggered",
  "schedule:skipped",
  "job:created",
  "job:output",
  "job:completed",
  "job:failed",
  "job:cancelled",
] as const;

/** Runs a fleet through every change of state that the seed names. */
async function liveThroughEverything(): Promise<readonly Seen[]> {
  const hourly = { type: "interval", interval: "1h", prompt: "go" };
  await using test = await createTestFleet({
    agents: {
      good: { schedules: { often: hourly } },
      bad: { default_prompt: "x" },
      slow: { schedules: { tick: { ...hourly, interval: "5m" } } },
    },
    scripts: { good: script().text("done"), bad: script().error(403), slow: script().stall() },
  });
  const clock = new ManualClock();
  await using fleet = test.manager({ clock });
  const seen: Seen[] = [];
  for (const name of eventsOfTheSeed) {
    fleet.on(name, (payload: object) => seen.push({ name, payload: { ...payload } }));
  }
  await fleet.initialize();
  const completed = once(fleet, "job:completed");
  await fleet.start();
  await completed;
  const { id } = await fleet.trigger("bad");
  await fleet.waitForJob(id);
  const skipped = once(fleet, "schedule:skipped");
  await clock.advance(300_000);
  await skipped;
  const [stuck] = fleet.getJobs({ agentName: "slow", status: "running" });
  await fleet.cancelJob(stuck?.id ?? "");
  const file = join(test.dir, "agents/bad.yaml");
  await writeFile(file, (await readFile(file, "utf8")).replace('"x"', '"y"'));
  await fleet.reload();
  await fleet.stop({ reason: "enough" });
  return seen;
}

describe("US-2: real-time event subscription", () => {
  let seen: readonly Seen[] = [];
  const payloadsOf = (name: string): readonly Seen["payload"][] =>
    seen.filter((event) => event.name === name).map(({ payload }) => payload);

  beforeAll(async () => {
    seen = await liveThroughEverything();
  });

  it("FleetManager extends EventEmitter", () => {
    expect(new FleetManager({ configPath: ".", stateDir: "." })).toBeInstanceOf(EventEmitter);
  });

  it("emits typed events for all state changes", () => {
    expect([...new Set(seen.map(({ name }) => name))].toSorted()).toEqual(
      [...eventsOfTheSeed].toSorted(),
    );
    const typed = (fleet: FleetManager): void => {
      fleet.on("job:created", ({ job }) => expectTypeOf(job.id).toEqualTypeOf<string>());
      fleet.on("job:failed", ({ error }) => expectTypeOf(error).toEqualTypeOf<Error>());
      fleet.on("log", ({ level }) => expectTypeOf(level).toEqualTypeOf<LogLevel>());
    };
    expect(typed).toBeInstanceOf(Function);
  });

  it("events include relevant payload data", () => {
    const jobId = expect.stringMatching(/^job-/);
    expect(payloadsOf("started")).toEqual([{ timestamp: expect.any(Date) }]);
    expect(payloadsOf("stopped")).toEqual([{ timestamp: expect.any(Date), reason: "enough" }]);
    expect(payloadsOf("config:reloaded")).toEqual([
      { changes: ["agent:bad:default_prompt changed"] },
    ]);
    expect(payloadsOf("agent:started")).toContainEqual({ agentName: "good", jobId });
    expect(payloadsOf("agent:stopped")).toContainEqual({
      agentName: "bad",
      jobId,
      reason: "auth",
    });
    expect(payloadsOf("schedule:triggered")).toContainEqual({
      agentName: "good",
      scheduleName: "often",
      jobId,
    });
    expect(payloadsOf("schedule:skipped")).toContainEqual({
      agentName: "slow",
      scheduleName: "tick",
      reason: "concurrency_limit",
    });
    expect(payloadsOf("job:created")).toContainEqual({
      job: expect.objectContaining({ id: jobId, agentName: "bad", trigger: "manual" }),
    });
    expect(payloadsOf("job:output")).toContainEqual(
      expect.objectContaining({ jobId, chunk: "done\n" }),
    );
    expect(payloadsOf("job:completed")).toContainEqual({
      jobId,
      result: expect.objectContaining({ success: true, summary: "done" }),
    });
    expect(payloadsOf("job:failed")).toContainEqual(
      expect.objectContaining({ jobId, error: expect.any(Error) }),
    );
    expect(payloadsOf("job:cancelled")).toEqual([{ jobId, reason: "user" }]);
  });

  it("can subscribe/unsubscribe at any time", async () => {
    await using test = await createTestFleet(quick);
    await using fleet = test.manager();
    const heard: string[] = [];
    const first = (): number => heard.push("first");
    fleet.on("job:created", first);
    await fleet.initialize();
    await fleet.trigger("a");
    fleet.off("job:created", first);
    fleet.once("job:created", () => heard.push("second"));
    await fleet.trigger("a");
    await fleet.trigger("a");
    expect(heard).toEqual(["first", "second"]);
    await fleet.stop({ waitForJobs: false });
  });

  it("events are emitted synchronously (non-blocking)", async () => {
    await using test = await createTestFleet(quick);
    await using fleet = test.manager();
    await fleet.initialize();
    let known: string | undefined;
    fleet.on("job:created", ({ job }) => {
      known = fleet.getJob(job.id).status;
    });
    fleet.on("job:output", () => void new Promise(() => undefined));
    const job = await fleet.trigger("a");
    expect(known).toBe("queued");
    expect((await fleet.waitForJob(job.id)).status).toBe("completed");
  });
});

const quick = { agents: { a: { default_prompt: "x" } }, scripts: { a: script().text("done") } };

describe("a listener that throws", () => {
  it("becomes an error event and keeps nobody else from hearing", async () => {
    await using test = await createTestFleet(quick);
    await using fleet = test.manager();
    const errors: string[] = [];
    const heard: string[] = [];
    fleet.on("job:created", () => {
      throw new Error("broken listener");
    });
    fleet.on("job:created", ({ job }) => heard.push(job.agentName));
    fleet.on("error", (error) => errors.push(error.message));
    await fleet.initialize();
    await fleet.trigger("a");
    expect({ errors, heard }).toEqual({ errors: ["broken listener"], heard: ["a"] });
  });

  it("may be asynchronous: its rejection is an error event too", async () => {
    await using test = await createTestFleet(quick);
    await using fleet = test.manager();
    const broken = async (): Promise<void> => {
      throw new Error("broken later");
    };
    EventEmitter.prototype.on.call(fleet, "job:created", broken);
    const failed = once(fleet, "error").catch((error: unknown) => [error]);
    await fleet.initialize();
    await fleet.trigger("a");
    expect(await failed).toMatchObject([{ message: "broken later" }]);
    await fleet.stop({ waitForJobs: false });
  });

  it("is logged where nobody listens for errors, or where that listener throws too", async () => {
    await using test = await createTestFleet(quick);
    await using fleet = test.manager();
    const logged: string[] = [];
    fleet.on("log", ({ level, message }) => {
      if (level === "error") logged.push(message);
    });
    fleet.on("job:created", () => {
      throw new Error("broken listener");
    });
    await fleet.initialize();
    await fleet.trigger("a");
    fleet.on("error", () => {
      throw new Error("broken error listener");
    });
    await fleet.trigger("a");
    expect(logged).toEqual(["broken listener", "broken error listener"]);
  });

  it("to the log is not told in the log again", async () => {
    await using test = await createTestFleet(quick);
    await using fleet = test.manager();
    let heard = 0;
    fleet.on("log", () => {
      heard += 1;
      throw new Error("broken log listener");
    });
    const broken = async (): Promise<void> => {
      throw new Error("broken later");
    };
    EventEmitter.prototype.on.call(fleet, "log", broken);
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    expect((await fleet.waitForJob(id)).status).toBe("completed");
    const errors: Error[] = [];
    fleet.on("error", (error) => {
      errors.push(error);
      throw error;
    });
    await fleet.waitForJob((await fleet.trigger("a")).id);
    expect(heard).toBeLessThan(20);
    expect(errors[0]?.message).toBe("broken log listener");
  });
});
