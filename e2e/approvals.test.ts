import { inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, startHerdctl } from "./herdctl.ts";
import { shareFleet } from "./shared-fleet.ts";

const prompt = inPrompt(
  script()
    .tool("Bash", { command: "echo pushed" })
    .tool("mcp__herdctl__ask_human", { question: "Which?", options: ["one", "two"] })
    .text("Done."),
);

const { where } = await shareFleet({
  agents: { a: { approvals: { tools: ["Bash(echo pushed)"], hold: "200ms" } } },
});

async function pending(): Promise<string> {
  const list = async (): Promise<readonly { id: string }[]> =>
    JSON.parse((await herdctl(["approvals", "--json"], where)).stdout).approvals;
  await expect.poll(async () => (await list()).length).toBe(1);
  const [first] = await list();
  return first?.id ?? "";
}

test("what a job in the foreground waits for is answered from elsewhere, without a daemon", async () => {
  const none = await herdctl(["approvals"], where);
  expect(none).toMatchObject({ exitCode: 0, stdout: "" });
  await using job = startHerdctl(["trigger", "a", "-p", prompt], where);
  const push = await pending();
  const listed = await herdctl(["approvals"], where);
  expect(listed.stdout).toContain("Bash: echo pushed");
  expect(listed.stdout).toContain(`approvals approve ${push}  # let it happen`);
  const approved = await herdctl(["approvals", "approve", push.slice(0, -1), "-m", "Fine."], where);
  expect(approved).toMatchObject({ exitCode: 0, stdout: `${push} is allowed.\n` });
  expect(approved.stderr).toContain("No daemon runs");
  const again = await herdctl(["approvals", "deny", push], where);
  expect(again).toMatchObject({ exitCode: 4 });
  const question = await pending();
  const wrong = await herdctl(["approvals", "approve", question], where);
  expect(wrong).toMatchObject({ exitCode: 2 });
  await herdctl(["approvals", "answer", question, "two"], where);
  expect(await job.done).toMatchObject({ exitCode: 0 });
  const all = await herdctl(["approvals", "--all", "--agent", "a"], where);
  expect(all.stdout).toMatch(/allowed by \S+ +Bash echo pushed/);
  expect(all.stdout).toMatch(/answered by \S+ +Which\?/);
  expect(await herdctl(["approvals", "deny", "ask-none"], where)).toMatchObject({ exitCode: 3 });
});

test("a daemon tells what its jobs wait for, and how to answer", async () => {
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  const { stdout } = await herdctl(["trigger", "a", "-p", prompt, "--detach"], where);
  const [jobId = ""] = /job-\w+/.exec(stdout) ?? [];
  const push = await pending();
  await daemon.shows(`may it (${push}): Bash echo pushed`);
  await daemon.shows("an approval");
  expect((await herdctl(["status"], where)).stdout).toContain(`approvals approve ${push}`);
  expect((await herdctl(["job", jobId], where)).stdout).toContain(`approvals deny ${push}`);
  const denied = await herdctl(["approvals", "deny", push, "--json"], where);
  expect(JSON.parse(denied.stdout)).toMatchObject({ id: push, status: "denied" });
  await daemon.shows(`${push} denied by`);
  const question = await pending();
  await daemon.shows(`asks (${question}): Which?`);
  await herdctl(["approvals", "answer", question, "one"], where);
  await daemon.shows("completed");
});
