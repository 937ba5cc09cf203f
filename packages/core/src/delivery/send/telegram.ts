import { env } from "../../base/env.ts";
import type { NoteWords } from "../note.ts";
import type { Outcome, Sender } from "../outcome.ts";
import { cutBoth } from "./cut.ts";
import { opened } from "./post.ts";

/** The most characters of a message at Telegram. */
const most = 4_096;

type Reply = { ok: boolean; error_code?: number; description?: string; parameters?: { retry_after?: number } };

/**
 * Sends notes by the Bot API's sendMessage (https://core.telegram.org/bots/api#sendmessage), as plain text. Telegram
 * counts for the whole bot: while it asks for a pause, this process sends nothing.
 */
export function createTelegram(): Sender {
  const { TELEGRAM_TOKEN: token, TELEGRAM_URL } = env;
  let until = 0;
  return async ({ channel }, words, real) => {
    if (!token) return { status: "delayed", code: "no bot" };
    if (!channel?.sealed) return { status: "refused", code: "no chat" };
    const opening = await opened<{ chatId: string }>(channel.id, channel.sealed);
    if (!opening) return { status: "delayed", code: "sealed" };
    const pause = Math.ceil((until - real.getTime()) / 1000);
    if (pause > 0) return { status: "delayed", code: "resting", after: pause };
    try {
      const response = await fetch(new URL(`/bot${token}/sendMessage`, TELEGRAM_URL), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          chat_id: opening.chatId,
          text: textOf(words as NoteWords),
          link_preview_options: { is_disabled: true },
        }),
        redirect: "error",
        signal: AbortSignal.timeout(15_000),
      });
      const outcome = outcomeOf((await response.json()) as Reply, response.status);
      if (outcome.status === "delayed" && outcome.after) until = real.getTime() + outcome.after * 1000;
      return outcome;
    } catch {
      return { status: "delayed", code: "unreachable" };
    }
  };
}

function textOf({ url, ...note }: NoteWords): string {
  const whole = (title: string, text: string) => [title, text, url].filter(Boolean).join("\n");
  return cutBoth(note, whole, ({ length }) => length <= most);
}

/** 403 and a chat that is not found say that the person blocked the bot or left; 401 and 404 are about our own token. */
function outcomeOf({ ok, error_code, description = "", parameters }: Reply, status: number): Outcome {
  if (ok) return { status: "sent" };
  const code = `${error_code ?? status} ${description}`.slice(0, 60);
  if (error_code === 403 || (error_code === 400 && /chat not found|deactivated|kicked/i.test(description)))
    return { status: "refused", code, gone: true };
  if (error_code === 400 || error_code === 413) return { status: "refused", code };
  const after = parameters?.retry_after;
  return { status: "delayed", code, ...(typeof after === "number" ? { after } : {}) };
}
