import { hostname } from "node:os";
import { createTestFleet, script } from "@herdctl/testing";
import { expect, it } from "vitest";
import { openJobControl, StateManager } from "../../src/index.ts";
import { processesOf } from "./processes.ts";

const agents = { a: { default_prompt: "x", permission_mode: "bypassPermissions" } };
const stuck = script().tool("Bash", { command: "python3 -c 'import time; time.sleep(300)'" });

it("ends jobs with the state directory alone: one that runs elsewhere, and those that wait", async () => {
  await using test = await createTestFleet({ agents, scripts: { a: stuck } });
  await using fleet = test.manager();
  await fleet.initialize();
  const { id } = await fleet.trigger("a");
  for await (const line of fleet.streamJobLines(id)) if (line.type === "tool_use") break;
  const waiting = await Promise.all([fleet.trigger("a"), fleet.trigger("a")]);

  await using control = await openJobControl({ stateDir: test.stateDir });
  await control.cancelJob(id);
  expect(processesOf(id)).toEqual([]);
  expect(control.getJob(id)).toMatchObject({ status: "cancelled", cancelCause: "user" });
  await expect(control.cancelJob(id)).rejects.toMatchObject({ code: "INVALID_STATE" });
  await expect(control.cancelJob("job-nothing")).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });

  expect(await control.cancelAll({ agentName: "b" })).toEqual([]);
  const cancelled = await control.cancelAll();
  expect(cancelled.toSorted()).toEqual(waiting.map((job) => job.id).toSorted());
  expect(fleet.getQueue().total).toBe(0);
});

it("says of a job that nobody runs any more who will end it, and has stored that it is to end", async () => {
  await using test = await createTestFleet({ agents });
  const state = await StateManager.open({ stateDir: test.stateDir });
  const { jobs } = state.store;
  const asked = { agentName: "a", workingDirectory: "/", trigger: "manual", prompt: "x" } as const;
  await jobs.enqueue({ ...asked, id: "job-1", priority: 0, runtime: "sdk" });
  await jobs.admit({
    node: `${hostname()}/earlier/1/1`,
    leaseUntil: new Date(0).toISOString(),
    perAgent: { a: 1 },
  });
  await using control = await openJobControl({ stateDir: test.stateDir });
  await expect(control.cancelJob("job-1")).rejects.toThrow(/herdctl start.*configuration is valid/);
  expect(jobs.get("job-1")).toMatchObject({ status: "running", cancelCause: "user" });
  await state.close();
});
