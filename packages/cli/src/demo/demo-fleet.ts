import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { FleetManagerError, messageOf } from "@herdctl/core";
import { agentEnvironment, type Script, script } from "@herdctl/testing";

/** Folders of a demo. */
export interface DemoFleet {
  readonly dir: string;
  readonly configPath: string;
  readonly stateDir: string;
  /** Home of its Claude Code, so that yours stays untouched. */
  readonly home: string;
  /** The repository that the agents work on. */
  readonly repository: string;
}

const marker = "<!-- newest first -->";

/** What the stand-in has each agent say and do. Claude Code runs the tools for real. */
export function demoScripts(repository: string): Readonly<Record<string, Script>> {
  const notes = join(repository, "NOTES.md");
  const commit = 'git commit --quiet --all --message "Note another build"';
  return {
    builder: script()
      .text("I'll add a line to the notes.")
      .tool("Read", { file_path: notes }, { usage: { input: 1_200, output: 60 } })
      .tool(
        "Edit",
        { file_path: notes, old_string: marker, new_string: `${marker}\n- The builder was here.` },
        { usage: { input: 1_500, output: 90 } },
      )
      .tool("Bash", { command: commit, description: "Commit the note" })
      .text("The note is written and committed.", { usage: { input: 1_800, output: 30 } }).steps,
    reviewer: script()
      .thinking("First the commit, then the file as a whole.")
      .tool("Bash", { command: "git show --stat HEAD", description: "Show the commit" })
      .tool("Read", { file_path: notes }, { usage: { input: 2_400, output: 80 } })
      .text("One line added where it belongs, nothing else touched. Approved.", {
        usage: { input: 2_900, output: 60 },
      }).steps,
    flaky: script().repeat(
      script().tool("Bash", {
        command: "git show HEAD:no-such-file.txt",
        description: "Look for a file that does not exist",
      }),
    ).steps,
  };
}

/** Writes the fleet and its repository into a temporary folder. */
export async function createDemoFleet(): Promise<DemoFleet> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "herdctl-demo-")));
  const fleet: DemoFleet = {
    dir,
    configPath: join(dir, "herdctl.yaml"),
    stateDir: join(dir, ".herdctl"),
    home: join(dir, "home"),
    repository: join(dir, "repository"),
  };
  await mkdir(fleet.home);
  for (const [path, content] of Object.entries(demoFiles)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  await createRepository(fleet);
  return fleet;
}

/** Number of commits in the repository. */
export async function countCommits(fleet: DemoFleet): Promise<number> {
  return Number(await git(fleet, ["rev-list", "--count", "HEAD"]));
}

async function createRepository(fleet: DemoFleet): Promise<void> {
  await git(fleet, ["init", "--quiet", "--initial-branch", "main"]);
  await git(fleet, ["config", "user.name", "herdctl demo"]);
  await git(fleet, ["config", "user.email", "demo@example.invalid"]);
  await git(fleet, ["add", "NOTES.md"]);
  await git(fleet, ["commit", "--quiet", "--message", "Begin"]);
}

async function git({ repository, home }: DemoFleet, args: readonly string[]): Promise<string> {
  // Whatever git is set up to do elsewhere, such as signing, does not concern the demo.
  const env = { PATH: process.env["PATH"], HOME: home, GIT_CONFIG_NOSYSTEM: "1" };
  try {
    const { stdout } = await promisify(execFile)("git", [...args], { cwd: repository, env });
    return stdout.trim();
  } catch (error) {
    throw new FleetManagerError(`The demo needs git: ${messageOf(error)}`, { cause: error });
  }
}

const header = (agent: string): string => JSON.stringify(agentEnvironment(agent));

const demoFiles: Readonly<Record<string, string>> = {
  "repository/NOTES.md": `# Notes\n\n${marker}\n`,
  "herdctl.yaml": `version: 1
fleet: { name: demo }
defaults:
  working_directory: repository
  timeout: 30s
agents:
  - path: agents/builder.yaml
  - path: agents/reviewer.yaml
  - path: agents/flaky.yaml
`,
  "agents/builder.yaml": `name: builder
description: Adds a line to the notes and commits it, every two seconds.
env: ${header("builder")}
allowed_tools: [Read, Edit, "Bash(git commit:*)"]
schedules:
  build:
    type: interval
    interval: 2s
    prompt: Add a line to NOTES.md and commit it.
`,
  "agents/reviewer.yaml": `name: reviewer
description: Reviews the newest commit.
env: ${header("reviewer")}
allowed_tools: [Read, "Bash(git show:*)"]
default_prompt: Review the newest commit.
`,
  "agents/flaky.yaml": `name: flaky
description: Never finds what it looks for, and runs out of turns on purpose.
env: ${header("flaky")}
allowed_tools: ["Bash(git show:*)"]
max_turns: 2
default_prompt: Find the missing file.
`,
};
