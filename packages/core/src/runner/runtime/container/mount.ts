/** Something that a container sees at `target`. */
export interface Mount {
  /** `volume`: one that Docker keeps by its name. */
  readonly type: "bind" | "volume" | "tmpfs";
  /** Path on the host, or name of the volume; none in memory. */
  readonly source?: string;
  readonly target: string;
  readonly readOnly?: boolean;
}

/** A mount as `docker run` takes it; unlike `--volume`, it never makes a missing folder. */
export function toMountFlag({ type, source, target, readOnly }: Mount): string {
  const fields = [
    `type=${type}`,
    ...(source === undefined ? [] : [`src=${source}`]),
    `dst=${target}`,
    ...(readOnly ? ["readonly"] : []),
    ...(type === "tmpfs" ? ["tmpfs-size=65536", "tmpfs-mode=0555"] : []),
  ];
  return `--mount=${fields.map(csvField).join(",")}`;
}

function csvField(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
