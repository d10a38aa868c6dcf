import { randomBytes } from "node:crypto";
import type { LogStreamOptions } from "@herdctl/core";
import { z } from "zod";
import { streams } from "../contract.ts";
import type { StreamTypes } from "../contract-types.ts";
import type { EventRing } from "../event-ring.ts";
import type { FleetTarget } from "../fleet-target.ts";
import { resumeLog, resumeOptions } from "./log-position.ts";
import type { Frame } from "./sse.ts";

/** What a reader wants of a stream. */
export interface StreamRequest<Input> {
  readonly input: Input;
  /** Id of the last event that the reader has seen. */
  readonly lastEventId?: string;
  readonly signal: AbortSignal;
}

/** Frames of one stream, from now on or after `lastEventId`. */
export interface OpenedStream {
  readonly startId?: string;
  readonly frames: AsyncIterable<Frame>;
}

/** Opens every stream of the contract: a missing one is a type error. */
export type StreamHandlers = {
  readonly [Name in keyof StreamTypes]: (
    request: StreamRequest<StreamTypes[Name]["input"]>,
  ) => OpenedStream;
};

/** Serves the streams with this fleet, its events from `ring`. */
export function createStreamHandlers(fleet: FleetTarget, ring: EventRing): StreamHandlers {
  // Places in the ring mean nothing to the next daemon: its ids begin differently.
  const epoch = randomBytes(4).toString("hex");
  return {
    streamEvents: ({ lastEventId, signal }) => {
      const seen = lastEventId === undefined ? ring.last : placeIn(epoch, lastEventId);
      const start = Math.min(seen ?? ring.last, ring.last);
      const events = eventFrames(ring, { epoch, start, lost: seen === undefined, signal });
      return { startId: `${epoch}-${start}`, frames: events };
    },
    streamLogs: ({ input, lastEventId, signal }) => ({
      frames: logFrames(fleet, { ...input.query, signal }, lastEventId),
    }),
    streamJobLines: ({ input, lastEventId, signal }) => {
      const { jobId } = input.params;
      const seen = /^\d{1,15}$/.test(lastEventId ?? "") ? Number(lastEventId) : 0;
      const fromSeq = Math.max(input.query.fromSeq ?? 1, seen + 1);
      // Asked here, so that a job that does not exist is an answer and not the end of a stream.
      const { id } = fleet.getJob(jobId);
      return { frames: lineFrames(fleet, id, { ...input.query, fromSeq, signal }) };
    },
  };
}

interface EventPlace {
  readonly epoch: string;
  readonly start: number;
  /** What the reader missed before `start` is unknown. */
  readonly lost: boolean;
  readonly signal: AbortSignal;
}

async function* eventFrames(
  ring: EventRing,
  { epoch, start, lost, signal }: EventPlace,
): AsyncGenerator<Frame> {
  const { item } = streams.streamEvents;
  if (lost) yield { id: `${epoch}-${start}`, item: z.encode(item, { type: "gap" }) };
  for await (const { seq, event } of ring.readAfter(start, signal)) {
    yield { id: `${epoch}-${seq}`, item: z.encode(item, event) };
  }
}

async function* logFrames(
  fleet: FleetTarget,
  options: LogStreamOptions,
  lastEventId: string | undefined,
): AsyncGenerator<Frame> {
  const entries = fleet.streamLogs(resumeOptions(options, lastEventId));
  for await (const { id, entry } of resumeLog(entries, lastEventId)) {
    yield { id, item: z.encode(streams.streamLogs.item, entry) };
  }
}

async function* lineFrames(
  fleet: FleetTarget,
  jobId: string,
  options: Parameters<FleetTarget["streamJobLines"]>[1],
): AsyncGenerator<Frame> {
  for await (const line of fleet.streamJobLines(jobId, options)) {
    yield { id: String(line.seq), item: z.encode(streams.streamJobLines.item, line) };
  }
}

/** Place of an event id of this epoch. */
function placeIn(epoch: string, lastEventId: string): number | undefined {
  const [, of, seq] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(lastEventId) ?? [];
  return of === epoch ? Number(seq) : undefined;
}
