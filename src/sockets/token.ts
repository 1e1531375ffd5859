/** Where the socket's token comes from: `GET /api/socket-token` on a page, anything else in a bot. */

export interface SocketToken {
  readonly token: string;
  /** ISO-8601, UTC. */
  readonly expiresAt: string;
  /** The socket's address, `wss://…/ws`. */
  readonly url: string;
}

/** A token could not be had. With status 401 or 403 there is none for this person; else it is tried again. */
export class TokenUnavailable extends Error {
  /** Of the HTTP answer; null where there was no answer. */
  readonly status: number | null;

  constructor(status: number | null, message: string) {
    super(message);
    this.name = "TokenUnavailable";
    this.status = status;
  }
}

/**
 * Gets a token from the platform's HTTP API, with the session cookie that the browser holds.
 *
 * @param headers for a program that holds its cookie itself: `{ Cookie: "bs_session=…" }`
 */
export async function fetchToken(
  address = "/api/socket-token",
  headers: Readonly<Record<string, string>> = {},
): Promise<SocketToken> {
  const init: RequestInit = { cache: "no-store", credentials: "same-origin", headers };
  const response = await fetch(address, init).catch(() => {
    throw new TokenUnavailable(null, "The server cannot be reached: check the network.");
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    throw new TokenUnavailable(response.status, detailOf(body) ?? `The server answered ${response.status}.`);
  }
  if (!isSocketToken(body)) {
    // A proxy or a sign-in page of the network in between, which answers everything with its own page.
    throw new TokenUnavailable(null, "Something between this page and the server answers in its place.");
  }
  return body;
}

/** The sentence in a problem document. */
function detailOf(body: unknown): string | null {
  return isRecord(body) && typeof body["detail"] === "string" ? body["detail"] : null;
}

function isSocketToken(body: unknown): body is SocketToken {
  return (
    isRecord(body) &&
    typeof body["token"] === "string" &&
    typeof body["expiresAt"] === "string" &&
    typeof body["url"] === "string"
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
