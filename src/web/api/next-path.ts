export const defaultNextPath = "/games";

/**
 * Where to go after signing in, as the address bar said: a path on this site, or the default. Anything that a
 * browser would take for another site (`//evil.example`, `/\evil.example`, `/.//evil.example`) is not followed.
 */
export function nextPath(asked: string | undefined): string {
  if (asked === undefined || !asked.startsWith("/") || !URL.canParse(asked, here)) return defaultNextPath;
  const url = new URL(asked, here);
  const path = url.pathname + url.search + url.hash;
  return url.origin === here && !path.startsWith("//") ? path : defaultNextPath;
}

const here = "http://here.invalid";
