/** Stands for what a reader has missed. */
export interface Gap {
  readonly type: "gap";
}

/** An event with its place in the ring. */
export interface Numbered<Event> {
  readonly seq: number;
  readonly event: Event;
}

/** The last events of something. Readers hold a position, not a queue: a slow one costs nothing. */
export interface Ring<Event> {
  /** Place of the newest event; 0 before the first. */
  readonly last: number;
  add(event: Event): void;
  /** What comes after a place. A reader that fell behind the oldest event is told by a `gap`. */
  readonly readAfter: (place: number, signal?: AbortSignal) => AsyncIterable<Numbered<Event | Gap>>;
  /** Nothing more comes: readers end after what there is. */
  close(): void;
}

/** How much a ring keeps; of what is larger than that, the last one. */
export interface RingLimits<Event> {
  readonly events: number;
  readonly size?: { readonly most: number; readonly of: (event: Event) => number };
}

/** Keeps the last events that are added. */
export function createRing<Event>({ events, size }: RingLimits<Event>): Ring<Event> {
  const kept: Numbered<Event>[] = [];
  const sleepers = new Set<() => void>();
  let last = 0;
  let total = 0;
  let isClosed = false;
  const sizeOf = (event: Event): number => size?.of(event) ?? 0;
  const isTooMuch = (): boolean =>
    kept.length > events || (kept.length > 1 && total > (size?.most ?? 0));
  const wakeAll = (): void => {
    for (const wake of sleepers) wake();
  };

  async function* readAfter(
    place: number,
    signal?: AbortSignal,
  ): AsyncGenerator<Numbered<Event | Gap>> {
    let next = place + 1;
    while (!signal?.aborted) {
      const oldest = last - kept.length + 1;
      const found = kept[next - oldest];
      if (next < oldest) {
        next = oldest;
        yield { seq: oldest - 1, event: { type: "gap" } };
      } else if (found) {
        next += 1;
        yield found;
      } else if (isClosed) {
        return;
      } else {
        await nextChange(sleepers, signal);
      }
    }
  }
  return {
    get last() {
      return last;
    },
    add: (event) => {
      last += 1;
      kept.push({ seq: last, event });
      total += sizeOf(event);
      while (isTooMuch()) {
        const dropped = kept.shift();
        if (dropped) total -= sizeOf(dropped.event);
      }
      wakeAll();
    },
    readAfter,
    close: () => {
      isClosed = true;
      wakeAll();
    },
  };
}

function nextChange(sleepers: Set<() => void>, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => {
    sleepers.delete(wake);
    signal?.removeEventListener("abort", wake);
    resolve();
  };
  sleepers.add(wake);
  signal?.addEventListener("abort", wake, { once: true });
  return promise;
}
