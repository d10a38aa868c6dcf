import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";

const examples = fileURLToPath(new URL("../../../../examples", import.meta.url));

test.each(readdirSync(examples))("the example %s loads", async (name) => {
  const { agents } = await loadConfig(`${examples}/${name}`, { env: {} });
  expect(agents.length).toBeGreaterThan(0);
});

test("a fleet of herdctl 5.x loads unchanged and means the same", async () => {
  const { agents, fleet, warnings } = await loadConfig(`${examples}/from-5x`, { env: {} });
  expect(fleet.name).toBe("My Old Fleet");
  expect(agents[0]).toMatchObject({
    name: "coder",
    workingDirectory: `${examples}/from-5x/agents`,
    concurrency: 2,
    maxTurns: 30,
    session: { timeout: 43_200_000 },
    runtime: "cli",
    mcpServers: {
      tracker: { type: "http", alwaysLoad: true, timeout: 30_000 },
      files: { type: "stdio", command: "npx" },
    },
    plugins: [{ path: `${examples}/from-5x/agents/plugins/style`, skipMcpDiscovery: true }],
    docker: {
      image: "herdctl/runtime:latest",
      memory: "1g",
      volumes: ["/tmp:/data:ro"],
      env: { MODE: "strict" },
    },
    workSource: { type: "github", repo: "owner/repo" },
    hooks: { afterRun: [{ type: "shell", timeout: 30_000, continueOnError: true }] },
  });
  expect(agents[0]?.schedules).toMatchObject([
    { name: "check", type: "interval", interval: 300_000, outputToFile: true, enabled: true },
    { name: "nightly", type: "cron", cron: "0 2 * * *", enabled: false },
  ]);
  const renamed = warnings.filter(({ message }) => message.includes("is now called"));
  expect(renamed.map(({ path }) => path)).toEqual([
    "workspace",
    "schedules.nightly.expression",
    "workspace",
    "defaults.docker.base_image",
  ]);
});
