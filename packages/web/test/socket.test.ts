import { fork } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { clientOver } from "../src/client/client.ts";
import { createConnection } from "../src/client/connection.ts";
import { defaultPatience } from "../src/client/patience.ts";
import { createFleetClient, createFleetServer, probeDaemon } from "../src/index.ts";
import { RecordedFleet } from "./recorded-fleet.ts";
import { serveRecorded } from "./serve-recorded.ts";

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function socketIn(name = "herdctl.sock"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "herdctl-web-"));
  folders.push(folder);
  return join(folder, name);
}

test("the socket is for its owner only, whatever the umask, which stays as it was", async () => {
  const previous = process.umask(0);
  try {
    await using served = await serveRecorded();
    const { mode } = await stat(served.socketPath);
    expect((mode & 0o777).toString(8)).toBe("600");
    expect(process.umask()).toBe(0);
  } finally {
    process.umask(previous);
  }
});

test("closing removes the socket, and may be done twice", async () => {
  await using served = await serveRecorded();
  await served.server.close();
  await served.server.close();
  await expect(stat(served.socketPath)).rejects.toThrow("ENOENT");
});

test("a second server on a living socket is refused and leaves it alone", async () => {
  await using served = await serveRecorded();
  const second = createFleetServer(new RecordedFleet());
  await expect(second.listen({ socketPath: served.socketPath })).rejects.toMatchObject({
    code: "STATE_LOCKED",
    context: { socketPath: served.socketPath },
  });
  await second.close();
  expect((await served.client.getStatus()).state).toBe("running");
});

test("the socket of a server that was killed is replaced", async () => {
  const socketPath = await socketIn();
  await leaveStaleSocket(socketPath);
  expect((await stat(socketPath)).isSocket()).toBe(true);
  expect(await probeDaemon(socketPath)).toBe(false);
  const server = createFleetServer(new RecordedFleet());
  await server.listen({ socketPath });
  expect(await probeDaemon(socketPath)).toBe(true);
  await server.close();
});

test("a file that is not a socket is never replaced", async () => {
  const socketPath = await socketIn();
  await writeFile(socketPath, "precious");
  const server = createFleetServer(new RecordedFleet());
  await expect(server.listen({ socketPath })).rejects.toMatchObject({
    code: "STATE_DIR",
    message: expect.stringContaining("not a socket") as string,
  });
  expect((await stat(socketPath)).size).toBe(8);
});

test("a folder that does not exist is an error that names the socket", async () => {
  const socketPath = join(await socketIn("missing"), "herdctl.sock");
  const server = createFleetServer(new RecordedFleet());
  await expect(server.listen({ socketPath })).rejects.toMatchObject({
    code: "STATE_DIR",
    context: { socketPath },
  });
});

test.each([
  ["no file", async () => undefined],
  ["a file that is not a socket", (path: string) => writeFile(path, "")],
  ["a link to nowhere", (path: string) => symlink("/nowhere/at/all", path)],
  ["the socket of a killed server", leaveStaleSocket],
])("%s means that no daemon lives, within 50 ms", async (_, prepare) => {
  const socketPath = await socketIn();
  await prepare(socketPath);
  const begun = performance.now();
  expect(await probeDaemon(socketPath)).toBe(false);
  expect(performance.now() - begun).toBeLessThan(50);
  const client = createFleetClient({ socketPath });
  await expect(client.getStatus()).rejects.toMatchObject({
    code: "DAEMON_UNREACHABLE",
    context: { socketPath },
    message: expect.stringContaining("herdctl start") as string,
  });
});

test("a daemon that breaks off before it has answered is unreachable", async () => {
  const socketPath = await socketIn();
  const server = createServer((socket) => socket.once("data", () => socket.destroy()));
  await once(server.listen(socketPath), "listening");
  await expect(createFleetClient({ socketPath }).getStatus()).rejects.toMatchObject({
    code: "DAEMON_UNREACHABLE",
    message: expect.stringContaining("broke off") as string,
  });
  server.close();
});

test("an answer that is not herdctl's is an error, not a crash", async () => {
  const socketPath = await socketIn();
  const server = createServer((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 502 Bad\r\ncontent-length: 2\r\n\r\nno"));
  });
  await once(server.listen(socketPath), "listening");
  await expect(createFleetClient({ socketPath }).getStatus()).rejects.toMatchObject({
    code: "INTERNAL",
    message: expect.stringContaining("502") as string,
  });
  server.close();
});

test("another user's socket says so", async () => {
  await using served = await serveRecorded();
  await chmod(served.socketPath, 0);
  await asAnotherUser(async () => {
    await expect(served.client.getStatus()).rejects.toMatchObject({
      message: expect.stringContaining("another user") as string,
    });
  });
});

test("an unfinished wait does not hold up the end of the server", async () => {
  await using served = await serveRecorded();
  const { socketPath } = served;
  const client = clientOver(createConnection({ socketPath }, { ...defaultPatience, absence: 300 }));
  const waiting = client.waitForJob("latest").catch((error: unknown) => error);
  await expect.poll(() => served.fleet.waiting).toBe(1);
  const begun = performance.now();
  await served.server.close();
  expect(performance.now() - begun).toBeLessThan(20_000);
  expect(await waiting).toMatchObject({ code: "DAEMON_UNREACHABLE" });
});

/** Gives up root's right to open everything, where the tests run as root. */
async function asAnotherUser(action: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await action();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

/** Leaves the socket file of a process that was killed. */
async function leaveStaleSocket(socketPath: string): Promise<void> {
  const script = `require("node:net").createServer().listen(${JSON.stringify(socketPath)}, () => process.send("up"))`;
  const child = fork("/dev/null", [], { execArgv: ["-e", script] });
  await once(child, "message");
  child.kill("SIGKILL");
  await once(child, "exit");
}
