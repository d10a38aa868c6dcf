import { expect, test } from "vitest";
import { createJob } from "../../src/state/job-metadata.ts";
import { jobOutputFile, openJobOutput, readJobOutput } from "../../src/state/job-output.ts";
import { startChild } from "../child.ts";
import { openState } from "./open-state.ts";

test("two processes that admit at once exceed no limit and admit no job twice", async () => {
  const state = await openState();
  const jobs = await Promise.all(
    Array.from({ length: 240 }, (_, index) =>
      createJob(state, {
        agentName: ["a", "b", "c"][index % 3] ?? "a",
        prompt: "go",
        workingDirectory: "/work",
      }),
    ),
  );
  const children = ["one", "two"].map((node) =>
    startChild("state/children/race-admit.ts", { args: [state.stateDir, node, "2", "5"] }),
  );
  for (const child of children) expect(await child.next()).toBe("ready");
  for (const child of children) child.process.stdin?.write("go\n");
  const results = await Promise.all(
    children.map(async (child): Promise<{ admitted: string[]; most: number }> =>
      JSON.parse(await child.next()),
    ),
  );
  for (const { most } of results) expect(most).toBeLessThanOrEqual(5);
  const admitted = results.flatMap((result) => result.admitted);
  expect(admitted.toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
  expect(state.store.jobs.totals().map(({ status }) => status)).toEqual([
    "completed",
    "completed",
    "completed",
  ]);
});

test.each([1, 2, 3])(
  "after kill -9 in the middle of writing, all that was acknowledged is there (%i)",
  async (round) => {
    const state = await openState();
    const child = startChild("state/children/write-jobs.ts", { args: [state.stateDir] });
    const acknowledged: string[] = [];
    while (acknowledged.length < 40 * round) acknowledged.push(await child.next());
    expect(state.lockOwner()?.pid).toBe(child.process.pid);
    await child.kill();

    expect(state.lockOwner()).toBeUndefined();
    const next = await openState({ stateDir: state.stateDir });
    await next.acquireLock();
    for (const id of acknowledged) expect(next.store.jobs.get(id)?.status).toBe("queued");
    const stored = next.store.jobs.list({}).jobs;
    expect(next.store.jobs.totals()).toEqual([
      { agentName: "writer", status: "queued", count: stored.length },
    ]);

    const file = jobOutputFile(state.stateDir, "job-output");
    const output = await openJobOutput({ file, attempt: 2 });
    output.append({ type: "assistant", text: "on" });
    const { lines } = await output.close();
    const seqs: number[] = [];
    for await (const line of readJobOutput(file)) seqs.push(line.seq);
    expect(seqs).toEqual(Array.from({ length: lines }, (_, index) => index + 1));
  },
);

test("sees the writes of another process in the version of its store", async () => {
  const state = await openState();
  const before = state.store.dataVersion();
  const child = startChild("state/children/write-jobs.ts", { args: [state.stateDir] });
  const id = await child.next();
  expect(state.store.dataVersion()).not.toBe(before);
  expect(state.store.jobs.get(id)).toBeDefined();
});
