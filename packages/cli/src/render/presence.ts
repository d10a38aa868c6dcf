/** What to tell whoever waits for a daemon that has gone, or has come back. */
export function describePresence(isThere: boolean): string {
  return isThere
    ? "The daemon answers again."
    : "The daemon does not answer. Waiting up to 30 s for it …";
}
