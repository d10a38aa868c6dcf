import { toErrorBody } from "../wire/error.ts";

/** One server-sent event: an encoded item and the id to resume after it. */
export interface Frame {
  readonly id: string;
  readonly item: unknown;
}

/** How a stream of events is written. */
export interface EventStreamOptions {
  /** Id that a reader resumes after when it has seen no item yet. */
  readonly startId?: string;
  /** Ends the stream; aborted here once it has ended, or its reader is gone. */
  readonly gone: AbortController;
  /** Milliseconds between two signs of life; a reader that takes nothing for as long is dropped. */
  readonly heartbeat: number;
  /** Closes the connection of a reader that takes nothing. */
  readonly drop: () => void;
  /** Told about a source that failed. */
  readonly onError: (error: unknown) => void;
}

/**
 * Writes frames as server-sent events, as fast as the reader takes them, after an `open` event. A
 * source that ends is followed by an `end` event, one that fails by an `error` event; without either,
 * the connection broke.
 */
export function eventStream(
  frames: AsyncIterable<Frame>,
  options: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const { gone } = options;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  let unread = 0;
  let lastProgress = 0;
  const write = async (text: string): Promise<void> => {
    if (unread === 0) lastProgress = performance.now();
    unread += 1;
    try {
      await writer.write(encoder.encode(text));
      lastProgress = performance.now();
    } finally {
      unread -= 1;
    }
  };
  const pulse = setInterval(() => {
    if (unread === 0) write(": still here\n\n").catch(() => undefined);
    else if (performance.now() - lastProgress >= options.heartbeat) {
      writer.abort().catch(() => undefined);
      options.drop();
    }
  }, options.heartbeat);
  // The reader went away: nobody may be writing just now to notice it.
  writer.closed.catch(() => gone.abort());
  pump(frames, write, options)
    .catch(() => undefined)
    .finally(() => {
      clearInterval(pulse);
      gone.abort();
      writer.close().catch(() => undefined);
    });
  return readable;
}

async function pump(
  frames: AsyncIterable<Frame>,
  write: (text: string) => Promise<void>,
  { startId, gone, onError }: EventStreamOptions,
): Promise<void> {
  const start = startId === undefined ? "" : `id: ${startId}\n`;
  await write(`event: open\n${start}data: {}\n\n`);
  try {
    for await (const { id, item } of frames) {
      if (gone.signal.aborted) return;
      await write(`id: ${id}\ndata: ${JSON.stringify(item)}\n\n`);
    }
  } catch (error) {
    if (gone.signal.aborted) return;
    onError(error);
    await write(`event: error\ndata: ${JSON.stringify({ error: toErrorBody(error) })}\n\n`);
    return;
  }
  if (!gone.signal.aborted) await write("event: end\ndata: {}\n\n");
}
