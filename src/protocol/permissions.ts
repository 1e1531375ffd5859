/** What a person may do, by role (design §5, Token). A command's declaration names one of these. */
export type Role = "visitor" | "guest" | "user" | "admin";
export type Permission = "watch" | "play" | "public_chat" | "private_chat" | "friends" | "message_anyone";

const watching: readonly Permission[] = ["watch"];
const playing: readonly Permission[] = [...watching, "play", "public_chat"];
const belonging: readonly Permission[] = [...playing, "private_chat", "friends"];

export const permissionsOfRole: Readonly<Record<Role, readonly Permission[]>> = {
  visitor: watching,
  guest: playing,
  user: belonging,
  admin: [...belonging, "message_anyone"],
};
