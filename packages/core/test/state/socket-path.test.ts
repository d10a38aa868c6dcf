import { dirname, join } from "node:path";
import { stat } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { expect, test } from "vitest";
import { jobSocketPath, prepareSocketFolder, socketPathFor } from "../../src/state/socket-path.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const long = `/${"ü".repeat(60)}`;

test("the socket is in the state directory where its path is short enough", () => {
  expect(socketPathFor("/srv/.herdctl", {})).toBe("/srv/.herdctl/herdctl.sock");
});

test("the length counts in bytes; a long path moves to the runtime directory of the user", () => {
  const env = { XDG_RUNTIME_DIR: "/run/user/1000" };
  expect(socketPathFor(long, env)).toMatch(/^\/run\/user\/1000\/herdctl\/[0-9a-f]{16}\.sock$/);
});

test("without a runtime directory, or with one that is too long, it goes to a folder in /tmp", () => {
  const folder = join(tmpdir(), `herdctl-${userInfo().uid}`);
  expect(socketPathFor(long, {}).startsWith(folder)).toBe(true);
  expect(socketPathFor(long, { XDG_RUNTIME_DIR: long }).startsWith(folder)).toBe(true);
});

test("two state directories never share a socket, and one keeps its own", () => {
  expect(socketPathFor(long, {})).toBe(socketPathFor(long, {}));
  expect(socketPathFor(long, {})).not.toBe(socketPathFor(`${long}x`, {}));
});

test("the folder outside is made for this user alone", async () => {
  const runtimeDir = await temporaryFolder();
  const path = socketPathFor(long, { XDG_RUNTIME_DIR: runtimeDir });
  prepareSocketFolder(path, long);
  expect((await stat(join(runtimeDir, "herdctl"))).mode & 0o777).toBe(0o700);
  prepareSocketFolder(path, long);
});

test("the socket of a job is in its folder, else in one that no environment changes", async () => {
  expect(jobSocketPath("/srv/.herdctl", "job-1")).toBe("/srv/.herdctl/jobs/job-1/herdctl.sock");
  const path = jobSocketPath(long, "job-1");
  expect(path).toMatch(new RegExp(`^/tmp/herdctl-${userInfo().uid}/[0-9a-f]{16}\\.sock$`));
  expect(jobSocketPath(long, "job-2")).not.toBe(path);
  const stateDir = await temporaryFolder();
  const inside = jobSocketPath(stateDir, "job-1");
  prepareSocketFolder(inside, stateDir);
  expect((await stat(dirname(inside))).mode & 0o777).toBe(0o700);
});
