import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv, promisify } from "node:util";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { expect, test } from "vitest";
import { bin as launcher, eventually, herdctl, processesWith, startHerdctl } from "./herdctl.ts";

// Keeps the calls, and runs the lines of the unit as systemd would: with nothing but what they say.
const systemctl = (bin: string, home: string): string => `#!/bin/bash
echo "$*" >> ${bin}/calls
unit=${home}/.config/systemd/user/$(printf '%s\\n' "$@" | grep service)
line() { sed -n "s/^$1=//p" "$unit"; }
run() { cd "$(line WorkingDirectory)" && eval "exec env -i HOME=${home} $(line Environment) $(line "$1")"; }
end() { [ -e ${bin}/pid ] && kill -0 "$(cat ${bin}/pid)" 2>&- && (run ExecStop); rm -f ${bin}/pid; }
case "$2" in
  show) [ -e ${bin}/pid ] && printf 'ActiveState=active\\nUnitFileState=enabled\\nMainPID=%s\\n' "$(cat ${bin}/pid)";;
  restart) end; run ExecStart > ${bin}/console 2>&1 < /dev/null & echo $! > ${bin}/pid;;
  disable) end;;
esac
exit 0
`;

async function withSystemd(
  fleet: TestFleet,
): Promise<{ cwd: string; env: Record<string, string>; bin: string; home: string }> {
  const bin = join(fleet.dir, "bin");
  const home = join(fleet.dir, "home");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "systemctl"), systemctl(bin, home));
  await writeFile(join(bin, "loginctl"), "#!/bin/sh\necho Linger=no\n");
  for (const tool of ["systemctl", "loginctl"]) await chmod(join(bin, tool), 0o755);
  const PATH = `${bin}:${fleet.env["PATH"]}`;
  const env = {
    ...fleet.env,
    HOME: home,
    PATH,
    USER: "me",
    GREETING: "Good day",
    FLEET: fleet.dir,
  };
  return { cwd: fleet.dir, env, bin, home };
}

const prompt = inPrompt(script().tool("Bash", { command: 'echo "$GREETING"' }).text("Done."));

const untilAsked = inPrompt(
  script()
    .tool("Bash", { command: 'touch "$FLEET/begun"; until [ -e "$FLEET/go" ]; do sleep 0.1; done' })
    .text("It lasted."),
);

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

test("what Node.js was told to load, its service loads, too, wherever that starts", async () => {
  await using fleet = await createTestFleet({ agents: { a: {} } });
  await writeFile(join(fleet.dir, "tracing.mjs"), "");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "./tracing.mjs", launcher, "service", "install", "--print"],
    { cwd: fleet.dir, env: fleet.env },
  );
  expect(stdout).toContain(
    `"${process.execPath}" "--import=${fleet.dir}/tracing.mjs" "--env-file=`,
  );
});

