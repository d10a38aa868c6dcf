import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fetchAgent } from "../../src/installing/fetch-agent.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { createFleetFolder } from "./fleet-folder.ts";
import { createRepository, gitEnv, type Repository, writeFiles } from "./repository.ts";

const agent = { "agent.yaml": "name: reviewer\n" };

/** Commits a tree that git itself would not make. */
async function commitTree(
  repository: Repository,
  entries: readonly (readonly [mode: string, name: string, object: string])[],
): Promise<void> {
  const raw = Buffer.concat(
    entries.map(([mode, name, object]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(object, "hex")]),
    ),
  );
  const options = { cwd: repository.dir, env: gitEnv };
  const tree = execFileSync("git", ["hash-object", "-t", "tree", "--literally", "-w", "--stdin"], {
    ...options,
    input: raw,
  });
  const commit = await repository.git("commit-tree", "-m", "Bad", tree.toString().trim());
  await repository.git("update-ref", "refs/heads/main", commit);
}

async function treeOf(repository: Repository, entry: string): Promise<void> {
  const blob = await repository.git("rev-parse", "HEAD:agent.yaml");
  const inner = await repository.git("rev-parse", "HEAD^{tree}");
  await commitTree(repository, [
    ["40000", entry, inner],
    ["100644", "agent.yaml", blob],
  ]);
}

interface Hostile {
  readonly title: string;
  readonly make: (repository: Repository, canary: string) => Promise<unknown>;
  readonly says: string | RegExp;
  readonly code?: string;
}

/** A source whose agent file cannot be loaded. */
function invalid(title: string, { file, says }: { file: string; says: string }): Hostile {
  const make = (repository: Repository) => repository.commit({ "agent.yaml": file });
  return { title, make, says, code: "CONFIGURATION_ERROR" };
}

const hostile: readonly Hostile[] = [
  {
    title: "a link out of the folder",
    make: async (repository) => {
      await symlink("/etc/passwd", join(repository.dir, "prompt.md"));
      await repository.commit({});
    },
    says: '"prompt.md" is a symbolic link',
  },
  {
    title: "an agent file that is a link",
    make: async (repository) => {
      await repository.git("rm", "--quiet", "agent.yaml");
      await symlink("/etc/hosts", join(repository.dir, "agent.yaml"));
      await repository.commit({});
    },
    says: "symbolic link",
  },
  {
    title: "a folder that is a link",
    make: async (repository) => {
      await symlink("..", join(repository.dir, "prompts"));
      await repository.commit({});
    },
    says: "symbolic link",
  },
  {
    title: "a submodule whose address is a command",
    make: async (repository, canary) => {
      const commit = await repository.git("rev-parse", "HEAD");
      await repository.commit({
        ".gitmodules": `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch ${canary}"\n`,
      });
      await repository.git("update-index", "--add", "--cacheinfo", `160000,${commit},x`);
      await repository.git("commit", "--quiet", "--message", "Submodule");
    },
    says: '"x" is another repository',
  },
  {
    title: "a folder named ..",
    make: async (repository) => treeOf(repository, ".."),
    says: '"../agent.yaml" leads out of its folder',
  },
  {
    title: "a repository in the repository",
    make: async (repository) => treeOf(repository, ".Git "),
    says: "belongs to git",
  },
  {
    title: "a name with a path in it",
    make: async (repository) => treeOf(repository, "a/../../b"),
    says: "leads out of its folder",
  },
  {
    title: "a name that steers the terminal",
    make: async (repository) => repository.commit({ "\u001B[2Jx": "" }),
    says: '"\\u001b[2Jx" has characters that no name may have',
  },
  {
    title: "names that are one where case does not matter",
    make: async (repository) => repository.commit({ "Agent.yaml": "name: other\n" }),
    says: '"agent.yaml" and "Agent.yaml" cannot both be written',
  },
  {
    title: "a huge file",
    make: async (repository) => {
      await writeFile(join(repository.dir, "model.bin"), "");
      await truncate(join(repository.dir, "model.bin"), 1_048_577);
      await repository.commit({});
    },
    says: '"model.bin" is larger than 1 MiB',
  },
  {
    title: "many large files",
    make: async (repository) => {
      const text = "x".repeat(1_000_000);
      const files = Array.from({ length: 11 }, (_, index): [string, string] => [`${index}`, text]);
      await repository.commit(Object.fromEntries(files));
    },
    says: "larger than 10 MiB together",
  },
  {
    title: "too many files",
    make: async (repository) => {
      const files = Array.from({ length: 201 }, (_, index): [string, string] => [`f${index}`, ""]);
      await repository.commit(Object.fromEntries(files));
    },
    says: "more than 200 files",
  },
  {
    title: "a tree that never ends",
    make: async (repository) => {
      let tree = await repository.git("rev-parse", "HEAD^{tree}");
      for (let depth = 0; depth < 8; depth++) {
        const names = "abcdefghij"
          .split("")
          .map((name): [string, string, string] => ["40000", name, tree]);
        await commitTree(repository, names);
        tree = await repository.git("rev-parse", "HEAD^{tree}");
      }
    },
    says: "more than 200 files",
  },
  {
    title: "settings and filters that are commands",
    make: async (repository, canary) => {
      await repository.commit({ ".gitattributes": "* filter=evil\n", "agent.yaml": "name: 12\n" });
      const settings = ["filter.evil.smudge", "core.fsmonitor", "uploadpack.packObjectsHook"];
      for (const name of settings) await repository.git("config", name, `touch ${canary}`);
    },
    says: /agents\/unnamed\/agent\.yaml:1:\d+ name/,
    code: "CONFIGURATION_ERROR",
  },
  {
    title: "hooks of its own",
    make: async (repository, canary) => {
      for (const name of [
        "post-checkout",
        "post-merge",
        "reference-transaction",
        "post-index-change",
      ]) {
        const hook = join(repository.dir, ".git/hooks", name);
        await writeFiles(repository.dir, {
          [`.git/hooks/${name}`]: `#!/bin/sh\ntouch ${canary}\n`,
        });
        await chmod(hook, 0o755);
      }
      await writeFile(join(repository.dir, "agent.yaml"), "name: [\n");
      await repository.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-am", "Bad");
    },
    says: /agents\/unnamed\/agent\.yaml:2:1/,
    code: "CONFIGURATION_ERROR",
  },
  invalid("a fleet file", {
    file: "version: 1\nagents: [/etc/x.yaml]\n",
    says: "agents/unnamed/agent.yaml",
  }),
  invalid("a prompt file that is not its own", {
    file: "name: reviewer\nschedules: { n: { type: interval, interval: 1h, prompt_file: missing.md } }\n",
    says: "missing.md does not exist",
  }),
  invalid("a variable that is not set", {
    file: "name: reviewer\ndescription: ${NOT_SET_HERE}\n",
    says: "the environment variable NOT_SET_HERE is not set",
  }),
  {
    title: "nothing at all",
    make: async (repository) => {
      await repository.git("rm", "--quiet", "-r", ".");
      await repository.commit({ "README.md": "Soon." });
    },
    says: "It has no YAML files",
  },
];

