import { execFileSync } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { answersOf, herdctl } from "../agent-tools/running.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { noEngine } from "./engine.ts";
import { inContainer } from "./in-container.ts";

describe.skipIf(noEngine)("from inside a container", () => {
  it("nothing of the host is to be seen, and no privilege to be had", async () => {
    const commands = [
      "grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp)' /proc/self/status",
      "ls -A /home/agent; cat /proc/1/environ | tr '\\0' '\\n' | grep -c SECRET_OF_THE_HOST",
      "mount -t tmpfs none /mnt; unshare -Ur true; echo 1 >/proc/sys/vm/overcommit_memory",
      "touch /made /usr/bin/made; mkdir /etc/made",
    ];
    const env = { SECRET_OF_THE_HOST: "x" };
    await inContainer(commands, { env, docker: { read_only: true } }, ({ answers }) => {
      const [status, host, kernel, system] = answers;
      for (const line of ["CapEff:\t0000000000000000", "CapBnd:\t0000000000000000"]) {
        expect(status).toContain(line);
      }
      expect(status).toMatch(/NoNewPrivs:\t1\nSeccomp:\t2/);
      expect(host).toMatch(/^0$/m);
      expect(kernel?.match(/denied|not permitted|not found|Read-only/g)?.length).toBe(3);
      expect(system?.match(/Read-only file system/g)?.length).toBe(3);
    });
  });

  it("no network but the loopback is to be reached with `network: none`", async () => {
    // There is no model to be reached either: what counts is that the tool could not.
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      docker: { network: "none", credentials: "env" },
    });
    await using fleet = test.manager({ env: { ...test.env, CLAUDE_CODE_MAX_RETRIES: "0" } });
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "failed", exitReason: "error" });
    expect(test.server.requests).toEqual([]);
  });

  it("configuration, secrets and state in the workspace are out of reach", async () => {
    const commands = [
      "cat .env agents/b.yaml herdctl.yaml herdctl.lock.json; ls -A .herdctl",
      "rm -f .env; mv agents away; echo x >herdctl.yaml; touch .herdctl/x",
      "cp .env copy; mv .herdctl away",
    ];
    await inContainer(
      commands,
      {
        files: {
          ".env": "TOKEN=secret-in-env\n",
          "agents/b.yaml": JSON.stringify({ name: "b" }),
          "herdctl.lock.json": '{"secret": 1}',
        },
        // The fleet's own home is in its folder, and no workspace may contain that.
        env: { HOME: "/nowhere", CLAUDE_CONFIG_DIR: "/nowhere/.claude" },
        before: async (test: TestFleet) => {
          const file = join(test.dir, "herdctl.yaml");
          const fleet = JSON.parse(await readFile(file, "utf8"));
          fleet.defaults.working_directory = ".";
          fleet.agents.push({ path: "agents/b.yaml" });
          await writeFile(file, JSON.stringify(fleet));
        },
      },
      async ({ answers, test }) => {
        const [seen, changed, copied] = answers;
        expect(seen).not.toMatch(/secret|"b"|defaults|herdctl\.db/);
        expect(changed?.match(/busy|denied|Read-only|not permitted/gi)?.length).toBe(3);
        expect(copied).toMatch(/busy/);
        expect(await readFile(join(test.dir, ".env"), "utf8")).toContain("secret-in-env");
        expect(await readFile(test.configPath, "utf8")).toContain("defaults");
      },
    );
  });

  it("git on the host is given nothing to carry out, and commits can be made", async () => {
    const commands = [
      "echo evil >.git/hooks/pre-commit; git config core.hooksPath /workspace; mv .git .g; rm -rf .git/hooks",
      "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m made && git log --format=%s",
    ];
    const before = (test: TestFleet): void => {
      execFileSync("git", ["init", "-q"], { cwd: test.workspace("a") });
    };
    await inContainer(commands, { before }, async ({ answers, test }) => {
      const [evil, commit] = answers;
      expect(evil?.match(/Read-only|busy/gi)?.length).toBeGreaterThanOrEqual(3);
      expect(commit).toBe("made");
      const config = await readFile(join(test.workspace("a"), ".git", "config"), "utf8");
      expect(config).not.toContain("hooksPath");
    });
  });

  it("a workspace can be for reading only, and volumes are what they say", async () => {
    const commands = [
      "touch made",
      "cat /data/note; touch /data/made",
      "cat /own/x; touch /own/made",
    ];
    await inContainer(
      commands,
      {
        docker: { workspace_mode: "ro" },
        before: async (test) => {
          for (const name of ["data", "own"]) await mkdir(join(test.dir, name));
          await writeFile(join(test.dir, "data", "note"), "noted\n");
          const file = join(test.dir, "herdctl.yaml");
          const fleet = JSON.parse(await readFile(file, "utf8"));
          fleet.defaults.docker.volumes.push("./data:/data:ro", "./own:/own");
          await writeFile(file, JSON.stringify(fleet));
        },
      },
      ({ answers }) => {
        const [workspace, data, own] = answers;
        expect(workspace).toMatch(/Read-only/);
        expect(data).toMatch(/^noted\n.*Read-only/);
        expect(own).not.toMatch(/Read-only/);
      },
    );
  });
});

describe.skipIf(noEngine)("herdctl's tools", () => {
  it("hand over nothing that the agent could not read itself", async () => {
    await using test = await createContainedFleet({
      runtime: "cli",
      script: script()
        .tool(herdctl("send_file"), { path: ".env" })
        .tool("Bash", { command: "ln -s .env link; echo hers >own" })
        .tool(herdctl("send_file"), { path: "/workspace/link" })
        .tool(herdctl("send_file"), { path: "/workspace/own" })
        .tool("Bash", { command: `ls '${tmpdir()}'/herdctl-fleet-*/.herdctl/jobs/*/files` })
        .text("done"),
      files: { "workspaces/a/.env": "TOKEN=secret\n" },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    const [direct, , linked, own, seen] = await answersOf(fleet, id);
    expect(direct).toContain("not in your working directory");
    expect(linked).toContain("not in your working directory");
    expect(own).toContain("Sent as own");
    expect(seen).not.toContain("own");
    expect(job.files?.map(({ name }) => name)).toEqual(["own"]);
  });
});

describe.skipIf(noEngine)("a volume that would open the container", () => {
  it.each([
    ["a link to /", "/"],
    ["a link to the state directory", ".herdctl"],
    ["a link to the home folder", "home"],
  ])("is refused, also through %s", async (_what, place) => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      docker: { volumes: ["./link:/host"] },
    });
    await symlink(place === "/" ? place : join(test.dir, place), join(test.dir, "link"));
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ exitReason: "error", error: { code: "CONFIGURATION_ERROR" } });
    expect(job.error?.message).toMatch(/link may not be mounted/);
  });

  it("is refused as a plugin, too", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      defaults: { plugins: ["link"] },
    });
    await symlink(join(test.dir, "home"), join(test.dir, "link"));
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job.error?.message).toMatch(/plugin .*link may not be mounted/);
  });
});
