import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readWanted, type WantedValue } from "../src/completion/wanted-value.ts";
import { createProgram } from "../src/program.ts";
import { plainOutput } from "./plain-output.ts";

const context = {
  cwd: "/",
  env: {},
  output: plainOutput(),
  program: "herdctl",
  stdin: Readable.from([]),
  exitCode: 0,
};

async function wantedOf(line: string): Promise<ReturnType<typeof readWanted>> {
  const words = line.split(" ");
  return readWanted(await createProgram(words, context), words);
}

function choices(values: readonly WantedValue[]): readonly string[] {
  return values.flatMap((item) =>
    item.kind === "choice" ? item.choices.map(({ value }) => value) : [],
  );
}

test.each([
  ["trigger ", ["agent"]],
  ["trigger rev", ["agent"]],
  ["trigger reviewer ", ["schedule"]],
  ["trigger -p Hello reviewer ", ["schedule"]],
  ["trigger --priority=5 reviewer ", ["schedule"]],
  ["trigger reviewer --resume ", ["session"]],
  ["trigger reviewer --prompt-file ", ["file"]],
  ["trigger reviewer -p ", ["nothing"]],
  ["-c my.yaml trigger ", ["agent"]],
  ["-c ", ["file"]],
  ["job ", ["job"]],
  ["cancel ", ["live job"]],
  ["logs -f ", ["job", "agent"]],
  ["resume ", ["agent", "job"]],
  ["jobs --agent ", ["agent"]],
  ["agents ", ["agent"]],
  ["agent remove ", ["installed agent"]],
  ["agent info ", ["installed agent"]],
  ["agent list ", []],
  ["logs --agent ", ["agent"]],
  ["logs --job ", ["job"]],
  ["jobs --trigger ", ["choice"]],
  ["logs --level ", ["choice"]],
  ["trigger reviewer --work-item ", ["nothing"]],
  ["jobs --agent = ", ["agent"]],
  ["jobs --agent =", ["agent"]],
  ["schedule disable reviewer ", ["schedule"]],
  ["approvals approve ", ["approval"]],
  ["sessions show ", ["session"]],
  ["trigger reviewer nightly ", []],
])("behind %j it may be %j", async (line, kinds) => {
  const { values } = await wantedOf(line);
  expect(values.map(({ kind }) => kind)).toEqual(kinds);
});

test("offers commands with what they do, and those of a command", async () => {
  const commands = await wantedOf("tr");
  expect(commands.typed).toBe("tr");
  expect(choices(commands.values)).toContain("trigger");
  expect(choices((await wantedOf("schedule ")).values)).toEqual([
    "list",
    "next",
    "history",
    "enable",
    "disable",
  ]);
});

test("offers the options that are not there yet, those of every command included", async () => {
  const { values } = await wantedOf("jobs --agent a --");
  expect(choices(values)).toEqual(
    expect.arrayContaining(["--status", "--config", "--json", "--help"]),
  );
  expect(choices(values)).not.toContain("--agent");
});

test("completes the value of an option in the same word", async () => {
  const { values, prefix, typed } = await wantedOf("jobs --status=fa");
  expect(choices(values)).toContain("failed");
  expect({ prefix, typed }).toEqual({ prefix: "--status=", typed: "fa" });
});

test("knows which fleet is meant", async () => {
  const { given } = await wantedOf("--config=a.yaml trigger -s state ");
  expect(Object.fromEntries(given)).toEqual({ config: "a.yaml", state: "state" });
});

test("behind -- nothing is an option", async () => {
  expect((await wantedOf("trigger -- -p ")).values).toEqual([
    { kind: "schedule", agentName: "-p" },
  ]);
});
