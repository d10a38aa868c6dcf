import { styleText } from "node:util";
import { plainText } from "@herdctl/core";
import { type Key, readKeys } from "./keys.ts";
import type { ScreenLine, ScreenSize } from "./screen-line.ts";
import { truncate } from "./width.ts";

/** A terminal: `process.stdin` and `process.stdout` on one. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { setRawMode(isRaw: boolean): unknown };
  readonly output: NodeJS.WritableStream & { readonly columns: number; readonly rows: number };
}

/** What a screen tells. */
export interface ScreenListeners {
  readonly onKey: (key: Key) => void;
  readonly onResize: () => void;
}

const enter = "\u001B[?1049h\u001B[?25l";
const leave = "\u001B[?25h\u001B[?1049l";
const smallest: ScreenSize = { columns: 20, rows: 4 };

/** Takes over the whole terminal, and gives it back as it was, however this process ends. */
export class Screen implements Disposable {
  readonly #terminal: Terminal;
  readonly #listeners: ScreenListeners;
  readonly #restore = (): void => this[Symbol.dispose]();
  #shown: readonly string[] = [];
  #isOpen = false;

  constructor(terminal: Terminal, listeners: ScreenListeners) {
    this.#terminal = terminal;
    this.#listeners = listeners;
  }

  open(): void {
    const { input, output } = this.#terminal;
    this.#isOpen = true;
    process.once("exit", this.#restore);
    // Before the report of the error, which would be on the screen that goes away.
    process.once("uncaughtExceptionMonitor", this.#restore);
    input.setRawMode(true);
    input.setEncoding("utf8");
    input.on("data", this.#hear).resume();
    output.on("resize", this.#resize);
    output.write(enter);
  }

  get size(): ScreenSize {
    const { columns, rows } = this.#terminal.output;
    return {
      columns: Math.max(columns, smallest.columns),
      rows: Math.max(rows, smallest.rows),
    };
  }

  /** Shows these lines, and nothing else; writes only what is not there yet. */
  show(lines: readonly ScreenLine[]): void {
    if (!this.#isOpen) return;
    const { columns, rows } = this.size;
    const shown = lines.slice(0, rows).map((line) => this.#paint(line, columns));
    const changes = shown.map((text, row) =>
      text === this.#shown[row] ? "" : `\u001B[${row + 1};1H${text}\u001B[K`,
    );
    const rest = shown.length < rows ? `\u001B[${shown.length + 1};1H\u001B[J` : "";
    this.#shown = shown;
    this.#terminal.output.write(changes.join("") + rest);
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { input, output } = this.#terminal;
    process.off("exit", this.#restore);
    process.off("uncaughtExceptionMonitor", this.#restore);
    input.off("data", this.#hear).pause();
    input.setRawMode(false);
    output.off("resize", this.#resize);
    output.write(leave);
  }

  #paint({ text, format }: ScreenLine, columns: number): string {
    const cut = truncate(plainText(text).replaceAll("\n", " "), columns);
    const { output: stream } = this.#terminal;
    return format === undefined ? cut : styleText(format, cut, { stream });
  }

  readonly #hear = (text: string): void => {
    for (const key of readKeys(text)) this.#listeners.onKey(key);
  };

  readonly #resize = (): void => {
    this.#shown = [];
    this.#listeners.onResize();
  };
}
