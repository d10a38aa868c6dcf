import { expect, test } from "vitest";
import { McpClient } from "./mcp-client.ts";
import { send } from "./raw-request.ts";
import { serveTcp } from "./serve-tcp.ts";

test("probes need no token, everything else does", async () => {
  await using served = await serveTcp();
  const nobody = { host: "127.0.0.1", port: served.port };
  for (const path of ["/healthz", "/readyz"]) {
    expect((await send({ ...nobody, path })).status).toBe(200);
    expect((await send({ ...nobody, path, method: "POST" })).status).toBe(401);
  }
  expect((await send({ ...nobody, path: "/metrics" })).status).toBe(401);
  expect((await new McpClient(nobody).post({})).status).toBe(401);
  const spoofed = { ...nobody, path: "/metrics", headers: { host: "evil.example" } };
  expect((await send(spoofed)).status).toBe(421);
});

test("a token for looking reads metrics, and sees the tools that change nothing", async () => {
  await using served = await serveTcp();
  const { readOnly } = served.tokens;
  const metrics = await send(served.to("/metrics", {}, readOnly));
  expect(metrics.status).toBe(200);
  expect(metrics.headers["content-type"]).toContain("version=0.0.4");
  const { host, port, headers } = served.to("/mcp", {}, readOnly);
  const looking = new McpClient({ host, port, headers: headers as Record<string, string> });
  const tools = await looking.tools();
  expect(tools.every(({ annotations }) => annotations["readOnlyHint"])).toBe(true);
  expect(tools.map(({ name }) => name)).toContain("wait_for_job");
  await expect(looking.call("trigger_agent", { agent: "platform.reviewer" })).rejects.toThrow(
    "not found",
  );
  expect(served.fleet.calls.filter(({ name }) => name === "trigger")).toEqual([]);
});

test("a full token triggers through a tool", async () => {
  await using served = await serveTcp();
  const { host, port, headers } = served.to("/mcp");
  const client = new McpClient({ host, port, headers: headers as Record<string, string> });
  const given = { agent: "platform.reviewer", prompt: "Look", schedule: "nightly", priority: 2 };
  expect(await client.result("trigger_agent", given)).toMatchObject({ id: served.fleet.job.id });
  expect(served.fleet.calls).toEqual([
    {
      name: "trigger",
      args: ["platform.reviewer", "nightly", { promptOverride: "Look", priority: 2 }],
    },
  ]);
});
