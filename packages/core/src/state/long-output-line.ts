import type { LongLine } from "./line-reader.ts";
import type { OutputLine } from "./output-line.ts";

/** Says how much is missing. */
export function describeLeftOut(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB in one line are left out: nobody could read them.`;
}

/** What a reader of a job's output gets in place of a line that is too long. */
export function toStandIn({ head, bytes }: LongLine): string | undefined {
  const known = /^\{"seq":(\d+),"timestamp":"([^"]+)","attempt":(\d+),/.exec(head.toString("utf8"));
  if (!known) return undefined;
  const [, seq = "", timestamp = "", attempt = ""] = known;
  const line: OutputLine = {
    seq: Number(seq),
    timestamp,
    attempt: Number(attempt),
    type: "system",
    subtype: "left_out",
    text: describeLeftOut(bytes),
  };
  return JSON.stringify(line);
}
