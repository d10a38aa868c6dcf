import type { ClaimedItem } from "../state/job-record.ts";

/** The prompt with the item of work that the job has taken. */
export function addWorkItem(prompt: string, item: ClaimedItem | undefined): string {
  if (item === undefined) return prompt;
  return `${prompt}\n\nYour item of work is "${item.title}" (${item.location}):\n\n${item.text}`;
}
