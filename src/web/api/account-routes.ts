/** The routes of accounts.ts, described. */
import Type from "typebox";
import { route } from "./route-description.ts";
import { TimeSchema, UserIdSchema } from "../../protocol/index.ts";

const RoleSchema = Type.Union([Type.Literal("guest"), Type.Literal("user"), Type.Literal("admin")]);

export const AccountSchema = Type.Object({
  userId: UserIdSchema,
  username: Type.String(),
  roles: Type.Array(RoleSchema),
});

export const SocketTokenSchema = Type.Object({
  token: Type.String({ description: "a JWT, for system.authenticate" }),
  expiresAt: TimeSchema,
  url: Type.String({ description: "where the socket is" }),
});

const nameRule = "3 to 24 letters of one alphabet, digits, _ and -";

export const NewMemberSchema = Type.Object(
  {
    username: Type.String({ description: nameRule, examples: ["ada-lovelace"] }),
    password: Type.String({ description: "8 to 128 characters", examples: ["correct horse battery"] }),
  },
  { additionalProperties: false },
);

export const CredentialsSchema = Type.Object(
  {
    username: Type.String({ examples: ["ada-lovelace"] }),
    password: Type.String({ examples: ["correct horse battery"] }),
  },
  { additionalProperties: false },
);

export const GuestSchema = Type.Object(
  {
    username: Type.Optional(
      Type.String({ description: `${nameRule}; without it the guest gets a name`, examples: ["grace"] }),
    ),
  },
  { additionalProperties: false },
);

export const accountRoutes = [
  route({
    name: "register",
    group: "accounts",
    method: "POST",
    path: "/api/register",
    summary: "Makes an account and signs in. A session that this browser had ends.",
    session: "optional",
    cookie: "session_begins",
    body: NewMemberSchema,
    answers: { 200: { summary: "Who is signed in now.", schema: AccountSchema } },
    refusals: ["USERNAME_TAKEN"],
  }),
  route({
    name: "signIn",
    group: "accounts",
    method: "POST",
    path: "/api/login",
    summary:
      "Signs in with name and password. A session that this browser had ends. FORBIDDEN: the account is banned.",
    session: "optional",
    cookie: "session_begins",
    body: CredentialsSchema,
    answers: { 200: { summary: "Who is signed in now.", schema: AccountSchema } },
    refusals: ["SIGN_IN_FAILED"],
  }),
  route({
    name: "playAsGuest",
    group: "accounts",
    method: "POST",
    path: "/api/guest",
    summary: "Signs in without an account.",
    session: "optional",
    cookie: "session_begins",
    body: GuestSchema,
    answers: { 200: { summary: "Who is signed in now.", schema: AccountSchema } },
    refusals: ["USERNAME_TAKEN"],
  }),
  route({
    name: "signOut",
    group: "accounts",
    method: "POST",
    path: "/api/logout",
    summary: "Ends the session and closes its sockets.",
    session: "optional",
    cookie: "session_ends",
    answers: { 204: { summary: "Nobody is signed in now.", schema: null } },
    refusals: ["FRAME_TOO_LARGE"],
  }),
  route({
    name: "me",
    group: "accounts",
    method: "GET",
    path: "/api/me",
    summary: "Says who is signed in.",
    session: "any",
    answers: { 200: { summary: "Who is signed in.", schema: AccountSchema } },
    refusals: [],
  }),
  route({
    name: "socketToken",
    group: "accounts",
    method: "GET",
    path: "/api/socket-token",
    summary:
      "Gives a token for the socket, for at most five minutes; without a session a visitor's, who may watch.",
    session: "optional",
    cookie: "visitor_comes",
    answers: { 200: { summary: "The token, and where the socket is.", schema: SocketTokenSchema } },
    refusals: [],
  }),
];
