import { appendFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LineReader, type LineReaderOptions } from "../../src/state/line-reader.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const longest = 400_000;
const short = (text: string): string => (text.length > 20 ? `${text.length} bytes` : text);

async function growing(): Promise<string> {
  const file = join(await temporaryFolder(), "growing");
  await writeFile(file, "");
  return file;
}

async function take(reader: LineReader): Promise<readonly string[]> {
  const lines = await Array.fromAsync(reader.wholeLines());
  return lines.map((line) => short(line.toString()));
}

const standIn: LineReaderOptions["standIn"] = ({ head, bytes }) =>
  `${head.toString().slice(0, 3)}…${bytes}`;

test.each([
  ["is as long as a line may be", 400_000, "400000 bytes"],
  ["is one longer", 400_001, "yyy…400001"],
  ["is many times longer", 3_000_000, "yyy…3000000"],
])("a line that %s", async (_, length, read) => {
  const file = await growing();
  const text = `first\n${"y".repeat(length)}\nlast\n`;
  await writeFile(file, text);
  const reader = new LineReader(file, { longest, standIn });
  expect(await take(reader)).toEqual(["first", read, "last"]);
  expect(reader.position).toBe(text.length);
  await reader.close();
});

test("a line that grows too long is passed over as it grows, and what follows is read", async () => {
  const file = await growing();
  const reader = new LineReader(file, { longest });
  await appendFile(file, "first\n");
  expect(await take(reader)).toEqual(["first"]);
  for (let count = 0; count < 4; count++) {
    await appendFile(file, "y".repeat(300_000));
    expect(await take(reader)).toEqual([]);
    // Whoever reads on later begins before the line.
    expect(reader.position).toBe(6);
  }
  await appendFile(file, "\nlast\n");
  expect(await take(reader)).toEqual(["last"]);
  expect(reader.position).toBe(6 + 1_200_000 + 6);
  await reader.close();
});

test("a long line that its writer takes back is forgotten", async () => {
  const file = await growing();
  const reader = new LineReader(file, { longest, standIn });
  await appendFile(file, `first\n${"y".repeat(1_000_000)}`);
  expect(await take(reader)).toEqual(["first"]);
  await truncate(file, 6);
  await appendFile(file, "second\n");
  expect(await take(reader)).toEqual(["second"]);
  await reader.close();
});
