/** What a right value looks like and how it is read, for the kinds of settings that several have. */

export const port = {
  shape: "a port number, from 0 (any free one) to 65535",
  parse: (text: string) => wholeNumber(text, 0, 65_535),
};

export const host = {
  shape: "an IP address or a host name",
  parse: (text: string) => (/^[\w.:-]+$/.test(text) ? text : undefined),
};

export const milliseconds = {
  shape: "a whole number of milliseconds, from 1 to 31536000000",
  parse: (text: string) => wholeNumber(text, 1, 31_536_000_000),
};

export const factor = {
  example: "1",
  shape: "a number above 0",
  parse: (text: string) => {
    const value = Number(text);
    return Number.isFinite(value) && value > 0 ? value : undefined;
  },
  fallback: 1,
};

export const list = {
  parse: (text: string) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
};

/** A URL with one of the protocols; the text as it was written. */
export function url(protocols: readonly string[], example: string) {
  return {
    example,
    shape: `a URL such as ${example}`,
    parse: (text: string) =>
      URL.canParse(text) && protocols.includes(new URL(text).protocol) ? text.trim() : undefined,
    fallback: null as string | null,
  };
}

export const path = {
  parse: (text: string) => (text.trim() === "" ? undefined : text),
  fallback: null as string | null,
};

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
