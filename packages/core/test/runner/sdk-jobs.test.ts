import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { script } from "@herdctl/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../src/processes/process-record.ts";
import { readProcess } from "../../src/processes/process-table.ts";
import { findJobProcesses } from "../../src/processes/reap.ts";
import type { ProcessRecord } from "../../src/state/job-record.ts";
import { startChild } from "../child.ts";
import { Bench } from "./harness.ts";
import { eventually, uniqueJobId } from "./processes.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open();
});

afterAll(() => bench[Symbol.asyncDispose]());

const python = (code: string): string => `python3 -c '${code}'`;
const isGone = (pid: number): boolean => readProcess(pid)?.zombie ?? true;
const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
};

describe("a job of the SDK runtime", () => {
  it("leaves no process behind that a tool has hidden in a session of its own", async () => {
    const ran = await bench.run(
      script()
        .tool("Bash", { command: "(setsid sh -c 'sleep 300' >/dev/null 2>&1 &) ; echo hidden" })
        .text("Done."),
    );
    expect(ran.outcome.exitReason).toBe("success");
    expect(ran.record && findJobProcesses(ran.record)).toEqual([]);
  });

  it("gives MCP servers their secrets without showing them in the process list", async () => {
    const seen = join(bench.cwd, "mcp-saw.txt");
    const server = join(bench.cwd, "server.sh");
    await writeFile(server, `printf %s "$MCP_TOKEN" >"${seen}"\n`);
    const secret = "tok-5up3r-s3cret";
    let record: ProcessRecord | undefined;
    const lists: string[] = [];
    const ran = await bench.run(
      script()
        .tool("Bash", { command: python("import time; time.sleep(1)") })
        .text("Done."),
      {
        prompt: `The prompt says ${secret}.`,
        secrets: [secret],
        agent: {
          env: { AGENT_TOKEN: secret },
          mcpServers: {
            files: {
              type: "stdio",
              command: "/bin/sh",
              args: [server],
              env: { MCP_TOKEN: secret },
            },
            web: { type: "http", url: "http://127.0.0.1:9/", headers: { authorization: secret } },
          },
        },
        onRecord: (stored) => {
          record = stored;
          return Promise.resolve();
        },
        onLine: () => {
          if (record) lists.push(...findJobProcesses(record).map(commandLine));
        },
      },
    );
    expect(ran.outcome.exitReason).toBe("success");
    expect(await readFile(seen, "utf8")).toBe(secret);
    expect(lists.some((line) => line.includes(ran.jobId))).toBe(true);
    expect(lists.join("\n")).not.toContain(secret);
    expect(JSON.stringify(ran.lines)).not.toContain(secret);
  });
});

describe("a job whose daemon is killed", () => {
  it("ends with its tools, and runs no second tool", async () => {
    const jobId = uniqueJobId();
    const pidFile = join(bench.cwd, "tool.pid");
    const secondFile = join(bench.cwd, "second-tool-ran");
    const tool = `import os, time; open("${pidFile}", "w").write(str(os.getpid())); time.sleep(600)`;
    const { steps } = script()
      .tool("Bash", { command: python(tool) })
      .tool("Bash", { command: `touch "${secondFile}"` })
      .text("Done.");
    const daemon = startChild("runner/children/run-until-killed.ts", {
      args: [jobId, randomUUID(), bench.cwd, JSON.stringify(steps)],
      env: bench.environment(),
    });
    const record: ProcessRecord = JSON.parse(await daemon.next());
    const toolPid = await eventually(() => {
      const text = existsSync(pidFile) ? readFileSync(pidFile, "utf8") : "";
      return text === "" ? undefined : Number(text);
    }, "the first tool");
    expect(isAlive(record)).toBe(true);

    await daemon.kill();
    await eventually(() => !isAlive(record) && isGone(toolPid), "the end of claude and its tool");
    await eventually(() => findJobProcesses(record).length === 0, "the end of everything");
    expect(existsSync(secondFile)).toBe(false);
  });
});
