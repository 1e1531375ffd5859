/** The routes of games.ts, described. */
import Type from "typebox";
import { listOf } from "./answer-shapes.ts";
import { route, type Parameter } from "./route-description.ts";
import {
  ClientSeedSchema,
  GameOverReasonSchema,
  GameTypeSchema,
  RoomIdSchema,
  RoomListingSchema,
  UserIdSchema,
} from "../../protocol/index.ts";

export const GameSchema = Type.Object({
  slug: GameTypeSchema,
  name: Type.String(),
  description: Type.String(),
  minPlayers: Type.Integer(),
  maxPlayers: Type.Integer(),
  thumbnailUrl: Type.Union([Type.String(), Type.Null()]),
});

export const GameRecordSchema = Type.Object({
  roomId: RoomIdSchema,
  gameType: GameTypeSchema,
  players: Type.Array(Type.Object({ id: UserIdSchema, name: Type.String() })),
  serverSeedHash: Type.String({ description: "SHA-256 of the server seed, said before the game" }),
  serverSeed: Type.String(),
  clientSeeds: Type.Record(Type.String(), ClientSeedSchema, { description: "by user id" }),
  rolls: Type.Array(
    Type.Object({ turn: Type.Integer({ minimum: 0 }), playerId: UserIdSchema, roll: Type.Integer() }),
  ),
  result: Type.Object({
    winner: Type.Union([UserIdSchema, Type.Null()]),
    reason: GameOverReasonSchema,
    finalScores: Type.Record(Type.String(), Type.Integer(), { description: "by user id" }),
    forfeitedBy: Type.Union([UserIdSchema, Type.Null()]),
  }),
});

const slug: Parameter = { schema: GameTypeSchema, summary: "The game.", example: "bigger_dice" };
const roomId: Parameter = {
  schema: RoomIdSchema,
  summary: "The room.",
  example: "0b9a2c54-3d0f-4c57-9d5e-6a1f0c2b7e11",
};

export const gameRoutes = [
  route({
    name: "listGames",
    group: "games",
    method: "GET",
    path: "/api/games",
    summary: "Lists the games that are on offer.",
    session: "none",
    answers: { 200: { summary: "All of them.", schema: listOf(GameSchema) } },
    refusals: [],
  }),
  route({
    name: "listRooms",
    group: "games",
    method: "GET",
    path: "/api/games/:slug/rooms",
    summary: "Lists a game's rooms, as `games.event.rooms_updated` does, the oldest first.",
    session: "none",
    pathParameters: { slug },
    answers: { 200: { summary: "All of them.", schema: listOf(RoomListingSchema) } },
    refusals: ["GAME_NOT_FOUND"],
  }),
  route({
    name: "gameRecord",
    group: "games",
    method: "GET",
    path: "/api/games/:slug/rooms/:roomId/record",
    summary: "Gives, as a file, all that is needed to check the dice of a game that is over.",
    session: "none",
    pathParameters: { slug, roomId },
    answers: { 200: { summary: "The record.", schema: GameRecordSchema } },
    refusals: ["GAME_NOT_FOUND", "ROOM_NOT_FOUND", "GAME_NOT_FINISHED"],
  }),
];
