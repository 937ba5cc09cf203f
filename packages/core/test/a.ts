import { newId } from "../src/id.ts";
import * as User from "../src/user.ts";

export const password = "correct horse battery staple";

/** Somebody's sign-up, with an address of its own. */
export function signup(over: Partial<User.Create> = {}): User.Create {
  return { email: `${newId("usr")}@example.com`, password, firstName: "Robin", lastName: "Example", ...over };
}

/** An own user's id. */
export async function user(over: Partial<User.Create> = {}): Promise<string> {
  return (await User.create(signup(over), new Date())).id;
}
