import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandResult, runCommand } from "../processes/run-command.ts";
import type { AgentSource } from "./agent-source.ts";
import { checkEntries, checkSizes, limits } from "./check-entries.ts";
import { gitEnvironment } from "./git-environment.ts";
import type { FetchedFiles, SourceEntry } from "./source-entry.ts";
import { sourceError } from "./source-error.ts";

/** How a source is fetched. */
export interface FetchOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Bytes that a file of git's may have, and so all that it fetches at once (default 256 MiB). */
  readonly largestPack?: number;
}

type GitSource = Extract<AgentSource, { type: "git" }>;

/** Milliseconds for the network, and for what is read after it. */
const [fetchTime, readTime] = [120_000, 30_000];
const defaultLargestPack = 268_435_456;
/** Bytes of a block, in which `ulimit` counts. */
const blockSize = 512;
/** Bytes of a list of files; one that is longer has too many. */
const longestList = limits.files * (limits.path + 100);

/**
 * Fetches one commit and reads the files of a folder in it. Nothing is ever checked out: no hook, filter,
 * submodule or link of the repository comes to act, and nothing is written under a name that it chose.
 *
 * @throws `AGENT_SOURCE`
 */
export async function fetchRepository(
  source: GitSource,
  folder: string,
  options: FetchOptions,
): Promise<Required<FetchedFiles>> {
  const scratch = await mkdtemp(join(tmpdir(), "herdctl-agent-"));
  try {
    const git = new Git(scratch, options);
    const commit = await git.fetch(source);
    const entries = await git.list(folder);
    checkEntries(entries);
    const sizes = await git.sizes(entries);
    checkSizes(sizes);
    const contents = await git.read(entries);
    const files = entries.map(({ path, executable }, index) => {
      return { path, executable, content: contents[index] ?? Buffer.alloc(0) };
    });
    return { commit, files };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface GitEntry extends SourceEntry {
  readonly object: string;
}

/** A bare repository in a folder of its own. */
class Git {
  readonly #scratch: string;
  readonly #options: FetchOptions;

  constructor(scratch: string, options: FetchOptions) {
    this.#scratch = scratch;
    this.#options = options;
  }

  /** Resolves with the id of the commit. */
  async fetch({ url, ref = "HEAD" }: GitSource): Promise<string> {
    const { largestPack = defaultLargestPack } = this.#options;
    const blocks = Math.ceil(largestPack / blockSize);
    const result = await this.#run(fetchScript, {
      protocols: "https:http:ssh:file",
      timeout: fetchTime,
      env: { URL: url, REF: ref, BLOCKS: String(blocks) },
    });
    if (result.exitCode === 0) return result.stdout.trim();
    throw sourceError(`${url} could not be fetched: ${whyNot(result, ref)}`);
  }

  async list(folder: string): Promise<readonly GitEntry[]> {
    const { stdout, exitCode } = await this.#run(listScript, {
      env: { FOLDER: folder, LENGTH: String(longestList) },
    });
    if (exitCode !== 0) throw sourceError(`It has no folder "${folder}".`);
    return stdout.split("\0").filter(Boolean).map(toEntry);
  }

  async sizes(entries: readonly GitEntry[]): Promise<ReadonlyMap<string, number>> {
    const { stdout } = await this.#read(sizeScript, entries);
    const lines = stdout.split("\n");
    return new Map(entries.map(({ path }, index) => [path, Number(lines[index])]));
  }

  async read(entries: readonly GitEntry[]): Promise<readonly Buffer[]> {
    await this.#read(readScript, entries);
    return Promise.all(entries.map((_, index) => readFile(join(this.#scratch, String(index)))));
  }

  async #read(script: string, entries: readonly GitEntry[]): Promise<CommandResult> {
    const input = entries.map(({ object }) => `${object}\n`).join("");
    const result = await this.#run(script, { input, env: {} });
    if (result.exitCode === 0) return result;
    throw sourceError(`Its files could not be read: ${whyNot(result, "")}`);
  }

  async #run(script: string, call: GitCall): Promise<CommandResult> {
    const { env, signal } = this.#options;
    const { protocols = "", timeout = readTime, input } = call;
    const result = await runCommand({
      command: script,
      cwd: this.#scratch,
      env: { ...gitEnvironment(env, protocols), ...call.env },
      marker: this.#scratch,
      label: "herdctl:agent:git",
      timeout,
      ...(input !== undefined && { input }),
      ...(signal && { signal }),
    });
    signal?.throwIfAborted();
    return result;
  }
}

interface GitCall {
  /** Default: none, so that nothing more is fetched. */
  readonly protocols?: string;
  readonly timeout?: number;
  readonly input?: string;
  readonly env: Readonly<Record<string, string>>;
}

// A template could bring hooks; a fetch into a repository without them starts nothing.
const fetchScript = `
ulimit -f "$BLOCKS" || exit
git init --quiet --bare --template= repository.git || exit
cd repository.git || exit
git config remote.origin.url "$URL" || exit
git -c core.hooksPath=/dev/null -c gc.auto=0 -c maintenance.auto=false -c transfer.unpackLimit=1 \\
  fetch --quiet --depth 1 --no-tags --no-recurse-submodules origin "+$REF:refs/herdctl/agent" || exit
exec git rev-parse --verify "refs/herdctl/agent^{commit}"
`;

// What is cut off ends git, too: some trees never end.
const listScript = `
cd repository.git || exit
git rev-parse --quiet --verify "refs/herdctl/agent:$FOLDER" > /dev/null || exit
git ls-tree -r -z "refs/herdctl/agent:$FOLDER" | head -c "$LENGTH"
`;

const sizeScript = `exec git -C repository.git cat-file --batch-check='%(objectsize)'`;

const readScript = `
number=0
while read -r object; do
  git -C repository.git cat-file blob "$object" > "$number" || exit
  number=$((number + 1))
done
`;

function toEntry(line: string): GitEntry {
  const [, mode = "", object = "", path = ""] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line) ?? [];
  return { path, object, kind: kinds[mode] ?? "special", executable: mode === "100755" };
}

const kinds: Readonly<Record<string, SourceEntry["kind"]>> = {
  "100644": "file",
  "100664": "file",
  "100755": "file",
  "120000": "link",
  "160000": "repository",
};

function whyNot({ ended, error, exitCode, stderr }: CommandResult, ref: string): string {
  if (ended === "timeout") return "it took too long.";
  if (error !== undefined) return `${error}.`;
  if (exitCode === 127) return "git is not installed, or not on PATH.";
  if (/signal 25|File too large|invalid index-pack output/i.test(stderr)) {
    return "it is too large, even without its history: clone it, and add the folder.";
  }
  if (/couldn't find remote ref/.test(stderr)) {
    return ref === "HEAD" ? "it is empty." : `it has no "${ref}". Commits go by their full id.`;
  }
  const lines = stderr.split("\n").filter((line) => /^(?:fatal|error|remote|ERROR): /.test(line));
  return lines.join(" ") || stderr.trim() || "git says nothing.";
}
