import { createTestFleet } from "@herdctl/testing";
import { expect, it } from "vitest";
import type { FleetEvents, FleetManager } from "../../src/index.ts";

const agents = {
  a: {
    default_prompt: "Go.",
    schedules: { yearly: { type: "cron", cron: "0 6 1 1 *" } },
  },
};

type Told = "paused" | "resumed" | "schedule:enabled" | "schedule:disabled" | "memory:changed";

function hear(fleet: FleetManager): readonly (readonly [Told, FleetEvents[Told][0]])[] {
  const heard: [Told, FleetEvents[Told][0]][] = [];
  const types: readonly Told[] = [
    "paused",
    "resumed",
    "schedule:enabled",
    "schedule:disabled",
    "memory:changed",
  ];
  for (const type of types) {
    fleet.on(type, (event: FleetEvents[Told][0]) => void heard.push([type, event]));
  }
  return heard;
}

it("tells of each change that a person makes, once, and not of what was so before", async () => {
  await using test = await createTestFleet({ agents });
  await using fleet = test.manager();
  await fleet.initialize();
  const heard = hear(fleet);
  const yearly = { agentName: "a", scheduleName: "yearly" };

  await fleet.pause("a");
  await fleet.pause("a");
  await fleet.pause();
  await fleet.resume();
  await fleet.resume();
  await fleet.resume("a");
  await fleet.enableSchedule("a", "yearly");
  await fleet.disableSchedule("a", "yearly");
  await fleet.disableSchedule("a", "yearly");
  await fleet.enableSchedule("a", "yearly");
  await fleet.forgetMemory("a");

  expect(heard).toEqual([
    ["paused", { agentName: "a" }],
    ["paused", {}],
    ["resumed", {}],
    ["resumed", { agentName: "a" }],
    ["schedule:disabled", yearly],
    ["schedule:enabled", yearly],
  ]);
});
