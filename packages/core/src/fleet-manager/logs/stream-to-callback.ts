/** Options of every stream. */
export interface StreamOptions {
  /** Ends the stream, without an error. */
  readonly signal?: AbortSignal;
}

/** A stream that is being handed to a callback. */
export interface StreamHandle {
  /** Ends it; what is on its way is not handed over any more. */
  stop(): void;
  /** Resolves when the stream has ended, by itself or stopped; never rejects. */
  readonly done: Promise<void>;
}

/** Gets every item of a stream; the next one once the promise that it may return is settled. */
export type Callback<T> = (item: T) => unknown;

/** A stream to iterate over, or the handle of one that goes to a callback. */
export type Streamed<T> = AsyncIterable<T> | StreamHandle;

/** Opens a stream as an iterable, or with a callback hands over its items. */
export type OpenStream = <T>(
  open: (options: StreamOptions) => AsyncIterable<T>,
  options: StreamOptions,
  callback: Callback<T> | undefined,
) => Streamed<T>;

/**
 * A callback that throws misses nothing of the rest: its errors, and one that ends the stream, go
 * to `onError`.
 */
export function createOpenStream(onError: (error: Error) => void): OpenStream {
  return (open, options, callback) => {
    if (!callback) return open(options);
    const stopped = new AbortController();
    const signals = options.signal ? [stopped.signal, options.signal] : [stopped.signal];
    const signal = AbortSignal.any(signals);
    const tell = (error: unknown): void =>
      onError(error instanceof Error ? error : new Error(String(error)));
    const done = handOver(open({ signal }), { callback, signal, tell });
    return { stop: () => stopped.abort(), done };
  };
}

async function handOver<T>(
  items: AsyncIterable<T>,
  {
    callback,
    signal,
    tell,
  }: {
    readonly callback: Callback<T>;
    readonly signal: AbortSignal;
    readonly tell: (error: unknown) => void;
  },
): Promise<void> {
  try {
    for await (const item of items) {
      if (signal.aborted) return;
      try {
        await callback(item);
      } catch (error) {
        tell(error);
      }
    }
  } catch (error) {
    tell(error);
  }
}
