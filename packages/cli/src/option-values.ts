import { parseDuration, type WorkItem } from "@herdctl/core";
import { InvalidArgumentError } from "commander";

/** A positive whole number. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1.");
  return Number(text);
}

/** A positive whole number up to this one. */
export function parseCountTo(most: number): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`);
  };
}

/** A TCP port; 0 is any that is free. */
export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("Give a port from 0 to 65535; 0 is any that is free.");
}

/** A whole number. */
export function parseInteger(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
  return Number(text);
}

/** Milliseconds of a duration such as `30s`. */
export function parseTimeout(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined) throw new InvalidArgumentError("Give a duration such as 30s or 5m.");
  return duration;
}

/** The instant that a duration ago, or a date, means. */
export function parseSince(text: string): Date {
  const duration = parseDuration(text);
  const instant = duration === undefined ? Date.parse(text) : Date.now() - duration;
  if (Number.isNaN(instant)) {
    throw new InvalidArgumentError(
      "Give a duration such as 90m, 2h or 7d, or a date such as 2026-11-21.",
    );
  }
  return new Date(instant);
}

/** One more item of work, as JSON. */
export function parseWorkItem(text: string, before: readonly WorkItem[] = []): readonly WorkItem[] {
  const item = readJson(text);
  if (isWorkItem(item)) return [...before, item];
  throw new InvalidArgumentError(
    'Give a JSON object with a `type`, such as \'{"type": "issue", "url": "https://…"}\'.',
  );
}

function isWorkItem(value: unknown): value is WorkItem {
  if (!(value instanceof Object) || !("type" in value)) return false;
  return typeof value.type === "string" && (!("url" in value) || typeof value.url === "string");
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
