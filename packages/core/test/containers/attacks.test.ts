import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inPrompt, script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { release, startInTool, untilInTool, untilReleased } from "../fleet-manager/held-tool.ts";
import { processesOf } from "../fleet-manager/processes.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { containersOf, docker, noEngine } from "./engine.ts";
import { inContainer } from "./in-container.ts";

const secret = "secret-of-the-host";
const refused = /Read-only|denied|not permitted|busy|No such file|not found/gi;

describe.skipIf(noEngine)("an agent that wants out of its container", () => {
  it("finds nothing of the host, no socket of an engine and no device", async () => {
    const commands = [
      `for path in '${process.cwd()}' "$STATE/herdctl.db" "$FLEET/home"; do ls -d "$path"; done`,
      'ls -A "$STATE" "$STATE/jobs"',
      "find / \\( -path /proc -o -path /sys -o -path /tmp \\) -prune -o \\( -type s -o -name '*credentials*' \\) -print",
      "find /dev -type b; mknod /workspace/disk b 8 0; head -c 1 /dev/mem /dev/kmsg",
      `ls '/proc/1/root${process.cwd()}'; head -c 1 /proc/kcore | wc -c; echo b >/proc/sysrq-trigger`,
      'cat /proc/[0-9]*/environ | tr "\\0" "\\n" | grep -c secret-of-the-host',
    ];
    await inContainer(
      commands.map((command) => `${places}; ${command}`),
      { docker: { network: "none" }, env: { OF_THE_HOST: secret } },
      ({ answers, job }) => {
        const [places, state, found, devices, kernel, environments] = answers;
        expect(places?.match(refused)).toHaveLength(3);
        expect(state).toMatch(new RegExp(`:\\njobs\\n\\n.*:\\n${job.id}$`));
        for (const path of lines(found))
          expect(path).toMatch(/\/jobs\/job-\w+\/|^\/run\/herdctl\//);
        expect(lines(devices).filter((line) => line.startsWith("/dev/"))).toEqual([]);
        expect(devices?.match(refused)).toHaveLength(3);
        expect(kernel).toMatch(/No such file[^]*\n0\n[^]*(?:Read-only|denied|No such file)/);
        expect(environments).toMatch(/^0$/m);
      },
    );
  });

  it("gets no privilege from a program of root", async () => {
    const commands = [
      "cp /bin/bash mine; chmod 6755 mine; ./mine -p -c 'grep -E \"^(CapEff|NoNewPrivs)\" /proc/self/status'",
      "find / -xdev -perm -4000 -type f ! -path /workspace/mine",
      "chroot / true; unshare -m true; nsenter -t 1 -m true",
    ];
    await inContainer(commands, { docker: { network: "none" } }, ({ answers }) => {
      const [own, others, spaces] = answers;
      expect(own).toMatch(/CapEff:\t0000000000000000\nNoNewPrivs:\t1/);
      expect(others).not.toContain("/bin/");
      expect(spaces?.match(/not permitted|denied|not found/g)).toHaveLength(3);
    });
  });

  it("forges no verdict, and changes nothing that herdctl has written for it", async () => {
    const commands = [
      'echo "{}" >"$JOB/approvals/verdicts/toolu_1.json"; mv "$JOB/approvals" "$JOB/mine"',
      'find "$JOB" -type f -delete; touch "$JOB/x" "/run/herdctl/$HERDCTL_JOB/x"; ls "$JOB"',
    ];
    await inContainer(
      commands.map((command) => `${places}; ${command}`),
      { docker: { network: "none" }, agent: { approvals: { tools: ["WebFetch"] } } },
      ({ answers }) => {
        const [verdict, folder] = answers;
        expect(verdict?.match(/Read-only|busy/gi)).toHaveLength(2);
        expect(folder).toMatch(/Read-only/);
        expect(folder).toMatch(/^approvals$/m);
      },
    );
  });

  it("has no herdctl read for it what it cannot read itself", async () => {
    const file = { type: "shell", command: "cat" };
    await inContainer(
      ['ln -s "$OUTSIDE" metadata.json; ln -s "$OUTSIDE" out.md; ls -l metadata.json'],
      {
        docker: { network: "none" },
        agent: { expect: [{ file: "kept.md" }] },
        defaults: { hooks: { after_run: [file] } },
        before: async (test: TestFleet) => {
          await mkdir(join(test.dir, "outside"));
          await writeFile(join(test.dir, "outside", "note.json"), JSON.stringify({ secret }));
          await writeFile(join(test.workspace("a"), "kept.md"), "");
          const path = join(test.dir, "agents", "a.yaml");
          const agent = JSON.parse(await readFile(path, "utf8"));
          agent.env = { OUTSIDE: join(test.dir, "outside", "note.json") };
          await writeFile(path, JSON.stringify(agent));
        },
      },
      ({ answers, job }) => {
        expect(answers[0]).toContain("note.json");
        expect(job.result?.hooks).toMatchObject([{ success: true }]);
        expect(JSON.stringify(job.result?.hooks)).not.toContain(secret);
      },
    );
  });

  it("fills what is in memory, and no more", async () => {
    const fill = (path: string): string =>
      `said=$(head -c 400m /dev/zero 2>&1 >${path}); rm -f ${path}; echo "$said"`;
    const commands = [
      fill("/tmp/big"),
      fill("/home/agent/big"),
      fill("/claude/big"),
      fill("/dev/shm/big"),
    ];
    await inContainer(commands, { docker: { network: "none", read_only: true } }, ({ answers }) => {
      for (const answer of answers) expect(answer).toContain("No space left");
    });
  });
});

/** What a malicious agent would have been told. */
const places =
  'JOB=$(dirname "$(dirname "$(grep -o "/[^ ]*/approvals/requests" /proc/self/mounts | head -n 1)")"); STATE=$(dirname "$(dirname "$JOB")"); FLEET=$(dirname "$STATE")';

const lines = (text = ""): readonly string[] => text.split("\n").filter((line) => line !== "");

describe.skipIf(noEngine).each(["sdk", "cli"] as const)("what an agent plants (%s)", (runtime) => {
  it("acts in the container of its next run, not on the host", async () => {
    const command = `test -e '${process.cwd()}' && echo host >>ran || echo container >>ran`;
    const settings = { hooks: { UserPromptSubmit: [{ hooks: [{ type: "command", command }] }] } };
    const servers = { mcpServers: { evil: { command: "sh", args: ["-c", command] } } };
    const plant = [
      "mkdir -p .claude .git/hooks",
      `printf %s ${quoted(settings)} >.claude/settings.json`,
      `printf %s ${quoted(servers)} >.mcp.json`,
    ].join(" && ");
    await using test = await createContainedFleet({
      runtime,
      script: script().tool("Bash", { command: plant }).text("planted"),
      agent: { setting_sources: ["project"] },
      docker: { network: "none" },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    for (const prompt of ["Plant.", `Go. ${inPrompt(script().text("done"))}`]) {
      const { id } = await fleet.trigger("a", undefined, { promptOverride: prompt });
      expect((await fleet.waitForJob(id)).error).toBeUndefined();
    }
    const ran = await readFile(join(test.workspace("a"), "ran"), "utf8");
    expect(ran).toContain("container");
    expect(ran).not.toContain("host");
  });
});

const quoted = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", `'\\''`)}'`;

describe.skipIf(noEngine)("a repository that an agent makes", () => {
  it.each([
    ["is a link", 'ln -s "$OUTSIDE" .git'],
    ["has links for commands", 'mkdir .git && ln -s "$OUTSIDE" .git/hooks'],
    ["has a link for settings", 'mkdir -p .git/hooks && ln -s "$OUTSIDE/note" .git/config'],
  ])("has nothing of the host mounted when it %s", async (_what, plant) => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().tool("Bash", { command: plant }).text("planted"),
      docker: { network: "none" },
      defaults: { env: { OUTSIDE: "/opt" } },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const first = await fleet.trigger("a");
    expect((await fleet.waitForJob(first.id)).error).toBeUndefined();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job.error).toMatchObject({ code: "CONFIGURATION_ERROR" });
    expect(job.error?.message).toMatch(/\.git.* is a link.*remove it/);
  });
});

describe.skipIf(noEngine)("a repository that an agent works in", () => {
  it("has git on the host obey no settings of the agent's", async () => {
    const plant = [
      "mkdir .git/evil && cp -r .git/refs .git/objects .git/evil",
      "printf '[core]\\n\\tfsmonitor = touch owned; false\\n' >.git/evil/config",
      "echo evil >.git/commondir && ls .git",
    ].join(" && ");
    await inContainer(
      [plant],
      {
        docker: { network: "none" },
        defaults: { hooks: { after_run: [{ type: "shell", command: "git status --short" }] } },
        before: (test) => {
          const git = ["-c", "user.name=a", "-c", "user.email=a@b", "-C", test.workspace("a")];
          execFileSync("git", [...git, "init", "--quiet"]);
          execFileSync("git", [...git, "commit", "--quiet", "--allow-empty", "--message=a"]);
        },
      },
      ({ answers, test, job }) => {
        expect(answers[0]).toContain("commondir");
        expect(job.result?.hooks).toMatchObject([{ success: true }]);
        expect(existsSync(join(test.workspace("a"), "owned"))).toBe(false);
      },
    );
  });
});

describe.skipIf(noEngine)("names", () => {
  it("are words of no command, whatever is in them", async () => {
    const odd = `-v , "x" type=bind,src=/,dst=/host ' $(touch evil)`;
    const folder = `workspaces/${odd.replaceAll("/", "∕")}\nb`;
    await inContainer(
      ['pwd; echo here >here; ls -d /host; cat /odd/note; echo "$ODD"'],
      {
        docker: {
          network: "none",
          labels: { "--privileged": odd, [`a,"b"'$(x)`]: "--privileged" },
          env: { ODD: odd },
        },
        defaults: { working_directory: folder },
        before: async (test) => {
          await mkdir(join(test.dir, folder), { recursive: true });
          const data = join(test.dir, 'da,"ta');
          await mkdir(data);
          await writeFile(join(data, "note"), "noted");
          const path = join(test.dir, "herdctl.yaml");
          const fleet = JSON.parse(await readFile(path, "utf8"));
          fleet.defaults.docker.volumes.push('./da,"ta:/odd:ro');
          await writeFile(path, JSON.stringify(fleet));
        },
      },
      async ({ answers, test }) => {
        expect(lines(answers[0])[0]).toBe("/workspace");
        expect(answers[0]).toMatch(/\/host.*No such file/);
        expect(answers[0]).toContain(`noted${odd}`);
        expect(await readFile(join(test.dir, folder, "here"), "utf8")).toBe("here\n");
        expect(existsSync(join(test.dir, "evil"))).toBe(false);
      },
    );
  });
});

describe.skipIf(noEngine)("a job beside one that takes everything", () => {
  it.each([
    ["memory", "head -c 900m /dev/zero | tail | wc -c", { memory: "700m" }],
    ["processes", "f() { f | f & }; f; sleep 2", { pids_limit: 64 }],
  ])("goes on unharmed (%s)", async (_what, command, limits) => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script()
        .tool("Bash", { command: `${untilReleased}; echo fine` })
        .text("unharmed"),
      agent: { concurrency: 2 },
      docker: { network: "none", ...limits },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const beside = await fleet.trigger("a");
    await untilInTool(test);
    const hog = script().tool("Bash", { command }).text("done");
    const { id } = await fleet.trigger("a", undefined, { promptOverride: inPrompt(hog) });
    await fleet.waitForJob(id);
    await release(test);
    const job = await fleet.waitForJob(beside.id);
    expect(job).toMatchObject({ status: "completed", result: { summary: "unharmed" } });
    expect(job.output).not.toContain("· The container");
    expect(fleet.getJob(id).output).toContain("· The container");
    expect([...(await containersOf(id)), ...processesOf(id)]).toEqual([]);
  });
});

describe.skipIf(noEngine)("the engine", () => {
  it("is given nothing that opens the cage", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().tool("Bash", { command: untilReleased }).text("done"),
      docker: { network: "none" },
    });
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    const [name = ""] = await containersOf(id);
    const [container] = JSON.parse(await docker("inspect", name));
    expect(container.HostConfig).toMatchObject({
      Privileged: false,
      CapAdd: null,
      CapDrop: ["ALL"],
      NetworkMode: "none",
      PidMode: "",
      IpcMode: "private",
      UsernsMode: "",
      Devices: [],
      MemorySwap: container.HostConfig.Memory,
      SecurityOpt: ["no-new-privileges"],
    });
    expect(JSON.stringify(container)).not.toContain("stand-in-key");
    await release(test);
    await fleet.waitForJob(id);
  });
});
