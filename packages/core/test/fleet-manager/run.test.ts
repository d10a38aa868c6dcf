import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FleetManager, type FleetEvents } from "@herdctl/core";
import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

describe("a job", () => {
  it("runs from trigger to outcome: real tools, live output, events, durable record", async () => {
    await using test = await createTestFleet({
      agents: {
        writer: { default_prompt: "Write the note.", permission_mode: "bypassPermissions" },
      },
      scripts: {
        writer: script()
          .text("On it.")
          .tool("Write", { file_path: "note.md", content: "hello" })
          .text("The note is written."),
      },
    });
    await using fleet = test.manager();
    const events: string[] = [];
    const chunks: string[] = [];
    const note = (name: keyof FleetEvents) => () => events.push(name);
    for (const name of [
      "job:created",
      "agent:started",
      "job:completed",
      "agent:stopped",
    ] as const) {
      fleet.on(name, note(name));
    }
    fleet.on("job:output", ({ chunk }) => chunks.push(chunk));
    await fleet.initialize();

    const created = await fleet.trigger("writer");
    expect(created).toMatchObject({
      status: "queued",
      trigger: "manual",
      prompt: "Write the note.",
    });
    const job = await fleet.waitForJob(created.id);

    expect(job).toMatchObject({ status: "completed", exitReason: "success", attempt: 1 });
    expect(job.result).toMatchObject({ success: true, summary: "The note is written.", turns: 2 });
    expect(job.result?.costUsd).toBeGreaterThan(0);
    expect(readFileSync(join(test.workspace("writer"), "note.md"), "utf8")).toBe("hello");
    expect(events).toEqual(["job:created", "agent:started", "agent:stopped", "job:completed"]);
    expect(chunks.join("")).toBe(job.output);
    expect(job.output).toContain("The note is written.");
    expect(job.sessionId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("is readable by another process's fleet manager, before and after it ends", async () => {
    await using test = await createTestFleet({
      agents: { writer: { default_prompt: "Say it." } },
      scripts: { writer: script().text("said") },
    });
    await using fleet = test.manager();
    await using reader = test.manager();
    await fleet.initialize();
    await reader.initialize();
    const { id } = await fleet.trigger("writer");
    const seen = await reader.waitForJob(id);
    expect(seen.status).toBe("completed");
    expect(reader.getJob("latest").id).toBe(id);
    expect(reader.getJob(id.slice(0, 14)).id).toBe(id);
    const text: string[] = [];
    for await (const chunk of reader.streamJobOutput(id)) text.push(chunk);
    expect(text.join("")).toBe(seen.output);
  });

  it("fails with what to do when its binary is missing", async () => {
    await using test = await createTestFleet({ agents: { a: { default_prompt: "x" } } });
    await using fleet = test.manager({ claudePath: "/nowhere/claude" });
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({
      status: "failed",
      exitReason: "error",
      error: { code: "CLAUDE_NOT_FOUND" },
    });
    expect(job.error?.message).toContain("/nowhere/claude");
  });

  it("never shows a secret that the configuration refers to", async () => {
    const secret = "sk-very-secret-value-123";
    await using test = await createTestFleet({
      agents: {
        leaky: {
          default_prompt: "Tell ${LEAKY_TOKEN} to everyone.",
          permission_mode: "bypassPermissions",
          env: { MY_TOKEN: "${LEAKY_TOKEN}" },
        },
      },
      scripts: {
        leaky: script()
          .tool("Bash", { command: 'echo "it is $MY_TOKEN"' })
          .text(`It is ${secret}.`),
      },
    });
    const logged: string[] = [];
    const write = (message: string, fields?: unknown): void => {
      logged.push(message, JSON.stringify(fields));
    };
    await using fleet = test.manager({
      env: { ...test.env, LEAKY_TOKEN: secret },
      logger: { debug: write, info: write, warn: write, error: write },
    });
    const emitted: string[] = [];
    for (const name of ["job:created", "job:output", "job:completed", "log"] as const) {
      fleet.on(name, (event: unknown) => emitted.push(JSON.stringify(event)));
    }
    await fleet.initialize();
    const { id } = await fleet.trigger("leaky");
    const job = await fleet.waitForJob(id);
    expect(job.status).toBe("completed");
    const stored = readFileSync(join(test.stateDir, "jobs", `${id}.jsonl`), "utf8");
    const everything = [JSON.stringify(job), job.output, stored, ...emitted, ...logged].join("\n");
    expect(everything).not.toContain(secret);
    expect(stored).toContain("it is [secret]");
    // The agent itself gets the real value.
    expect(JSON.stringify(test.server.requests)).toContain(secret);
  });
});

describe("a trigger", () => {
  it("takes the prompt of the schedule, else the default, else says what exists", async () => {
    await using test = await createTestFleet({
      agents: {
        both: {
          default_prompt: "default",
          schedules: { nightly: { type: "cron", cron: "0 3 * * *", prompt: "nightly prompt" } },
        },
        two: {
          schedules: {
            a: { type: "cron", cron: "0 3 * * *", prompt: "a" },
            b: { type: "cron", cron: "0 4 * * *", prompt: "b" },
          },
        },
        one: { schedules: { only: { type: "cron", cron: "0 3 * * *", prompt: "only prompt" } } },
      },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const plan = async (...args: Parameters<FleetManager["planTrigger"]>): Promise<string> =>
      (await fleet.planTrigger(...args)).prompt;
    expect(await plan("both")).toBe("default");
    expect(await plan("both", "nightly")).toBe("nightly prompt");
    expect(await plan("both", "nightly", { promptOverride: "mine" })).toBe("mine");
    expect(await plan("one")).toBe("only prompt");
    await expect(fleet.trigger("two")).rejects.toMatchObject({
      code: "PROMPT_REQUIRED",
      message: expect.stringContaining("a, b"),
    });
    expect(fleet.getJobs()).toEqual([]);
  });

  it("hands work items to the agent", async () => {
    await using test = await createTestFleet({ agents: { a: { default_prompt: "Do these." } } });
    await using fleet = test.manager();
    await fleet.initialize();
    const workItems = [{ type: "github-issue", url: "https://example.test/1" }];
    const { prompt } = await fleet.planTrigger("a", undefined, { workItems });
    expect(prompt).toContain("Do these.");
    expect(prompt).toContain("https://example.test/1");
  });

  it("is refused for what does not exist", async () => {
    await using test = await createTestFleet({ agents: { reviewer: { default_prompt: "x" } } });
    await using fleet = test.manager();
    await fleet.initialize();
    await expect(fleet.trigger("reviwer")).rejects.toMatchObject({
      code: "AGENT_NOT_FOUND",
      agentName: "reviwer",
      message: expect.stringContaining('Did you mean "reviewer"?'),
    });
    await expect(fleet.trigger("reviewer", "nightly")).rejects.toMatchObject({
      code: "SCHEDULE_NOT_FOUND",
    });
    expect(() => fleet.getJob("job-nothing")).toThrow(
      expect.objectContaining({ code: "JOB_NOT_FOUND" }),
    );
    await expect(fleet.cancelJob("latest")).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
  });

  it("is refused when the working directory is missing", async () => {
    await using test = await createTestFleet({
      agents: { lost: { default_prompt: "x", working_directory: "./nowhere" } },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await expect(fleet.trigger("lost")).rejects.toMatchObject({ code: "WORKING_DIRECTORY" });
    expect(existsSync(join(test.dir, "agents/nowhere"))).toBe(false);
  });
});
