import { EventEmitter } from "node:events";
import type { FleetEvents } from "@herdctl/core";
import { expect, test } from "vitest";
import { createEventRing } from "./event-ring.ts";

test("a reader that fell behind is told of the gap and goes on with the oldest event", async () => {
  const fleet = new EventEmitter<FleetEvents>();
  const ring = createEventRing(fleet, 3);
  const reader = ring.readAfter(0)[Symbol.asyncIterator]();
  const emit = (jobId: string): boolean => fleet.emit("agent:started", { agentName: "a", jobId });
  emit("1");
  expect((await reader.next()).value).toMatchObject({ seq: 1, event: { jobId: "1" } });
  for (const jobId of ["2", "3", "4", "5"]) emit(jobId);
  expect((await reader.next()).value).toEqual({ seq: 2, event: { type: "gap" } });
  expect((await reader.next()).value).toMatchObject({ seq: 3, event: { jobId: "3" } });
  expect(ring.last).toBe(5);
});

test("many readers wait for the same event, and leave with their signal", async () => {
  const fleet = new EventEmitter<FleetEvents>();
  const ring = createEventRing(fleet);
  const leave = new AbortController();
  const staying = ring.readAfter(0)[Symbol.asyncIterator]().next();
  const leaving = ring.readAfter(0, leave.signal)[Symbol.asyncIterator]().next();
  leave.abort();
  expect(await leaving).toEqual({ done: true, value: undefined });
  fleet.emit("started", { timestamp: new Date(0) });
  expect((await staying).value).toEqual({
    seq: 1,
    event: { type: "started", timestamp: new Date(0) },
  });
});

test("closing stops listening", () => {
  const fleet = new EventEmitter<FleetEvents>();
  const ring = createEventRing(fleet);
  expect(fleet.eventNames()).not.toContain("job:output");
  ring.close();
  expect(fleet.eventNames()).toEqual([]);
});
