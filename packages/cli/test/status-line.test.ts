import { expect, test, vi } from "vitest";
import { createStatusLine } from "../src/terminal/status-line.ts";
import { plainOutput } from "./plain-output.ts";

test("a status line stays below what is printed, and leaves nothing behind", () => {
  vi.useFakeTimers();
  const output = plainOutput({ isTerminal: true });
  const status = createStatusLine(output, () => "busy");
  status.write("a line\n");
  vi.advanceTimersByTime(250);
  status[Symbol.dispose]();
  const erase = "\r\u001B[2K";
  expect(output.stdout).toBe(`${erase}busy${erase}a line\n${erase}busy${erase}busy${erase}`);
  vi.useRealTimers();
});

test("a note for a person goes above the status line, to standard error", () => {
  const output = plainOutput({ isTerminal: true });
  {
    using status = createStatusLine(output, () => "busy");
    status.note("queued");
  }
  const erase = "\r\u001B[2K";
  expect(output.stdout).toBe(`${erase}busy${erase}${erase}busy${erase}`);
  expect(output.stderr).toBe("queued\n");
});

test("without a terminal a status line is no more than what is printed", () => {
  const output = plainOutput();
  using status = createStatusLine(output, () => "busy");
  status.write("a line\n");
  status.note("queued");
  expect(output.stdout).toBe("a line\n");
  expect(output.stderr).toBe("queued\n");
});
