/** Who sits at a table, what they send and how the table stands, for tests of the service with rooms in it. */
import { person, type GamesUnderTest, type TestPerson } from "./service-fixture.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";
import type { Room } from "../rooms/room.ts";
import { asRoomId, type EventEnvelope, type RoomId } from "../../protocol/index.ts";

export const john = person(1, "john");
export const jane = person(2, "jane");
export const mary = person(3, "mary");

export const create = "games.command.create_room";
export const join = "games.command.join_room";
export const leave = "games.command.leave_room";
export const quickPlay = "games.command.quick_play";
export const rematch = "games.command.rematch";
export const roll = "games.command.bigger_dice.roll";
export const gameType = "bigger_dice";

export function field(event: EventEnvelope | undefined, name: string): unknown {
  return (event?.payload as Record<string, unknown> | undefined)?.[name];
}
export const codeOf = (event: EventEnvelope | undefined) => field(event, "code");
export const roomIdOf = (event: EventEnvelope | undefined) => asRoomId(String(field(event, "roomId")));

export async function openRoom(games: GamesUnderTest, host: TestPerson, roomName = "table"): Promise<RoomId> {
  return roomIdOf(await games.send(host, create, { gameType, roomName }));
}

/** John's room, which jane has joined: it is his turn. */
export async function startGame(games: GamesUnderTest): Promise<RoomId> {
  const roomId = await openRoom(games, john);
  await games.send(jane, join, { roomId });
  return roomId;
}

/** As it is saved. */
export async function roomOf(games: GamesUnderTest, roomId: RoomId): Promise<Room> {
  const document = await games.store.load(roomId);
  if (document === null) throw new Error("There is no such room.");
  return document.room;
}

export async function turnOf(games: GamesUnderTest, roomId: RoomId): Promise<TestPerson | null> {
  const room = await roomOf(games, roomId);
  const userId = room.status === "playing" ? biggerDice.turnOf(room.game as never) : null;
  return [john, jane].find((each) => each.userId === userId) ?? null;
}

export async function playToTheEnd(games: GamesUnderTest, roomId: RoomId): Promise<void> {
  for (let player = await turnOf(games, roomId); player !== null; player = await turnOf(games, roomId)) {
    await games.send(player, roll, { roomId });
  }
}

/** The room's own events so far, in the log's order: each has a seq. */
export function ofRoom(games: GamesUnderTest, roomId: RoomId): readonly EventEnvelope[] {
  return games.events.filter(
    (event) =>
      event.audience?.type === "room" &&
      field(event, "roomId") === roomId &&
      field(event, "seq") !== undefined,
  );
}