test.each(hostile.map((item) => [item.title, item] as const))(
  "refuses a source with %s; nothing of it acts, and nothing is written",
  async (_, { make, says, code = "AGENT_SOURCE" }) => {
    const repository = await createRepository(agent);
    const canary = join(await temporaryFolder(), "canary");
    await make(repository, canary);
    const fleet = await createFleetFolder();
    const before = await fleet.snapshot();
    await expect(fetchAgent({ ...fleet.place, source: repository.url })).rejects.toMatchObject({
      code,
      message:
        typeof says === "string" ? expect.stringContaining(says) : expect.stringMatching(says),
    });
    expect(await fleet.snapshot()).toEqual(before);
    expect(existsSync(canary)).toBe(false);
  },
);

test("what git keeps on disk for an agent is as it is in the repository, whatever its attributes", async () => {
  const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
  const repository = await createRepository({
    ...agent,
    ".gitattributes": "*.md filter=lfs text eol=crlf ident export-subst\n",
    "prompt.md": `${pointer}$Id$ $Format:%H$\n`,
  });
  const fleet = await createFleetFolder();
  const { files } = await fetchAgent({ ...fleet.place, source: repository.url });
  const prompt = files.find(({ path }) => path === "prompt.md");
  expect(prompt?.content.toString()).toBe(`${pointer}$Id$ $Format:%H$\n`);
});

test.each<[title: string, make: (folder: string) => Promise<unknown>, says: string]>([
  ["a link", (folder) => symlink("/etc/passwd", join(folder, "x")), '"x" is a symbolic link'],
  [
    "a pipe",
    async (folder) => execFileSync("mkfifo", [join(folder, "x")]),
    '"x" is neither a file nor a folder',
  ],
  [
    "too many files",
    (folder) =>
      Promise.all(
        Array.from({ length: 201 }, (_, index) => writeFile(join(folder, `${index}`), "")),
      ),
    "more than 200 files",
  ],
  [
    "a file in the place of a folder",
    async (folder) => {
      await mkdir(join(folder, "sub"));
      await writeFile(join(folder, "sub/model.bin"), "x".repeat(1_048_577));
    },
    '"sub/model.bin" is larger than 1 MiB',
  ],
])("refuses a folder with %s", async (_, make, says) => {
  const folder = await temporaryFolder();
  await writeFiles(folder, agent);
  await make(folder);
  const fleet = await createFleetFolder();
  const before = await fleet.snapshot();
  await expect(fetchAgent({ ...fleet.place, source: folder })).rejects.toMatchObject({
    code: "AGENT_SOURCE",
    message: expect.stringContaining(says),
  });
  expect(await fleet.snapshot()).toEqual(before);
});
