/** Which sound what has happened makes. Pure. */
import { isGameOver, isOwn, playerOf } from "./board.ts";
import type { Sound } from "./sounds.ts";
import type { Board, BoardEvent, GameEvent, TableGame, TableState } from "./table-game.ts";
import type { UserId } from "../../protocol/ids.ts";

/** What is to be heard when these events are shown on `board`; null: nothing. The last word counts. */
export function soundOf<State extends TableState, Event extends GameEvent>(
  game: TableGame<State, Event>,
  events: readonly BoardEvent<Event>[],
  board: Board<State>,
  me: UserId,
): Sound | null {
  let sound: Sound | null = null;
  let opensTurn = false;
  for (const event of events) {
    if (isOwn(game, event)) {
      sound = game.soundOf(event, me) ?? sound;
      opensTurn ||= game.opensTurn(event);
    } else if (isGameOver(event)) {
      return event.winner !== me && playerOf(board, me) !== undefined ? "game lost" : "game won";
    }
  }
  const isMine = opensTurn && board.game?.currentTurn === me;
  return sound === "land" && isMine ? "my turn" : sound;
}
