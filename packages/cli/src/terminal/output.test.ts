import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createOutput, type Output } from "./output.ts";
import { createStatusLine } from "./status-line.ts";

const hostile =
  "Deploy?\u001b[1A\u001b[2K\u001b[31m\u001b]0;title\u0007\u009b2J\u0008\u007f\r\nYes.";

beforeEach(() => {
  vi.stubEnv("NO_COLOR", undefined);
  vi.stubEnv("FORCE_COLOR", "1");
});
afterEach(() => void vi.unstubAllEnvs());

test("what others said does not steer the terminal, wherever it is written", () => {
  const { output, stdout, stderr } = open();
  output.write(hostile);
  output.print(hostile);
  output.note(hostile);
  expect(stdout()).toBe("Deploy?\nYes.Deploy?\nYes.\n");
  expect(stderr()).toBe("Deploy?\nYes.\n");
});

test("our own styles reach the terminal, also one within another, and nothing else of their text", () => {
  const { output, stdout } = open();
  output.print(output.style("bold", `${hostile} ${output.style("red", hostile)} end`));
  expect(stdout()).toBe("\u001b[1mDeploy?\nYes. \u001b[31mDeploy?\nYes.\u001b[39m end\u001b[22m\n");
});

test("without colours there is no escape sequence at all", () => {
  vi.stubEnv("FORCE_COLOR", undefined);
  const { output, stdout } = open({ isTTY: false });
  output.print(output.style("red", hostile));
  expect(stdout()).toBe("Deploy?\nYes.\n");
  expect(output.isTerminal).toBe(false);
  expect(output.columns).toBe(Infinity);
});

test("the status line takes itself back, and nobody else takes anything back", () => {
  const { output, stdout } = open();
  using status = createStatusLine(output, () => "busy");
  status.write(hostile);
  expect(stdout().split("\u001b[2K")).toHaveLength(4);
});

test("once nobody reads, writing does nothing", () => {
  const { output, stdout, end } = open();
  end();
  output.print("late");
  expect(output.closed.aborted).toBe(true);
  expect(stdout()).toBe("");
});

function open({ isTTY = true } = {}): {
  readonly output: Output;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly end: () => void;
} {
  const stdout = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  const stderr = new PassThrough();
  return {
    output: createOutput(stdout, stderr),
    stdout: () => textOf(stdout),
    stderr: () => textOf(stderr),
    end: () => stdout.emit("error", new Error("EPIPE")),
  };
}

function textOf(stream: PassThrough): string {
  const chunk: unknown = stream.read();
  return Buffer.isBuffer(chunk) ? chunk.toString("utf8") : "";
}
