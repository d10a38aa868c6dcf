import { expect, test } from "vitest";
import { get } from "./raw-request.ts";
import { serveRecorded } from "./serve-recorded.ts";

test("the process answers, and the fleet is ready", async () => {
  await using served = await serveRecorded();
  const alive = await get(served.socketPath, "/healthz");
  expect([alive.status, alive.text]).toEqual([200, "ok\n"]);
  const ready = await get(served.socketPath, "/readyz");
  expect([ready.status, ready.text]).toEqual([200, "ready\n"]);
});

test.each(["not_running", "store", "scheduler"] as const)(
  "a fleet with a problem (%s) is alive and not ready, and says no more than that word",
  async (problem) => {
    await using served = await serveRecorded();
    served.fleet.problem = problem;
    expect((await get(served.socketPath, "/healthz")).status).toBe(200);
    const answer = await get(served.socketPath, "/readyz");
    expect([answer.status, answer.text]).toEqual([503, `${problem}\n`]);
  },
);

test("a fleet that cannot even be asked is not ready", async () => {
  await using served = await serveRecorded();
  served.fleet.getHealth = () => Promise.reject(new Error("closed"));
  const answer = await get(served.socketPath, "/readyz");
  expect([answer.status, answer.text]).toEqual([503, "store\n"]);
});

test("many who ask at once make one look", async () => {
  await using served = await serveRecorded();
  await Promise.all(Array.from({ length: 20 }, () => get(served.socketPath, "/readyz")));
  expect(served.fleet.calls.filter(({ name }) => name === "getHealth")).toHaveLength(1);
});
