import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { script } from "@herdctl/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../src/processes/process-record.ts";
import { readProcess } from "../../src/processes/process-table.ts";
import { findJobProcesses } from "../../src/processes/reap.ts";
import type { ProcessRecord } from "../../src/state/job-record.ts";
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
  it("changes files with real tools", async () => {
    const file = join(bench.cwd, "hello.txt");
    const ran = await bench.run(
      script().tool("Write", { file_path: file, content: "hello" }).text("Written."),
    );
    expect(ran.outcome).toMatchObject({
      exitReason: "success",
      sessionId: ran.sessionId,
      turns: 2,
    });
    expect(await readFile(file, "utf8")).toBe("hello");
    const kinds = ran.lines.map((line) => line.type);
    expect(kinds).toEqual(
      expect.arrayContaining(["system", "tool_use", "tool_result", "assistant", "result"]),
    );
    expect(ran.lines.map((line) => line.seq)).toEqual(ran.lines.map((_, index) => index + 1));
  });

  it.concurrent.each([
    ["default", "denied"],
    ["acceptEdits", "success"],
    ["bypassPermissions", "success"],
    ["plan", "denied"],
    ["dontAsk", "denied"],
  ] as const)(
    "obeys the permission mode %s without waiting for anybody",
    async (permissionMode, reason) => {
      const file = join(bench.cwd, `written-in-${permissionMode}`);
      const ran = await bench.run(
        script().tool("Write", { file_path: file, content: "x" }).text("Done."),
        { agent: { permissionMode } },
      );
      expect(ran.outcome.exitReason).toBe(reason);
      expect(existsSync(file)).toBe(reason === "success");
    },
  );

  it("keeps what a subagent says under the call that started it", async () => {
    const ran = await bench.run(
      script()
        .subagent(
          "look around",
          script().thinking("Hm.").tool("Bash", { command: "echo sub" }).text("Seen."),
        )
        .text("All seen."),
    );
    const call = ran.lines.find((line) => line.type === "tool_use" && line.toolName === "Agent");
    const inside = ran.lines.filter((line) => line.parentToolUseId === call?.toolUseId);
    expect(inside.map((line) => line.type)).toEqual(
      expect.arrayContaining(["thinking", "tool_use", "tool_result", "assistant"]),
    );
    expect(ran.outcome.summary).toBe("All seen.");
  });

  it("runs ten at once in one folder, each with its own session", async () => {
    const runs = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        bench.run(
          script()
            .tool("Bash", { command: `echo n${index}` })
            .text(`Number ${index}.`),
        ),
      ),
    );
    expect(runs.map((ran) => ran.outcome.summary)).toEqual(
      runs.map((_, index) => `Number ${index}.`),
    );
    expect(new Set(runs.map((ran) => ran.outcome.sessionId)).size).toBe(10);
    expect(runs.flatMap((ran) => ran.survivors)).toEqual([]);
  });

  it("continues exactly the session it is told to, and counts only its own cost", async () => {
    const usage = { input: 1_000, output: 1_000 };
    const first = await bench.run(script().text("One.", { usage }));
    const second = await bench.run(script().text("Two.", { usage }), {
      session: { mode: "resume", id: first.sessionId },
    });
    expect(second.outcome).toMatchObject({ exitReason: "success", sessionId: first.sessionId });
    expect(first.outcome.costUsd).toBeGreaterThan(0);
    expect(second.outcome.costUsd).toBeCloseTo(first.outcome.costUsd, 6);
    const [request] = bench.server.requests.slice(-1);
    expect(JSON.stringify(request?.messages)).toContain("One.");
  });

  it("forks a session and leaves the source as it was", async () => {
    const source = await bench.run(script().text("Source."));
    const fork = { mode: "fork", id: randomUUID(), from: source.sessionId } as const;
    const forked = await bench.run(script().text("Fork."), { session: fork });
    expect(forked.outcome).toMatchObject({ exitReason: "success", sessionId: fork.id });
    const again = await bench.run(script().text("Again."), {
      session: { mode: "resume", id: source.sessionId },
    });
    expect(again.outcome.exitReason).toBe("success");
    const [request] = bench.server.requests.slice(-1);
    expect(JSON.stringify(request?.messages)).not.toContain("Fork.");
  });

  it("never turns an unknown session into a fresh conversation", async () => {
    const id = randomUUID();
    const ran = await bench.run(script().text("Hello."), { session: { mode: "resume", id } });
    expect(ran.outcome).toMatchObject({
      exitReason: "error",
      error: { message: `No conversation found with session ID: ${id}` },
    });
  });

  it("says what claude wrote when it refuses to start", async () => {
    const { sessionId } = await bench.run(script().text("Mine."));
    const ran = await bench.run(script().text("Mine too."), {
      session: { mode: "new", id: sessionId },
    });
    expect(ran.outcome.exitReason).toBe("error");
    expect(ran.outcome.error?.message).toContain("is already in use");
  });

  it("works in a folder whose name is not plain, reached by a link", async () => {
    const real = join(bench.cwd, "späße und 日本語");
    const link = join(bench.cwd, "link 'to' it");
    await mkdir(real);
    await symlink(real, link);
    const ran = await bench.run(
      script().tool("Bash", { command: "echo here >made-here.txt" }).text("Made."),
      { agent: { workingDirectory: link } },
    );
    expect(ran.outcome.exitReason).toBe("success");
    expect(existsSync(join(real, "made-here.txt"))).toBe(true);
    const resumed = await bench.run(script().text("Still here."), {
      agent: { workingDirectory: real },
      session: { mode: "resume", id: ran.sessionId },
    });
    expect(resumed.outcome.exitReason).toBe("success");
  });

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
  it("ends within seconds, its tools too, and runs no second tool", async () => {
    const jobId = uniqueJobId();
    const pidFile = join(bench.cwd, "tool.pid");
    const secondFile = join(bench.cwd, "second-tool-ran");
    const tool = `import os, time; open("${pidFile}", "w").write(str(os.getpid())); time.sleep(3)`;
    const { steps } = script()
      .tool("Bash", { command: python(tool) })
      .tool("Bash", { command: `touch "${secondFile}"` })
      .text("Done.");
    const daemon = spawn(
      process.execPath,
      [
        "--conditions=herdctl-source",
        fileURLToPath(new URL("children/run-until-killed.ts", import.meta.url)),
        jobId,
        randomUUID(),
        bench.cwd,
        JSON.stringify(steps),
      ],
      { env: bench.environment(), stdio: ["ignore", "pipe", "inherit"] },
    );
    let output = "";
    daemon.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const toolPid = await eventually(() => {
      const text = existsSync(pidFile) ? readFileSync(pidFile, "utf8") : "";
      return text === "" ? undefined : Number(text);
    }, "the first tool");
    const record: ProcessRecord = JSON.parse(output);
    expect(isAlive(record)).toBe(true);

    const killed = performance.now();
    daemon.kill("SIGKILL");
    await eventually(
      () => !isAlive(record) && isGone(toolPid),
      "the end of claude and its tool",
      10_000,
    );
    expect(performance.now() - killed).toBeLessThan(6_000);
    await eventually(() => findJobProcesses(record).length === 0, "the end of everything", 5_000);
    // Longer than the first tool would have run.
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, 4_000 - (performance.now() - killed))),
    );
    expect(existsSync(secondFile)).toBe(false);
  });
});
