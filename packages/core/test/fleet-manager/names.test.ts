import { writeFileSync } from "node:fs";
import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { expect, it } from "vitest";

it("an agent's past is found by its bare name, and by its full name when the agent is gone", async () => {
  await using test = await createTestFleet({
    agents: { other: {} },
    fleet: { fleets: [{ path: "./sub", name: "sub" }] },
    files: {
      "sub/herdctl.yaml": "version: 1\nagents: [{ path: ./writer.yaml }]\n",
      "sub/writer.yaml": "name: writer\n",
    },
  });
  await using fleet = test.manager();
  await fleet.initialize();
  const promptOverride = inPrompt(script().text("done", { usage: { input: 10, output: 5 } }));
  const { id } = await fleet.trigger("writer", undefined, { promptOverride });
  await fleet.waitForJob(id);
  const since = "2000-01-01";
  const used = fleet.getUsage({ since, agentName: "writer" });
  expect(used).toMatchObject([{ agentName: "sub.writer" }]);
  expect(fleet.getUsage({ since, agentName: "sub.writer" })).toEqual(used);
  expect(fleet.getUsage({ since, agentName: "other" })).toEqual([]);
  expect(() => fleet.getUsage({ since, agentName: "writr" })).toThrow(/writr/);

  writeFileSync(test.configPath, "version: 1\nagents: [{ path: ./agents/other.yaml }]\n");
  await fleet.reload();
  expect(fleet.getUsage({ since, agentName: "sub.writer" })).toEqual(used);
  expect(fleet.getJobs({ agentName: "sub.writer" })).toHaveLength(1);
  expect(fleet.getScheduleFires({ agentName: "sub.writer" }).fires).toEqual([]);
  const ask = (): unknown => fleet.getUsage({ since, agentName: "writer" });
  expect(ask).toThrow(expect.objectContaining({ code: "AGENT_NOT_FOUND" }));
});
