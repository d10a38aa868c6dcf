const repository = "herdctl/agent";

/** Image of agents that name none. */
export const defaultImage: string = `${repository}:latest`;

/** What `herdctl docker build` calls the image that it makes. */
export function defaultTags(version: string): readonly string[] {
  return [defaultImage, `${repository}:${version}`];
}

/** How to come by an image that is missing. */
export function howToGet(image: string): string {
  if (isDefault(image)) return "Build it: `herdctl docker build`.";
  return `Pull it (\`docker pull ${image}\`), or build it (\`docker build --tag ${image} …\`).`;
}

/** How to make an image of ours anew. */
export function howToRenew(image: string): string {
  if (isDefault(image)) return "Build it anew: `herdctl docker build`.";
  // It may be made from the default one, whose labels it has then.
  return `Build it anew: \`herdctl docker build --tag ${image}\`, or, where it has a Dockerfile of its own, \`herdctl docker build\` and then that.`;
}

function isDefault(image: string): boolean {
  return image === repository || image === defaultImage;
}
