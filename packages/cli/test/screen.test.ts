import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Key } from "../src/terminal/keys.ts";
import { Screen } from "../src/terminal/screen.ts";

const enter = "\u001B[?1049h\u001B[?25l";
const leave = "\u001B[?25h\u001B[?1049l";

/** A terminal of 30 by 5, and what was written to it since the last look. */
function open(): {
  readonly screen: Screen;
  readonly keys: readonly Key[];
  readonly input: PassThrough & { readonly modes: boolean[] };
  readonly output: PassThrough & { columns: number };
  readonly written: () => string;
  readonly resizes: () => number;
} {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    modes,
    setRawMode: (isRaw: boolean) => modes.push(isRaw),
  });
  const output = Object.assign(new PassThrough(), { columns: 30, rows: 5, isTTY: true });
  const keys: Key[] = [];
  let resizes = 0;
  const screen = new Screen(
    { input, output },
    { onKey: (key) => keys.push(key), onResize: () => (resizes += 1) },
  );
  const written = (): string => {
    const chunk: unknown = output.read();
    return Buffer.isBuffer(chunk) ? chunk.toString("utf8") : "";
  };
  return { screen, keys, input, output, written, resizes: () => resizes };
}

test("writes only what has changed, without what would steer the terminal, and cut to its width", () => {
  const { screen, written } = open();
  screen.open();
  expect(written()).toBe(enter);
  screen.show([{ text: "one" }, { text: `two\u001B[2J\n${"x".repeat(40)}` }]);
  expect(written()).toBe(
    `\u001B[1;1Hone\u001B[K\u001B[2;1Htwo ${"x".repeat(25)}…\u001B[K\u001B[3;1H\u001B[J`,
  );
  screen.show([{ text: "one" }, { text: "three" }]);
  expect(written()).toBe("\u001B[2;1Hthree\u001B[K\u001B[3;1H\u001B[J");
  screen[Symbol.dispose]();
});

test("tells keys, and draws anew after a change of its size", async () => {
  const { screen, keys, input, output, written, resizes } = open();
  screen.open();
  input.write("j\u001B[A");
  await new Promise((resolve) => setImmediate(resolve));
  expect(keys).toEqual(["j", "up"]);
  screen.show([{ text: "one" }]);
  written();
  output.columns = 25;
  output.emit("resize");
  expect(resizes()).toBe(1);
  screen.show([{ text: "one" }]);
  expect(written()).toContain("one");
  expect(screen.size).toEqual({ columns: 25, rows: 5 });
  screen[Symbol.dispose]();
});

test.each(["exit", "uncaughtExceptionMonitor"] as const)(
  "gives the terminal back at `%s`, and only once",
  (event) => {
    const { screen, input, written } = open();
    screen.open();
    written();
    for (const listener of process.rawListeners(event).slice(-1))
      Reflect.apply(listener, process, []);
    expect(written()).toBe(leave);
    expect(input.modes).toEqual([true, false]);
    screen[Symbol.dispose]();
    screen.show([{ text: "late" }]);
    expect(written()).toBe("");
  },
);
