import { AgentRunner, loadConfig } from "@herdctl/core";
import { expect, it } from "vitest";
import { openStage } from "./stage.ts";

it("an agent with approvals is not run where nobody could be asked", async () => {
  await using stage = await openStage();
  const { configPath, stateDir, env } = stage.test;
  const [agent] = (await loadConfig(configPath, { env })).agents;
  if (!agent) throw new Error("no agent");
  const run = new AgentRunner(`${stateDir}-of-its-own`).run({
    agent,
    prompt: "Hi.",
    jobId: "job-1",
  });
  await expect(run).rejects.toMatchObject({
    code: "RUNNER_ERROR",
    message: expect.stringContaining("Run it with a FleetManager"),
  });
});
