import * as v from "valibot";
import * as Factor from "../factor.ts";
import { Token } from "../token.ts";
import { Compared, Email, Password, sessionIn } from "./field.ts";

export const Reset = v.strictObject({ token: Token, password: Password });
export const PasswordChange = v.strictObject({ current: Compared, next: Password });
export const Reauthenticate = v.strictObject({ password: Compared, code: v.optional(Factor.Code) });
export const LoginCode = v.strictObject({ ticket: Token, code: Factor.Code, ...sessionIn });
export const LoginPasskey = v.strictObject({ ...Factor.UsePasskey.entries, ...sessionIn });
export const EmailChange = v.strictObject({ email: Email });
