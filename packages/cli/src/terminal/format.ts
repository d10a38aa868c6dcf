import { formatDuration } from "@herdctl/core";

/** US dollars, with as many digits as matter. */
export function formatCost(usd: number): string {
  return `$${usd.toFixed(usd > 0 && usd < 1 ? 4 : 2)}`;
}

/** A past or future instant as seen from `now`: `3m ago`, `in 2s`. */
export function formatRelative(instant: Date, now: number): string {
  const distance = instant.getTime() - now;
  if (Math.abs(distance) < 1_000) return "now";
  const [largest = ""] = formatDuration(Math.round(Math.abs(distance) / 1_000) * 1_000).split(" ");
  const text = largest.replace(/\.\d+s$/, "s");
  return distance > 0 ? `in ${text}` : `${text} ago`;
}

/** Wall clock time of day. */
export function formatTime(instant: Date): string {
  const parts = [instant.getHours(), instant.getMinutes(), instant.getSeconds()];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** Wall clock date and time. */
export function formatInstant(instant: Date): string {
  const parts = [instant.getFullYear(), instant.getMonth() + 1, instant.getDate()];
  return `${parts.map((part) => String(part).padStart(2, "0")).join("-")} ${formatTime(instant)}`;
}

/** `512 B`, `1.5 MB`. */
export function formatSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1_000 ** step;
  return `${value.toFixed(step > 0 && value < 10 ? 1 : 0)} ${units[step] ?? ""}`;
}

/** `999`, `1.2k`, `3.4M`. */
export function formatAmount(count: number): string {
  const step = count < 1_000 ? 0 : count < 999_500 ? 1 : 2;
  const value = count / 1_000 ** step;
  return `${value.toFixed(step > 0 && value < 9.95 ? 1 : 0)}${["", "k", "M"][step]}`;
}

/** `1 turn`, `2 turns`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
