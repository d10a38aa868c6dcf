import type { LogEntry } from "@herdctl/core";
import { z } from "zod";
import { streams } from "../contract.ts";
import type { StreamTypes } from "../contract-types.ts";
import type { OpenConversations } from "../conversations/open-conversations.ts";
import type { EventRing } from "../event-ring.ts";
import type { FleetTarget } from "../fleet-target.ts";
import { newEpoch, readRing, type RingReading } from "../read-ring.ts";
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

/** What the streams are made of. */
export interface StreamSources {
  readonly fleet: FleetTarget;
  /** Events of the fleet. */
  readonly ring: EventRing;
  readonly conversations: OpenConversations;
}

/** Serves the streams with this fleet. */
export function createStreamHandlers({
  fleet,
  ring,
  conversations,
}: StreamSources): StreamHandlers {
  const fleetEvents = { ring, epoch: newEpoch() };
  return {
    streamEvents: ({ lastEventId, signal }) =>
      eventFrames(
        "streamEvents",
        readRing(fleetEvents, { after: lastEventId, from: ring.last, signal }),
      ),
    streamConversation: ({ input: { params, query }, lastEventId, signal }) => {
      const after = lastEventId ?? query.after;
      const place = { signal, ...(after !== undefined && { after }) };
      return eventFrames("streamConversation", conversations.read(params, place));
    },
    streamLogs: ({ input, lastEventId, signal }) => ({
      // Opened here, for the same reason as below.
      frames: logFrames(
        fleet.streamLogs(resumeOptions({ ...input.query, signal }, lastEventId)),
        lastEventId,
      ),
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

function eventFrames<Name extends "streamEvents" | "streamConversation">(
  name: Name,
  { startId, events }: RingReading<StreamTypes[Name]["item"]>,
): OpenedStream {
  const { item } = streams[name];
  const encode = (event: StreamTypes[Name]["item"]): unknown =>
    z.encode<z.ZodType<StreamTypes[Name]["item"]>>(item, event);
  async function* frames(): AsyncGenerator<Frame> {
    for await (const { id, event } of events) yield { id, item: encode(event) };
  }
  return { startId, frames: frames() };
}

async function* logFrames(
  entries: AsyncIterable<LogEntry>,
  lastEventId: string | undefined,
): AsyncGenerator<Frame> {
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
