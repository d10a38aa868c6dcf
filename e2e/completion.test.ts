import { execFileSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bin, herdctl } from "./herdctl.ts";

let fleet: TestFleet;
let where: { cwd: string; env: Record<string, string> };
let jobId: string;

beforeAll(async () => {
  const nightly = { type: "cron", cron: "0 3 * * *", prompt: "Review." };
  fleet = await createTestFleet({
    agents: {
      reviewer: { description: "reads: everything", schedules: { nightly } },
      cook: {},
    },
  });
  const folder = join(fleet.dir, "bin");
  await mkdir(folder);
  const program = join(folder, "herdctl");
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  await chmod(program, 0o755);
  const env = { ...fleet.env, PATH: `${folder}:${fleet.env["PATH"]}` };
  where = { cwd: fleet.dir, env };
  const prompt = inPrompt(script().text("Done."));
  const done = await herdctl(["trigger", "cook", "-p", prompt, "--json"], where);
  jobId = JSON.parse(done.stdout).id;
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** What a shell makes of a line after which somebody presses the key. */
type Ask = (line: string) => readonly string[];

const inBash: Ask = (line) => {
  const words = line.split(" ");
  const set = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}) COMP_CWORD=${words.length - 1}`;
  const steps = `source <(herdctl completion bash); ${set}; _herdctl 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return run("bash", ["--norc", "-c", steps]);
};

// Takes the place of the menu, and shows what would be in it.
const inZsh: Ask = (line) => {
  const words = line.split(" ");
  const set = `words=(${words.map((word) => `'${word}'`).join(" ")}) CURRENT=${words.length}`;
  const steps = `compdef() :; _describe() { print -l "\${(@P)2}" }; _files() { print FILES }; source <(herdctl completion zsh); ${set}; _herdctl`;
  return run("zsh", ["-f", "-c", steps]).map((item) => item.split(/(?<!\\):/)[0] ?? "");
};

const inFish: Ask = (line) =>
  run("fish", ["--no-config", "-c", `herdctl completion fish | source; complete -C '${line}'`]).map(
    (item) => item.split("\t")[0] ?? "",
  );

function run(shell: string, args: readonly string[]): readonly string[] {
  const said = execFileSync(shell, args, { ...where, encoding: "utf8" });
  return said.split("\n").filter((item) => item !== "");
}

function isHere(shell: string): boolean {
  try {
    execFileSync(shell, ["--version"]);
    return true;
  } catch {
    return false;
  }
}

test.for([
  ["bash", inBash],
  ["zsh", inZsh],
  ["fish", inFish],
] as const)("%s completes commands, names and ids", ([shell, ask], { skip }) => {
  skip(!isHere(shell), `there is no ${shell} here`);
  expect(ask("herdctl trig")).toEqual(["trigger"]);
  expect(ask("herdctl trigger ").toSorted()).toEqual(["cook", "reviewer"]);
  expect(ask("herdctl trigger reviewer ")).toEqual(["nightly"]);
  expect(ask("herdctl job ").toSorted()).toEqual([jobId, "latest"]);
  expect(ask("herdctl cancel ")).toEqual([]);
  expect(ask("herdctl jobs --status fa")).toEqual(["failed"]);
});

test("what is typed is never run", () => {
  const marker = join(fleet.dir, "ran");
  inBash(`herdctl trigger $(touch\t${marker}) `);
  expect(() => execFileSync("ls", [marker], { stdio: "pipe" })).toThrow("ran");
});

test("files are left to the shell, and a broken configuration only completes less", async () => {
  expect((await herdctl(["__complete", "-c", ""], where)).stdout).toBe(":files\n");
  const missing = await herdctl(["__complete", "-c", "missing.yaml", "trigger", ""], where);
  expect(missing).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});
