import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const fleetOf = { agents: { a: { default_prompt: "x" }, b: { default_prompt: "y" } } };
const scripts = { a: script().text("from a"), b: script().error(403) };

describe("US-4: job management", () => {
  it("getJobs(filter?) returns jobs with optional filtering by agent, status, time range", async () => {
    await using test = await createTestFleet({ ...fleetOf, scripts });
    await using fleet = test.manager();
    await fleet.initialize();
    const before = new Date();
    const [first, second] = [await fleet.trigger("a"), await fleet.trigger("b")];
    await Promise.all([fleet.waitForJob(first.id), fleet.waitForJob(second.id)]);
    const ids = (jobs: readonly { readonly id: string }[]): string[] => jobs.map(({ id }) => id);
    expect(ids(fleet.getJobs())).toEqual([second.id, first.id]);
    expect(ids(fleet.getJobs({ agentName: "a" }))).toEqual([first.id]);
    expect(ids(fleet.getJobs({ status: "failed" }))).toEqual([second.id]);
    expect(ids(fleet.getJobs({ startedAfter: before }))).toHaveLength(2);
    expect(ids(fleet.getJobs({ startedBefore: before }))).toEqual([]);
    const page = fleet.getJobPage({ limit: 1 });
    expect(ids(page.jobs)).toEqual([second.id]);
    expect(ids(fleet.getJobPage({ limit: 1, cursor: page.nextCursor ?? "" }).jobs)).toEqual([
      first.id,
    ]);
    expect(Object.hasOwn(page.jobs[0] ?? {}, "output")).toBe(false);
  });

  it("getJob(id) returns specific job details including output", async () => {
    await using test = await createTestFleet({ ...fleetOf, scripts });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await fleet.waitForJob(id);
    const job = fleet.getJob(id);
    expect(job).toMatchObject({ id, agentName: "a", status: "completed", output: "from a\n" });
    expect(job.startedAt).toBeInstanceOf(Date);
    expect(job.completedAt?.getTime()).toBeGreaterThanOrEqual(job.startedAt?.getTime() ?? 0);
    expect(job.outputTruncated).toBe(false);
  });

  it("job history is persisted and survives restarts", async () => {
    await using test = await createTestFleet({ ...fleetOf, scripts });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const ended = await fleet.waitForJob(id);
    await fleet.stop();
    await using later = test.manager();
    await later.initialize();
    expect({ ...later.getJob(id) }).toEqual({ ...ended });
  });

  it("can stream output from running jobs in real-time", async () => {
    const slow = script().text("one").tool("Bash", { command: "true" }).wait(1_500).text("two");
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x", permission_mode: "bypassPermissions" } },
      scripts: { a: slow },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const statuses: string[] = [];
    let text = "";
    for await (const chunk of fleet.streamJobOutput(id)) {
      text += chunk;
      statuses.push(fleet.getJob(id).status);
    }
    expect(statuses[0]).toBe("running");
    expect(text).toBe(fleet.getJob(id).output);
    expect(text).toContain("two");
  });
});
