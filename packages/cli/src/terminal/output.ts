import { styleText } from "node:util";
import { plainText } from "@herdctl/core";

/** Colours and weights, as `util.styleText` names them. */
export type Format = Parameters<typeof styleText>[0];

/**
 * Where a command writes. Much of it was said by agents, and none of that steers the terminal: only
 * what {@link Output.style} made keeps its control characters.
 */
export interface Output {
  /** Standard output, without a line end of its own. */
  write(text: string): void;
  /** A line on standard output. */
  print(line: string): void;
  /** A line on standard error: for people, never part of the result. */
  note(line: string): void;
  /** Colours text where colours are wanted: a terminal, and no `NO_COLOR`. */
  style(format: Format, text: string): string;
  /** Takes back the line that was begun on a terminal. */
  eraseLine(): void;
  /** A person watches standard output. */
  readonly isTerminal: boolean;
  /** Width that tables have to fit into. */
  readonly columns: number;
  /** Aborted once nobody reads standard output any more, as after `| head`. */
  readonly closed: AbortSignal;
}

/** A stream that may be a terminal. */
interface Screen extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Writes to a pair of streams; after the reader of `stdout` has gone, writing does nothing. */
export function createOutput(stdout: Screen, stderr: NodeJS.WritableStream): Output {
  const closing = new AbortController();
  stdout.on("error", () => closing.abort());
  // Without a reader there is nobody to tell.
  stderr.on("error", () => undefined);
  const send = (text: string): void => {
    if (!closing.signal.aborted && text !== "") stdout.write(text);
  };
  return {
    write: (text) => send(toTerminal(text)),
    print: (line) => send(toTerminal(`${line}\n`)),
    note: (line) => void stderr.write(toTerminal(`${line}\n`)),
    style: (format, text) => withOwnEscape(styleText(format, toTerminal(text), { stream: stdout })),
    eraseLine: () => send(eraseLine),
    isTerminal: stdout.isTTY === true,
    get columns() {
      return stdout.isTTY ? (stdout.columns ?? Infinity) : Infinity;
    },
    closed: closing.signal,
  };
}

const escape = "\u001B";
const eraseLine = "\r\u001B[2K";
// Stands for the escape character of our own styles until they are written: nobody can guess it.
let ownEscape: string | undefined;

function withOwnEscape(styled: string): string {
  if (!styled.includes(escape)) return styled;
  // An import would load it for those who style nothing, too.
  ownEscape ??= process.getBuiltinModule("node:crypto").randomUUID();
  return styled.replaceAll(escape, ownEscape);
}

function toTerminal(text: string): string {
  const plain = plainText(text);
  return ownEscape === undefined ? plain : plain.replaceAll(ownEscape, escape);
}
