import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** The lines of a stream; none more once `signal` is aborted, and then nothing waits for the stream. */
export async function* readLines(
  stream: Readable,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  const stop = (): void => lines.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    yield* lines;
  } finally {
    signal.removeEventListener("abort", stop);
    lines.close();
    stream.destroy();
  }
}
