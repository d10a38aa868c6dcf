/** `herdctl-` and the name, in characters that every system takes. */
export function serviceName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return `herdctl-${plain.replaceAll(/^-|-$/g, "") || "fleet"}`;
}
