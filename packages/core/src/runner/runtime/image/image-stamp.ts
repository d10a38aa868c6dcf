import { compareVersions } from "../../claude-binary.ts";
import { howToRenew } from "./default-image.ts";

/** Label with the version of the herdctl that built an image. */
const versionLabel = "herdctl.version";

export interface StampedImage {
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Version of this herdctl. */
  readonly ours: string;
}

/**
 * What is to be said of an image that another version of herdctl built; nothing of images that somebody
 * made without it.
 */
export function describeStamp({ image, labels, ours }: StampedImage): string | undefined {
  const built = labels[versionLabel];
  if (built === undefined || built === "" || built === ours) return undefined;
  const age = compareVersions(built, ours) > 0 ? "a newer" : "an older";
  return `the image ${image} was built by ${age} herdctl, ${built}; this is ${ours}. ${howToRenew(image)}`;
}
