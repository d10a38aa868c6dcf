import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { launchd } from "../src/service/launchd.ts";
import { serviceKind } from "../src/service/service-kind.ts";

const dir = await mkdtemp(join(tmpdir(), "herdctl-launchd-"));
const env = { HOME: dir, PATH: `${dir}:${process.env["PATH"]}` };
const file = launchd.fileOf("herdctl-f", env);
const service = { name: "herdctl-f", file, env };
const target = `gui/${process.getuid?.()}/dev.herdctl.herdctl-f`;

// Keeps the calls, and whether the service is loaded.
const fake = `#!/bin/sh
echo "$*" >> ${dir}/calls
case "$1" in
  bootstrap) touch ${dir}/loaded;;
  bootout) rm ${dir}/loaded;;
  print) [ -e ${dir}/loaded ] || exit 113; printf '{\\n\\tstate = running\\n\\tpid = 4711\\n}\\n';;
esac
`;

test("an agent is bootstrapped, renewed and booted out", async () => {
  await writeFile(join(dir, "launchctl"), fake);
  await chmod(join(dir, "launchctl"), 0o755);
  await mkdir(join(dir, "Library", "LaunchAgents"), { recursive: true });
  await writeFile(file, "<plist/>");
  expect(file).toBe(join(dir, "Library/LaunchAgents/dev.herdctl.herdctl-f.plist"));
  expect(await launchd.state(service)).toEqual({ enabled: false, active: false });
  await launchd.activate(service);
  expect(await launchd.state(service)).toEqual({ enabled: true, active: true, pid: 4711 });
  await launchd.activate(service);
  await launchd.deactivate(service);
  const calls = (await readFile(join(dir, "calls"), "utf8")).trimEnd().split("\n");
  expect(calls.filter((call) => !call.startsWith("print"))).toEqual([
    `bootstrap gui/${process.getuid?.()} ${file}`,
    `bootout ${target}`,
    `bootstrap gui/${process.getuid?.()} ${file}`,
    `bootout ${target}`,
  ]);
  await expect(readFile(file)).rejects.toThrow("ENOENT");
});

test("each system has its own way, and where there is none it is said so", async () => {
  expect(serviceKind("linux").name).toBe("systemd");
  expect(serviceKind("darwin")).toBe(launchd);
  expect(() => serviceKind("win32")).toThrow("systemd (Linux) and launchd (macOS) only");
  const bare = { ...service, env: { HOME: dir, PATH: "/nowhere" } };
  await expect(launchd.state(bare)).rejects.toMatchObject({ code: "SERVICE_MANAGER" });
});
