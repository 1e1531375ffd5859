/** A checker that finds nothing proves nothing: each thing that it looks for is done to it here. */
import { describe, expect, it } from "bun:test";
import { judge } from "./judge.ts";
import { Journal, type Role } from "./journal.ts";
import type { Stored } from "./stored.ts";
import type { AnyEventFrame, AnySocketClient } from "../../../src/sockets/index.ts";

const roomId = "room";
const roll = "games.command.bigger_dice.roll";
const message = "chat.command.send_message";

const silent: AnySocketClient = {
  state: { name: "connecting" },
  send: () => Promise.reject(new Error("nobody is there")),
  tell: () => {},
  onAny: () => () => {},
  onState: () => () => {},
  keepOpen: () => () => {},
};

function journal(userId: string, role: Role): Journal {
  const own = new Journal(userId, role, silent);
  own.rooms.add(roomId);
  return own;
}

/** Only what the checker looks at. */
const frame = (type: string, fields: object = {}): AnyEventFrame =>
  ({ type, roomId, ...fields }) as unknown as AnyEventFrame;
const over = (winner: string) =>
  frame("games.event.bigger_dice.game_over", { seq: 9, eventId: "e9", winner, reason: "score" });

/** A game that is right in every way, and its people. */
function rightGame() {
  const [ann, bob, fan] = [journal("1", "player"), journal("2", "player"), journal("3", "spectator")];
  ann.acknowledged.push({ type: roll, payload: { roomId, turn: 0 }, outcome: frame("rolled", { roll: 6 }) });
  bob.acknowledged.push({ type: roll, payload: { roomId, turn: 1 }, outcome: frame("rolled", { roll: 2 }) });
  ann.acknowledged.push({
    type: message,
    payload: { recipientId: "2", content: "hi" },
    outcome: frame("received"),
  });
  for (const each of [ann, bob, fan]) {
    each.frames.push(over("1"));
    each.lines.set(roomId, [null, 3, 4, 5, null, 9]);
  }
  const stored: Stored = {
    rooms: [
      {
        roomId,
        status: "finished",
        seq: 9,
        result: { winner: "1", reason: "score" },
        rounds: [{ round: 1, rolls: { "1": 6, "2": 2 } }],
      },
    ],
    messages: [{ sender: "1", content: "hi", line: "chat 1", position: 1 }],
    log: [
      { roomId, seq: 9, eventId: "e9" },
      { roomId, seq: 9, eventId: "e9" },
    ],
  };
  return { ann, bob, fan, stored };
}

describe("the checker of the fault runner", () => {
  it("has nothing to say of a game that is right", () => {
    const { ann, bob, fan, stored } = rightGame();
    expect(judge([ann, bob, fan], stored)).toEqual([]);
  });

  type Game = ReturnType<typeof rightGame>;
  const [first] = rightGame().stored.rooms;
  const [only] = rightGame().stored.messages;
  if (first === undefined || only === undefined) throw new Error("The game has a room and a message.");
  const changed = (stored: Stored, change: Partial<Stored>): Stored => ({ ...stored, ...change });
  const wrongs: readonly (readonly [string, string, (game: Game) => Stored])[] = [
    [
      "a roll that is lost",
      "stored as undefined",
      ({ stored }) => changed(stored, { rooms: [{ ...first, rounds: [] }] }),
    ],
    [
      "a roll that is another",
      "stored as 5",
      ({ stored }) =>
        changed(stored, { rooms: [{ ...first, rounds: [{ round: 1, rolls: { "1": 5, "2": 2 } }] }] }),
    ],
    [
      "a roll that is acknowledged twice",
      "acknowledged twice",
      ({ ann, stored }) => {
        ann.acknowledged.push(...ann.acknowledged.slice(0, 1));
        return stored;
      },
    ],
    ["a message that is lost", "stored 0 times", ({ stored }) => changed(stored, { messages: [] })],
    [
      "a message that is doubled",
      "stored 2 times",
      ({ stored }) => changed(stored, { messages: [only, { ...only, position: 2 }] }),
    ],
    [
      "a hole in a chat",
      "is followed by",
      ({ stored }) => changed(stored, { messages: [only, { ...only, content: "ho", position: 3 }] }),
    ],
    [
      "a hole in what was shown",
      "5 came after 3",
      ({ fan, stored }) => {
        fan.lines.set(roomId, [null, 3, 5]);
        return stored;
      },
    ],
    [
      "an event that was shown twice",
      "4 came after 4",
      ({ fan, stored }) => {
        fan.lines.set(roomId, [null, 3, 4, 4]);
        return stored;
      },
    ],
    [
      "chat of spectators with a player",
      "a player, got",
      ({ ann, stored }) => {
        ann.frames.push(frame("games.event.spectator_chat_message"));
        return stored;
      },
    ],
    [
      "a room of others",
      "of elsewhere",
      ({ fan, stored }) => {
        fan.frames.push(frame("games.event.bigger_dice.rolled", { roomId: "elsewhere" }));
        return stored;
      },
    ],
    [
      "somebody else's letter",
      "between two others",
      ({ fan, stored }) => {
        fan.frames.push(
          frame("chat.event.message_received", { roomId: undefined, senderId: "1", recipientId: "2" }),
        );
        return stored;
      },
    ],
    [
      "two results",
      "ended as",
      ({ bob, stored }) => {
        bob.frames.push({ ...over("2"), eventId: "e9" });
        return stored;
      },
    ],
    [
      "a number with two events",
      "is another event",
      ({ bob, stored }) => {
        bob.frames.push({ ...over("1"), eventId: "other" });
        return stored;
      },
    ],
    [
      "an event that the log has not",
      "which the log has as undefined",
      ({ stored }) => changed(stored, { log: [] }),
    ],
    [
      "two events of one number in the log",
      "two events for",
      ({ stored }) => changed(stored, { log: [...(stored.log ?? []), { roomId, seq: 9, eventId: "other" }] }),
    ],
    [
      "a game that hangs",
      "still playing",
      ({ stored }) => changed(stored, { rooms: [{ ...first, status: "playing" }] }),
    ],
  ];
  for (const [what, words, spoil] of wrongs) {
    it(`finds ${what}`, () => {
      const game = rightGame();
      const stored = spoil(game);
      expect(judge([game.ann, game.bob, game.fan], stored).join("\n")).toContain(words);
    });
  }
});
