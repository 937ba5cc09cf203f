import { expect, test } from "vitest";
import * as Audit from "../src/audit.ts";
import { sql } from "../src/base/db.ts";
import * as Session from "../src/session.ts";
import * as User from "../src/user.ts";
import * as a from "./support/factory.ts";

const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [`${windows} Chrome/131.0.0.0 Safari/537.36`, "Chrome on Windows"],
  [`${windows} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`, "Edge on Windows"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Linux"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1",
    "Safari on iPhone",
  ],
  [
    "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 CriOS/131.0 Mobile Safari/604.1",
    "Chrome on iPad",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
    "Safari on macOS",
  ],
  [
    "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile Safari/537.36 SamsungBrowser/27",
    "Samsung Internet on Android",
  ],
  ["TravelConductor/1.0 (Android 14)", "Android"],
  ["curl/8.5.0", null],
  ["<script>alert(1)</script>\0", null],
  ["x".repeat(1_000_000), null],
  [undefined, null],
])("%.60s is described as %s", (agent, device) => {
  expect(Audit.describeDevice(agent)).toBe(device);
});

test.each([
  ["203.0.113.77", "203.0.113.0/24"],
  ["2001:db8:85a3:1234:5678:8a2e:370:7334", "2001:db8:85a3:1234::/64"],
  ["2001:DB8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::ffff:203.0.113.77", "203.0.113.0/24"],
  ["::ffff:cb00:714d", "203.0.113.0/24"],
  ["203.0.113", null],
  ["203.0.113.77, 198.51.100.1", null],
  ["' or true --", null],
  ["", null],
  [undefined, null],
])("%s is in %s, which Postgres accepts as a network", async (address, network) => {
  expect(Audit.networkOf(address)).toBe(network);
  const [row] = await sql`select ${network}::cidr <<= '0.0.0.0/0' or ${network}::cidr <<= '::/0' as known`;
  expect(row?.known).toBe(network === null ? null : true);
});

test.each([
  ["203.0.113.77", "203.0.113.77"],
  ["::ffff:203.0.113.77", "203.0.113.77"],
  ["::FFFF:cb00:714d", "203.0.113.77"],
  ["0:0:0:0:0:ffff:203.0.113.77", "203.0.113.77"],
  ["2001:db8:85a3:1234:5678:8a2e:370:7334", "2001:db8:85a3:1234::/64"],
  ["2001:DB8:85a3:1234::1", "2001:db8:85a3:1234::/64"],
  ["127.0.0.1, 203.0.113.77", "127.0.0.1, 203.0.113.77"],
])("requests from %s count for %s", (address, key) => {
  expect(Audit.addressKey(address)).toBe(key);
});

const from = { address: "203.0.113.77", device: `${windows} Chrome/131.0.0.0 Safari/537.36` };

const events = (userId: string) => sql`
  select account_events.event, account_events.session_id as "sessionId", account_events.device,
         account_events.network::text
    from account_events
   where account_events.user_id = ${userId}
   order by account_events.at, account_events.id`;

test("an account's life leaves events that are coarse and without secrets", async () => {
  const at = new Date();
  const input = a.signup();
  const { user, session } = await User.create(input, at, from);
  const sessionId = (await Session.validate(session.token, at))?.sessionId ?? "";
  const password = "another fine long password";
  await a.login({ email: input.email, password }, at, from).catch(() => undefined);
  await a.login(input, at, from).catch(() => undefined);
  await a.login({ email: input.email, password: input.password }, at, from);
  await User.changePassword(user.id, sessionId, { current: input.password, next: password }, at, from);
  await User.requestReset({ email: input.email }, at, from);
  const token = await a.token(user.id, "reset");
  await User.reset({ token, password: input.password }, at, from);
  await Session.logout((await a.login({ email: input.email, password: input.password }, at, from)).session.token, from);

  const trail = await events(user.id);
  const names = trail.map(({ event }) => event);
  expect(names.toSorted()).toEqual(
    [
      "signup",
      "login_failed",
      "login",
      "password_changed",
      "reset_requested",
      "reset",
      "login",
      "session_ended",
    ].sort(),
  );
  for (const row of trail) expect(row).toMatchObject({ device: "Chrome on Windows", network: "203.0.113.0/24" });
  expect(trail.find(({ event }) => event === "signup")).toMatchObject({ sessionId });
  const [all] = await sql`select json_agg(account_events)::text as text from account_events`;
  const secrets = [input.email, input.password, password, session.token, token, from.address, "131.0"];
  for (const secret of secrets) expect(all?.text).not.toContain(secret);
});

test("a failed login with an unknown address is recorded without a user", async () => {
  const failed = () => sql`
    select account_events.network::text
      from account_events
     where account_events.user_id is null
       and account_events.event = 'login_failed'`;
  await a.login({ email: a.signup().email, password: a.password }, new Date(), from).catch(() => undefined);
  expect(await failed()).toEqual([{ network: "203.0.113.0/24" }]);
});

test("events stay when their user is anonymised", async () => {
  const userId = (await User.create(a.signup(), new Date(), from)).user.id;
  const [event] = await sql`select account_events.id from account_events where account_events.user_id = ${userId}`;
  await sql.transaction([Audit.anonymise(userId), sql`delete from users where users.id = ${userId}`]);
  const [left] = await sql`
    select account_events.event, account_events.user_id, account_events.session_id, account_events.device,
           account_events.network
      from account_events
     where account_events.id = ${event?.id}`;
  expect(left).toEqual({ event: "signup", user_id: null, session_id: null, device: null, network: null });
});

test("nothing is recorded where the condition does not hold, or for a deleted account", async () => {
  const userId = await a.user();
  const before = await events(userId);
  await Audit.record("export", { userId }, sql`false`);
  await Audit.record("export", { userId: "usr_gone" });
  expect(await events(userId)).toEqual(before);
});

test("the owner is notified of a sign-in from a device or a network not seen within the year", async () => {
  const at = new Date();
  const input = a.signup();
  const { email, password } = input;
  const userId = (await User.create(input, at, from)).user.id;
  const told = async () => (await a.mail(userId)).filter(({ kind }) => kind === "new_device");

  await a.login({ email, password }, at, { ...from, address: "203.0.113.78" });
  expect(await told()).toEqual([]);
  await a.login({ email, password }, at, { ...from, address: "198.51.100.7" });
  expect(await told()).toMatchObject([{ email, data: { device: "Chrome on Windows", at: at.toISOString() } }]);
  await a.login({ email, password }, at, { ...from, device: "curl/8.5.0" });
  await a.login({ email, password }, at, { ...from, device: "curl/9" });
  expect(await told()).toHaveLength(2);
  await a.login({ email, password: "wrong password" }, at, {}).catch(() => undefined);
  expect(await told()).toHaveLength(2);
});
