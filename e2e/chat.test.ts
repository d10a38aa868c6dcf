import { inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, processesWith, startHerdctl } from "./herdctl.ts";
import { shareFleet } from "./shared-fleet.ts";

const { fleet, where } = await shareFleet({
  agents: {
    helper: { permission_mode: "bypassPermissions", concurrency: 4 },
    careful: {
      permission_mode: "bypassPermissions",
      approvals: { tools: ["Bash"], hold: "1s", expires: "1h" },
    },
  },
});

const says = (text: string): string => inPrompt(script().text(text));

test("answers each line of its input in one conversation, and tells how to go on", async () => {
  const tooled = inPrompt(
    script().text("Looking.").tool("Bash", { command: "echo 42" }).text("42."),
  );
  const input = [`Hi. ${says("Hello.")}`, "", tooled, "/exit", says("never")].join("\n");
  const { stdout, stderr, exitCode } = await herdctl(["chat", "helper"], { ...where, input });
  expect(stdout).toBe("Hello.\nLooking.\n→ Bash echo 42\n    42\n42.\n");
  expect(exitCode).toBe(0);
  const [, key = ""] = /Go on with: .* chat helper --resume (\S+)/.exec(stderr) ?? [];

  const more = { ...where, input: says("Still here.") };
  const again = await herdctl(["chat", "helper", "--resume", key], more);
  expect(again.stdout).toBe("Still here.\n");
  expect(JSON.stringify(fleet.server.requests.at(-1))).toContain("Hello.");
  const jobs = await herdctl(["jobs", "--json"], where);
  expect(JSON.parse(jobs.stdout).jobs).toMatchObject([
    { status: "completed", trigger: "chat" },
    { status: "completed", trigger: "chat" },
  ]);
});

test("prints every event as a line with --json", async () => {
  const { stdout } = await herdctl(["chat", "helper", "--json"], {
    ...where,
    input: says("Hello."),
  });
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.find((event) => event.type === "text")).toEqual({ type: "text", text: "Hello." });
  expect(events.find((event) => event.type === "ended")).toMatchObject({
    result: { outcome: "completed", text: "Hello.", turns: 1 },
  });
  expect(events.at(-1)).toMatchObject({ type: "closed", sessionId: expect.any(String) });
});

test("fails as its last answer does, and for what it cannot talk with", async () => {
  const input = inPrompt(script().error(400, { times: "always" }));
  const failed = await herdctl(["chat", "helper"], { ...where, input });
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain("failed: ");
  expect((await herdctl(["chat", "helpr"], where)).exitCode).toBe(3);
  const unknown = ["chat", "helper", "--resume", "thread-9"];
  expect((await herdctl(unknown, where)).exitCode).toBe(3);
});

test("tells how to answer what needs a person", async () => {
  const input = inPrompt(script().tool("Bash", { command: "echo pushed" }).text("Done."));
  await using chat = startHerdctl(["chat", "careful"], { ...where, input });
  await chat.shows(/Bash: echo pushed\n.*approvals approve ask-\w+/);
  const [, id = ""] = /approvals approve (ask-\w+)/.exec(chat.stderr) ?? [];
  expect((await herdctl(["approvals", "approve", id], where)).exitCode).toBe(0);
  expect((await chat.done).stdout).toBe("→ Bash echo pushed\n    pushed\nDone.\n");
});

test("talks through the daemon, where one runs; a name goes on where it was", async () => {
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  const chat = ["chat", "helper", "--key", "release"];
  const first = await herdctl(chat, { ...where, input: says("Hello.") });
  expect(first.stdout).toBe("Hello.\n");
  expect(first.exitCode).toBe(0);
  const again = await herdctl(chat, { ...where, input: says("Still here.") });
  expect(again.stdout).toBe("Still here.\n");
  expect(JSON.stringify(fleet.server.requests.at(-1))).toContain("Hello.");
  const audit = await herdctl(["audit", "--operation", "sendMessage", "--json"], where);
  expect(JSON.parse(audit.stdout).entries.slice(0, 2)).toMatchObject([
    { agentName: "helper", actor: { via: "socket" }, outcome: "ok" },
    { agentName: "helper", actor: { via: "socket" }, outcome: "ok" },
  ]);
  daemon.kill("SIGTERM");
  expect((await daemon.done).exitCode).toBe(0);
});

test.each(["in its own process", "through the daemon"])(
  "Ctrl-C ends an answer, and then the conversation: %s",
  async (how) => {
    await using daemon = how === "through the daemon" ? startHerdctl(["start"], where) : undefined;
    await daemon?.shows("control socket");
    const input = [
      inPrompt(script().text("Well …").stall()),
      inPrompt(script().text("So …").stall()),
    ];
    await using chat = startHerdctl(["chat", "helper"], { ...where, input: input.join("\n") });
    await chat.shows("Well …");
    chat.kill("SIGINT");
    await chat.shows("interrupted");
    await chat.shows("So …");
    chat.kill("SIGTERM");
    expect((await chat.done).exitCode).toBe(130);
    const { stdout } = await herdctl(["status", "--json"], where);
    expect(JSON.parse(stdout)).toMatchObject({ jobs: { active: 0 } });
    daemon?.kill("SIGTERM");
    expect((await daemon?.done)?.exitCode ?? 0).toBe(0);
    expect(processesWith(fleet.env["HOME"] ?? "")).toEqual([]);
  },
);

test("ends with its daemon, and tells how to go on", async () => {
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  const input = inPrompt(script().text("Well …").stall());
  await using chat = startHerdctl(["chat", "helper"], { ...where, input });
  await chat.shows("Well …");
  daemon.kill("SIGKILL");
  const { exitCode, stderr } = await chat.done;
  expect(exitCode).toBe(1);
  expect(stderr).toContain("failed: ");
  expect(stderr).toMatch(/Go on with: .* chat helper --resume \S+/);
  expect(stderr).toMatch(/daemon/);
});
