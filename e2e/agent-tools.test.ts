import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, startHerdctl } from "./herdctl.ts";
import { shareFleet } from "./shared-fleet.ts";

const tool = (name: string): string => `mcp__herdctl__${name}`;

const { fleet, where } = await shareFleet({
  agents: { lead: { runtime: "cli", can_trigger: ["worker"] }, worker: { runtime: "cli" } },
});

test("an agent reports, remembers and delegates without a daemon, and its helpers may finish", async () => {
  const work = inPrompt(script().text("Worked."));
  const prompt = inPrompt(
    script()
      .tool(tool("remember"), { key: "last", text: "pull 41" })
      .tool(tool("report"), { summary: "Handed over.", data: { pulls: 1 } })
      .tool(tool("trigger_agent"), { agent: "worker", prompt: work })
      .text("Done."),
  );
  const ran = await herdctl(["trigger", "lead", "-p", prompt], where);
  expect(ran).toMatchObject({ exitCode: 0 });
  expect(ran.stderr).toMatch(/Waiting for job-\w+ of worker, which it has triggered\./);
  const jobs = await herdctl(["jobs", "--agent", "worker", "--json"], where);
  expect(JSON.parse(jobs.stdout).jobs).toMatchObject([{ status: "completed", lineage: ["lead"] }]);
  const explained = await herdctl(["jobs", "--agent", "lead", "--json"], where);
  const [{ id }] = JSON.parse(explained.stdout).jobs;
  const { stdout } = await herdctl(["job", id], where);
  expect(stdout).toContain('Report\n  success: Handed over.\n  {"pulls":1}');
});

test("what an agent remembers can be read and forgotten, with and without a daemon", async () => {
  const list = await herdctl(["memory", "list", "lead"], where);
  expect(list.stdout).toMatch(/KEY +SINCE +TEXT\nlast +\S+ ago +pull 41\n/);
  expect(await herdctl(["memory", "show", "lead", "last"], where)).toMatchObject({
    exitCode: 0,
    stdout: "pull 41\n",
  });
  expect(await herdctl(["memory", "show", "lead", "lost"], where)).toMatchObject({ exitCode: 3 });
  expect(await herdctl(["memory", "list", "nobody"], where)).toMatchObject({ exitCode: 3 });
  expect(await herdctl(["memory", "forget", "lead"], where)).toMatchObject({ exitCode: 2 });
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  const found = await herdctl(["memory", "list", "lead", "--search", "PULL", "--json"], where);
  expect(JSON.parse(found.stdout).memory).toMatchObject([{ key: "last", text: "pull 41" }]);
  const forgotten = await herdctl(["memory", "forget", "lead", "--all"], where);
  expect(forgotten.stdout).toBe("Forgot 1 text.\n");
  const none = await herdctl(["memory", "list", "lead"], where);
  expect(none).toMatchObject({ exitCode: 0, stdout: "" });
});

test("the compiled library finds its bridge", async () => {
  const prompt = inPrompt(script().tool(tool("report"), { summary: "Heard." }).text("Done."));
  const core = new URL("../packages/core/dist/index.js", import.meta.url);
  const program = `
    const { FleetManager } = await import(${JSON.stringify(core.href)});
    const [configPath, stateDir, prompt] = process.argv.slice(1);
    await using fleet = new FleetManager({ configPath, stateDir });
    await fleet.initialize();
    const { id } = await fleet.trigger("worker", undefined, { promptOverride: prompt });
    console.log(JSON.stringify((await fleet.waitForJob(id)).report));
  `;
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", program, fleet.configPath, fleet.stateDir, prompt],
    { env: fleet.env, stdio: ["ignore", "pipe", "inherit"] },
  );
  const [said] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect(JSON.parse(said)).toEqual({ status: "success", summary: "Heard." });
});