test("a service runs the fleet with nothing but what its files say, and is renewed and removed", async () => {
  await using fleet = await createTestFleet({
    agents: {
      a: { permission_mode: "bypassPermissions" },
      lasting: { permission_mode: "bypassPermissions", runtime: "cli" },
    },
  });
  const { cwd, env, bin, home } = await withSystemd(fleet);
  const where = { cwd, env };
  const gone = await herdctl(["service", "status", "--name", "f", "--json"], where);
  expect(JSON.parse(gone.stdout)).toMatchObject({ installed: false, active: false });

  const named = Object.keys(fleet.env).filter((name) => !["HOME", "PATH"].includes(name));
  const install = ["service", "install", "--name", "f", "--env", "GREETING", "FLEET", ...named];
  const installed = await herdctl([...install, "--", "--watch"], where);
  expect(installed).toMatchObject({ exitCode: 0 });
  expect(installed.stdout).toContain("Installed and started herdctl-f.");
  expect(installed.stderr).toContain("loginctl enable-linger");
  const secrets = join(fleet.dir, ".herdctl", "service.env");
  expect((await stat(secrets)).mode & 0o777).toBe(0o600);
  expect(parseEnv(await readFile(secrets, "utf8"))).toMatchObject({ GREETING: "Good day" });
  const job = await herdctl(["trigger", "a", "-p", prompt], where);
  expect(job.stdout).toContain("    Good day\n");

  const before = await readFile(join(bin, "pid"), "utf8");
  const status = await herdctl(["service", "status", "--name", "f"], where);
  expect(status.stdout).toContain(`runs as process ${before.trim()}, starts by itself`);
  expect(status.stdout).toContain("its daemon answers");
  const lasting = await herdctl(["trigger", "lasting", "-p", untilAsked, "--detach"], where);
  const id = lasting.stdout.trim();
  await eventually(async () => ((await isThere(join(cwd, "begun"))) ? true : undefined));
  expect((await herdctl(install, where)).exitCode).toBe(0);
  expect(await readFile(join(bin, "pid"), "utf8")).not.toBe(before);
  await writeFile(join(cwd, "go"), "");
  await using follower = startHerdctl(["logs", id, "-f"], where);
  expect((await follower.done).stdout).toContain("It lasted.");
  const { attempt, status: end } = JSON.parse((await herdctl(["job", id, "--json"], where)).stdout);
  expect({ attempt, end }).toEqual({ attempt: 1, end: "completed" });

  const removed = await herdctl(["service", "uninstall", "--name", "f"], where);
  expect(removed).toMatchObject({ exitCode: 0, stdout: "Uninstalled herdctl-f.\n" });
  await expect(stat(secrets)).rejects.toThrow("ENOENT");
  const calls = (await readFile(join(bin, "calls"), "utf8")).split("\n");
  const changes = calls.filter((call) => call !== "" && !call.includes(" show "));
  const once = [
    "--user daemon-reload",
    "--user enable herdctl-f.service",
    "--user restart herdctl-f.service",
  ];
  expect(changes).toEqual([
    ...once,
    ...once,
    "--user disable --now herdctl-f.service",
    "--user daemon-reload",
  ]);
  await eventually(() => (processesWith(`HOME=${home}`).length === 0 ? true : undefined));
  const again = await herdctl(["service", "uninstall", "--name", "f"], where);
  expect(again).toMatchObject({
    exitCode: 0,
    stdout: "",
    stderr: "There is no service herdctl-f.\n",
  });
});

test("a service takes neither another fleet's file nor its daemon's place", async () => {
  await using fleet = await createTestFleet({ agents: { a: {} } });
  const { cwd, env, home } = await withSystemd(fleet);
  const where = { cwd, env };
  const printed = await herdctl(["service", "install", "--name", "f", "--print", "--json"], where);
  const { file, text } = JSON.parse(printed.stdout);
  expect(file).toBe(join(home, ".config/systemd/user/herdctl-f.service"));
  expect(text).toContain("ExecStart=");
  await expect(stat(file)).rejects.toThrow("ENOENT");
  expect((await herdctl(["start", "--detach"], where)).exitCode).toBe(0);
  const busy = await herdctl(["service", "install", "--name", "f"], where);
  expect(busy).toMatchObject({ exitCode: 4, stdout: "" });
  expect(busy.stderr).toContain("The fleet runs already, and not as this service");
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, text.replaceAll(fleet.dir, "/elsewhere"));
  const taken = await herdctl(["service", "install", "--name", "f"], where);
  expect(taken.exitCode).toBe(4);
  expect(taken.stderr).toContain("is the service of another fleet");
  const bare = { cwd, env: { ...env, PATH: "/nowhere" } };
  const other = await herdctl(["service", "install", "--name", "g", "--json"], bare);
  expect(other.exitCode).toBe(1);
  expect(JSON.parse(other.stdout).error.code).toBe("SERVICE_MANAGER");
});

test.each([
  ["--bogus", "knows no '--bogus'"],
  ["surplus", "knows no 'surplus'"],
  ["--port abc", "'abc' is invalid"],
  ["--detach", "leave out --detach"],
])("a service that could not start with %s is not made", async (startOptions, words) => {
  await using fleet = await createTestFleet({ agents: { a: {} } });
  const { cwd, env } = await withSystemd(fleet);
  const install = ["service", "install", "--print", "--", ...startOptions.split(" ")];
  const refused = await herdctl(install, { cwd, env });
  expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
  expect(refused.stderr).toContain(words);
});

test("a shell without a session of systemd is told what to do", async () => {
  await using fleet = await createTestFleet({ agents: { a: {} } });
  const { cwd, env, bin } = await withSystemd(fleet);
  const said = "Failed to connect to bus: No medium found";
  await writeFile(join(bin, "systemctl"), `#!/bin/sh\necho '${said}' >&2\nexit 1\n`);
  const refused = await herdctl(["service", "install"], { cwd, env });
  expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
  expect(refused.stderr).toMatch(/no login session.*herdctl start --detach.*No medium found/);
});
