/** What a browser says about the page that makes a request. */
export interface PageFacts {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site` */
  readonly site: string | undefined;
}

/** Tells whether a browser says that a page of somebody else makes this request. */
export function isForeignPage({ host, origin, site }: PageFacts): boolean {
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  if (origin === undefined) return false;
  const page = URL.parse(origin);
  // Another port of this machine is somebody else's, too. A proxy may say the port of its protocol.
  return !page || page.host !== URL.parse(`${page.protocol}//${host}`)?.host;
}

/** Tells whether a browser says that a page of this server makes this request. */
export function isOwnPage(facts: PageFacts): boolean {
  const said = facts.origin !== undefined || facts.site === "same-origin";
  return said && !isForeignPage(facts);
}
