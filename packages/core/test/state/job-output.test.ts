import { appendFile, mkdir, open, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  jobOutputFile,
  openJobOutput,
  readJobOutput,
  tailJobOutput,
} from "../../src/state/job-output.ts";
import type { OutputEntry, OutputLine } from "../../src/state/output-line.ts";
import { startChild } from "../child.ts";
import { temporaryFolder } from "../temporary-folder.ts";

async function temporaryOutput(): Promise<string> {
  const stateDir = await temporaryFolder();
  await mkdir(join(stateDir, "jobs"));
  return jobOutputFile(stateDir, "job-1");
}

const say = (text: string): OutputEntry => ({ type: "assistant", text });

async function write(file: string, ...texts: readonly string[]): Promise<void> {
  const output = await openJobOutput({ file, attempt: 1 });
  for (const text of texts) output.append(say(text));
  await output.close();
}

async function collect(lines: AsyncIterable<OutputLine>): Promise<(string | undefined)[]> {
  const texts: (string | undefined)[] = [];
  for await (const { text } of lines) texts.push(text);
  return texts;
}

test("numbers and stamps each line at once and stores it as one JSON object a line", async () => {
  const file = await temporaryOutput();
  const clock = { now: () => Date.parse("2026-03-01T12:00:00.000Z"), sleep: async () => undefined };
  const output = await openJobOutput({ file, attempt: 2, clock });
  const first = output.append({ type: "tool_use", toolName: "Bash", input: { command: "ls\n" } });
  const second = output.append({ type: "tool_result", text: "a\u2028b", parentToolUseId: "t-1" });
  expect(first).toEqual({
    seq: 1,
    timestamp: "2026-03-01T12:00:00.000Z",
    attempt: 2,
    type: "tool_use",
    toolName: "Bash",
    input: { command: "ls\n" },
  });
  expect(output.lines).toBe(2);
  expect(output.pending).toBeGreaterThan(0);
  await output.flush();
  expect(output.pending).toBe(0);
  const size = await output.close();
  expect(size).toEqual({ bytes: (await stat(file)).size, lines: 2 });
  expect(output.bytes).toBe(size.bytes);
  const stored = (await readFile(file, "utf8")).trimEnd().split("\n");
  expect(stored.map((line): unknown => JSON.parse(line))).toEqual([first, second]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("flush puts what was appended into the file while it stays open", async () => {
  const file = await temporaryOutput();
  const output = await openJobOutput({ file, attempt: 1 });
  output.append(say("one"));
  await output.flush();
  expect(tailJobOutput(file).lines).toMatchObject([{ seq: 1, text: "one" }]);
  await output.close();
  await output.close();
  expect(() => output.append(say("late"))).toThrow(/closed/);
});

test("goes on after the last line of an earlier attempt", async () => {
  const file = await temporaryOutput();
  await write(file, "one", "two");
  const output = await openJobOutput({ file, attempt: 2 });
  expect(output.append(say("three"))).toMatchObject({ seq: 3, attempt: 2 });
  expect(await output.close()).toMatchObject({ lines: 3 });
});

test.each([
  ["half a line", '{"seq":3,"text":"ha'],
  ["half a character", Buffer.from("🐑").subarray(0, 2)],
  ["a line of zeros", `${"\0".repeat(500)}\n`],
  ["a line that is no output", "null\n[]\n{}\n"],
  ["a torn line of a megabyte", "x".repeat(1_000_000)],
])("cuts off %s that a crash left", async (_title, rest) => {
  const file = await temporaryOutput();
  await write(file, "one", "two");
  await appendFile(file, rest);
  expect(tailJobOutput(file).lines.map(({ text }) => text)).toEqual(["one", "two"]);
  expect(await collect(readJobOutput(file))).toEqual(["one", "two"]);
  await write(file, "three");
  expect(await collect(readJobOutput(file))).toEqual(["one", "two", "three"]);
  expect(tailJobOutput(file).lines.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test("cut at any byte, an output loses no whole line and goes on counting", async () => {
  const file = await temporaryOutput();
  await write(file, "eins", "zwei 🐑", "drei");
  const bytes = await readFile(file);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length), async (length) => {
      await writeFile(file, bytes.subarray(0, length));
      const whole = bytes.subarray(0, length).toString("latin1").split("\n").length - 1;
      await write(file, "next");
      const texts = await collect(readJobOutput(file));
      expect(texts).toEqual([...["eins", "zwei 🐑", "drei"].slice(0, whole), "next"]);
      expect(tailJobOutput(file).lines.at(-1)?.seq).toBe(whole + 1);
    }),
    { numRuns: 60 },
  );
});

test("says which file when it cannot be opened", async () => {
  const file = await temporaryOutput();
  await mkdir(file);
  await expect(openJobOutput({ file, attempt: 1 })).rejects.toMatchObject({
    code: "STATE_DIR",
    message: expect.stringContaining(file),
  });
  await rm(join(file, ".."), { recursive: true });
  await expect(openJobOutput({ file, attempt: 1 })).rejects.toMatchObject({ code: "STATE_DIR" });
});

test("a missing output is an empty one", async () => {
  const file = await temporaryOutput();
  expect(tailJobOutput(file)).toEqual({ lines: [], truncated: false });
  expect(await collect(readJobOutput(file))).toEqual([]);
});

test("the tail is the last lines, by number and by size", async () => {
  const file = await temporaryOutput();
  await write(file, "one", "x".repeat(200_000), "three");
  const texts = (options: Parameters<typeof tailJobOutput>[1]): unknown => {
    const { lines, truncated } = tailJobOutput(file, options);
    return [lines.map(({ seq }) => seq), truncated];
  };
  expect(texts({})).toEqual([[1, 2, 3], false]);
  expect(texts({ lines: 2 })).toEqual([[2, 3], true]);
  expect(texts({ lines: 3 })).toEqual([[1, 2, 3], false]);
  expect(texts({ maxBytes: 1_000 })).toEqual([[3], true]);
  expect(texts({ maxBytes: 10 })).toEqual([[3], true]);
  expect(texts({ maxBytes: 1_000_000 })).toEqual([[1, 2, 3], false]);
});

test("reads from the line that was asked for", async () => {
  const file = await temporaryOutput();
  await write(file, "one", "two", "three");
  expect(await collect(readJobOutput(file, { fromSeq: 3 }))).toEqual(["three"]);
  expect(await collect(readJobOutput(file, { fromSeq: 4 }))).toEqual([]);
});

test("reads lines that are longer than what is read at once", async () => {
  const file = await temporaryOutput();
  const texts = ["🐑".repeat(200_000), "short", "ü".repeat(400_000)];
  await write(file, ...texts);
  expect(await collect(readJobOutput(file))).toEqual(texts);
});

test("follows from before the file exists until the end, without gap or repeat", async () => {
  const file = await temporaryOutput();
  const ended = new AbortController();
  const reading = collect(readJobOutput(file, { ended: ended.signal }));
  const output = await openJobOutput({ file, attempt: 1 });
  for (let index = 0; index < 300; index++) {
    output.append(say(String(index)));
    if (index % 20 === 0) await output.flush();
  }
  await output.close();
  ended.abort();
  expect(await reading).toEqual(Array.from({ length: 300 }, (_, index) => String(index)));
});

test("follows what another process writes", async () => {
  const file = await temporaryOutput();
  const ended = new AbortController();
  const child = startChild("state/children/append-output.ts", { args: [file, "400"] });
  const reading = collect(readJobOutput(file, { ended: ended.signal }));
  expect(JSON.parse(await child.next())).toMatchObject({ lines: 400 });
  ended.abort();
  expect(await reading).toEqual(Array.from({ length: 400 }, (_, index) => `Schäfer 🐑 ${index}`));
});

test("shows a line as soon as it is written", async () => {
  const file = await temporaryOutput();
  const signal = AbortSignal.timeout(5_000);
  const output = await openJobOutput({ file, attempt: 1 });
  const lines = readJobOutput(file, { ended: new AbortController().signal, signal });
  for (const text of ["one", "two", "three"]) {
    output.append(say(text));
    expect((await lines.next()).value).toMatchObject({ text });
  }
  await lines.return(undefined);
  await output.close();
});

test("a reader that saw half a line of a crash reads what the next writer puts in its place", async () => {
  const file = await temporaryOutput();
  await write(file, "one");
  const { size } = await stat(file);
  await appendFile(file, '{"seq":2,"text":"torn');
  const ended = new AbortController();
  const lines = readJobOutput(file, { ended: ended.signal });
  expect((await lines.next()).value).toMatchObject({ text: "one" });
  const second = lines.next();
  await truncate(file, size);
  await write(file, "two");
  expect((await second).value).toMatchObject({ seq: 2, text: "two" });
  ended.abort();
  expect((await lines.next()).done).toBe(true);
});

test("stops quietly when the reader is not wanted any more", async () => {
  const file = await temporaryOutput();
  await write(file, "one", "two", "three");
  const stop = new AbortController();
  const ended = new AbortController().signal;
  const lines = readJobOutput(file, { ended, signal: stop.signal });
  expect((await lines.next()).value).toMatchObject({ text: "one" });
  stop.abort();
  expect((await lines.next()).done).toBe(true);
  const waiting = new AbortController();
  const reading = collect(readJobOutput(file, { ended, signal: waiting.signal, fromSeq: 4 }));
  waiting.abort();
  expect(await reading).toEqual([]);
});

test("keeps up with 100,000 lines in constant memory, and reads their end at once", async () => {
  const file = await temporaryOutput();
  const output = await openJobOutput({ file, attempt: 1 });
  const text = "x".repeat(400);
  for (let index = 0; index < 100_000; index++) {
    output.append(say(text));
    if (output.pending > 1_000_000) await output.drained();
  }
  await output.close();
  const before = process.memoryUsage().arrayBuffers;
  let count = 0;
  for await (const line of readJobOutput(file)) count = line.seq;
  expect(count).toBe(100_000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
  const began = performance.now();
  expect(tailJobOutput(file, { lines: 50 }).lines).toHaveLength(50);
  expect(performance.now() - began).toBeLessThan(100);
});

test("the end of a line that is being written is not read", async () => {
  const file = await temporaryOutput();
  await write(file, "one");
  const handle = await open(file, "a");
  await handle.write('{"seq":2,"timestamp":"","attempt":1,"type":"assistant","text":"tw');
  expect(await collect(readJobOutput(file))).toEqual(["one"]);
  await handle.write('o"}\n');
  await handle.close();
  expect(await collect(readJobOutput(file))).toEqual(["one", "two"]);
});

test("a line that would fill the memory is left out, says so, and keeps its place", async () => {
  const file = await temporaryOutput();
  const line = { seq: 2, timestamp: "2026-03-01T12:00:00.000Z", attempt: 1, type: "tool_result" };
  await write(file, "one");
  await appendFile(file, `${JSON.stringify({ ...line, text: "x".repeat(70 * 1024 * 1024) })}\n`);
  await write(file, "three");
  const lines = await Array.fromAsync(readJobOutput(file));
  const text = "70 MiB in one line are left out: nobody could read them.";
  expect(lines).toMatchObject([
    { seq: 1, text: "one" },
    { ...line, type: "system", subtype: "left_out", text },
    { seq: 3, text: "three" },
  ]);
});
