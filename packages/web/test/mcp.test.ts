import { expect, test } from "vitest";
import { McpClient } from "./mcp-client.ts";
import { serveRecorded } from "./serve-recorded.ts";

test("tools say what they do, what they take and whether they change something", async () => {
  await using served = await serveRecorded();
  const tools = await new McpClient({ socketPath: served.socketPath }).tools();
  expect(tools.map(({ name }) => name)).toEqual([
    "fleet_status",
    "list_agents",
    "trigger_agent",
    "wait_for_job",
    "get_job",
    "read_output",
    "cancel_job",
    "list_jobs",
    "queue",
    "list_schedules",
    "enable_schedule",
    "disable_schedule",
    "list_approvals",
    "answer_approval",
  ]);
  const ends = tools.filter(({ annotations }) => annotations["destructiveHint"]);
  expect(ends.map(({ name }) => name)).toEqual([
    "cancel_job",
    "disable_schedule",
    "answer_approval",
  ]);
  for (const { description, inputSchema, outputSchema } of tools) {
    expect(description.length).toBeGreaterThan(20);
    expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
    for (const property of Object.values(inputSchema.properties ?? {})) {
      const isPlain = "enum" in property || "default" in property || "$ref" in property;
      expect(isPlain || "description" in property).toBe(true);
    }
    expect(outputSchema).toMatchObject({ type: "object" });
  }
});
