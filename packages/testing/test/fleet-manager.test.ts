import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTestFleet, inPrompt, ManualClock, script } from "../src/index.ts";

test("an agent follows its script, or the one in its prompt, with real tools", async () => {
  await using fleet = await createTestFleet({
    agents: { writer: { default_prompt: "Write today's note." } },
    scripts: {
      writer: script()
        .text("Writing the note.")
        .tool("Bash", { command: "echo hello > note.md" })
        .text("The note is written."),
    },
  });
  const manager = fleet.manager();
  await manager.initialize();
  const job = await manager.trigger("writer");
  expect((await manager.waitForJob(job.id)).result).toMatchObject({
    success: true,
    summary: "The note is written.",
  });
  expect(await readFile(join(fleet.workspace("writer"), "note.md"), "utf8")).toBe("hello\n");
  const promptOverride = `Never mind. ${inPrompt(script().text("As you like."))}`;
  const other = await manager.trigger("writer", undefined, { promptOverride });
  expect((await manager.waitForJob(other.id)).result?.summary).toBe("As you like.");
});

test("a schedule fires when the clock is moved", async () => {
  const clock = new ManualClock("2026-03-01T08:59:00Z");
  const morning = { type: "cron", cron: "0 9 * * *", timezone: "UTC", prompt: "Report." };
  await using fleet = await createTestFleet({
    agents: { reporter: { schedules: { morning } } },
    scripts: { reporter: script().text("All quiet.") },
  });
  const manager = fleet.manager({ clock });
  await manager.initialize();
  const { promise, resolve } = Promise.withResolvers<void>();
  manager.once("job:completed", () => resolve());
  await manager.start();
  expect(fleet.server.requests).toEqual([]);
  await clock.advance(60_000);
  await promise;
  expect(fleet.server.requests[0]).toMatchObject({ agentName: "reporter", script: "agent" });
});

test("disposing ends a job that would never end", async () => {
  const fleet = await createTestFleet({
    agents: { idler: { default_prompt: "Wait." } },
    scripts: { idler: script().text("Waiting.").stall() },
  });
  const manager = fleet.manager();
  await manager.initialize();
  await manager.start();
  await manager.trigger("idler");
  await fleet.server.waitForRequest(({ agentName }) => agentName === "idler");
  await fleet[Symbol.asyncDispose]();
  await expect(fetch(fleet.server.url)).rejects.toThrow();
});
