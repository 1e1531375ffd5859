import { expect, it } from "bun:test";
import { audienceOf, isWholeRoom } from "./audience.ts";
import { asRoomId, asUserId } from "./ids.ts";

it("is a whole room where it is everybody in that room, and nothing else", () => {
  const [room, other] = [asRoomId("ab"), asRoomId("b")];
  expect(isWholeRoom(audienceOf.room(room), room)).toBe(true);
  const others = [
    audienceOf.room(other),
    audienceOf.room(asRoomId("cd")),
    audienceOf.players(room),
    audienceOf.spectators(room),
    audienceOf.user(asUserId("ab")),
    audienceOf.lobby("ab"),
    audienceOf.roomList("ab"),
  ];
  expect(others.filter((audience) => isWholeRoom(audience, room))).toEqual([]);
  expect(isWholeRoom(audienceOf.room(room), other)).toBe(false);
});
