import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { readProcess } from "../../src/processes/process-table.ts";
import { readLiveSessions } from "../../src/sessions/live-session.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { write } from "./transcript.ts";

it("believes an announcement only while exactly the process behind it lives", async () => {
  const home = await temporaryFolder();
  const gone = spawn("true");
  await once(gone, "exit");
  const procStart = String(readProcess(process.pid)?.startTicks);
  const announce = (name: string, content: object): Promise<void> =>
    write(
      join(home, "sessions", name),
      JSON.stringify({ pid: process.pid, procStart, ...content }),
    );
  await announce("1.json", { sessionId: "s-1" });
  await announce("2.json", { sessionId: "s-2", procStart: "1" });
  await announce("3.json", { sessionId: "s-3", pid: gone.pid });
  await announce("1.abc.key", { sessionId: "s-4" });
  await write(join(home, "sessions", "4.json"), "{");
  expect(await readLiveSessions(home)).toEqual([{ sessionId: "s-1", pid: process.pid, procStart }]);
});

it("reads again what a running claude is writing at this moment", async () => {
  const home = await temporaryFolder();
  const { pid } = process;
  const path = join(home, "sessions", `${pid}.json`);
  await write(path, '{"pid":');
  const read = readLiveSessions(home);
  await delay(60);
  await write(path, JSON.stringify({ pid, sessionId: "s" }));
  expect(await read).toEqual([{ pid, sessionId: "s" }]);
});

it("passes over what never becomes an announcement", async () => {
  const home = await temporaryFolder();
  await write(join(home, "sessions", `${process.pid}.json`), "{}");
  expect(await readLiveSessions(home)).toEqual([]);
});

it("knows of nobody where nobody announces anything", async () => {
  expect(await readLiveSessions(await temporaryFolder())).toEqual([]);
});
