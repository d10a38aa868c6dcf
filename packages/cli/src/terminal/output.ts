import type { WriteStream } from "node:tty";
import { styleText } from "node:util";

/** Colours and weights, as `util.styleText` names them. */
export type Format = Parameters<typeof styleText>[0];

/** Where a command writes. */
export interface Output {
  /** Standard output, as it is. */
  write(text: string): void;
  /** A line on standard output. */
  print(line: string): void;
  /** A line on standard error: for people, never part of the result. */
  note(line: string): void;
  /** Colours text where colours are wanted: a terminal, and no `NO_COLOR`. */
  style(format: Format, text: string): string;
  /** A person watches standard output. */
  readonly isTerminal: boolean;
  /** Width that tables have to fit into. */
  readonly columns: number;
  /** Aborted once nobody reads standard output any more, as after `| head`. */
  readonly closed: AbortSignal;
}

/** Writes to a pair of streams; after the reader of `stdout` has gone, writing does nothing. */
export function createOutput(stdout: WriteStream, stderr: NodeJS.WritableStream): Output {
  const closing = new AbortController();
  stdout.on("error", () => closing.abort());
  // Without a reader there is nobody to tell.
  stderr.on("error", () => undefined);
  const write = (text: string): void => {
    if (!closing.signal.aborted && text !== "") stdout.write(text);
  };
  return {
    write,
    print: (line) => write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    style: (format, text) => styleText(format, text, { stream: stdout }),
    isTerminal: stdout.isTTY,
    get columns() {
      return stdout.isTTY ? stdout.columns : Infinity;
    },
    closed: closing.signal,
  };
}
