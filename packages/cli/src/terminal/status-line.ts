import type { Output } from "./output.ts";

/** A line at the bottom of a terminal that stays below what is printed; elsewhere, nothing. */
export interface StatusLine extends Disposable {
  /** Prints above it. */
  write(text: string): void;
  /** A line above it on standard error. */
  note(line: string): void;
}

const redrawInterval = 250;

/** Keeps `text()` at the bottom of the terminal until disposed. */
export function createStatusLine(output: Output, text: () => string): StatusLine {
  if (!output.isTerminal) {
    return {
      write: (chunk) => output.write(chunk),
      note: (line) => output.note(line),
      [Symbol.dispose]() {},
    };
  }
  const draw = (): void => {
    output.eraseLine();
    output.write(output.style("dim", text()));
  };
  const timer = setInterval(draw, redrawInterval);
  draw();
  return {
    write(chunk) {
      output.eraseLine();
      output.write(chunk);
      draw();
    },
    note(line) {
      output.eraseLine();
      output.note(line);
      draw();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      output.eraseLine();
    },
  };
}
