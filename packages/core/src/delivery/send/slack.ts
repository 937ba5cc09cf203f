import type { Outcome, Sender } from "../outcome.ts";
import { cutBoth } from "./cut.ts";
import { createPoster, outcomeOf, type Read, type Write } from "./post.ts";

/** What Slack says a message should have at most, in characters. */
const most = 4_000;

/** Sends notes to an incoming webhook of Slack. */
export const createSlack = (): Sender => createPoster(write, read);

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => entities[sign] ?? "");

/**
 * Plain text: without `mrkdwn` no sign formats, and what stands between < and > would be a link or call people, so that
 * these are escaped (https://docs.slack.dev/messaging/formatting-message-text).
 */
const write: Write = ({ id }, { url, ...note }, opening) => {
  const whole = (title: string, text: string) =>
    [escaped(title), escaped(text), `<${escaped(url)}>`].filter(Boolean).join("\n");
  const body = {
    text: cutBoth(note, whole, ({ length }) => length <= most),
    mrkdwn: false,
    link_names: false,
    unfurl_links: false,
  };
  const headers = { "content-type": "application/json", "x-message": id };
  return { url: opening.url, headers, body: JSON.stringify(body) };
};

/** What Slack answers for a webhook that was removed, or whose place is gone; the status differs. */
const gone = /^(no_service|no_team|no_active_hooks|invalid_token|team_disabled|channel_not_found|channel_is_archived)$/;

const read: Read = (reply, real): Outcome => {
  const said = reply.body.toString().trim();
  if (reply.status >= 400 && gone.test(said)) return { status: "refused", code: said, gone: true };
  return outcomeOf(reply, real);
};
