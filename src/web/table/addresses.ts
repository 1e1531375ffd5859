/** Where the pages around the table are. */

export function lobbyAddress(slug: string): string {
  return `/games/${slug}`;
}

export function playAddress(slug: string, roomId: string): string {
  return `${lobbyAddress(slug)}/play/${roomId}`;
}
