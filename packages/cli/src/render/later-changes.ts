/** What of a reload's changes a running daemon does not take up, in a sentence. */
export function describeLaterChanges(changes: readonly string[]): string | undefined {
  const isWeb = changes.some((change) => change.startsWith("fleet:web:"));
  return isWeb ? "What has changed in `web` takes effect at the next start." : undefined;
}
