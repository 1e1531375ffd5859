/** Where the pages around the board are. */

export const lobbyAddress = "/games/bigger_dice";

export function playAddress(roomId: string): string {
  return `${lobbyAddress}/play/${roomId}`;
}
