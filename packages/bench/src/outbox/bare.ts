import { aws, env } from "@travel-conductor/core/base/env";

/** As long as the letter that the product sends. */
const words = { subject: "s".repeat(30), text: "t".repeat(260), html: "h".repeat(1_700) };

/** The bound of mail: a bare loop, ten requests under way, that sends the same number of letters to the same SES. */
export async function bareMails(count: number): Promise<number> {
  const client = aws("ses", 0);
  const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });
  const url = new URL("/v2/email/outbound-emails", env.AWS_ENDPOINT_URL_SESV2).href;
  const began = performance.now();
  let next = 0;
  const send = async () => {
    while (next++ < count) {
      const body = JSON.stringify({
        FromEmailAddress: env.MAIL_FROM,
        Destination: { ToAddresses: [`ada.${next}@example.com`] },
        Content: {
          Simple: { Subject: utf8(words.subject), Body: { Text: utf8(words.text), Html: utf8(words.html) } },
        },
      });
      const headers = { "content-type": "application/json" };
      const answer = await client.fetch(url, { method: "POST", headers, body });
      if (!answer.ok) throw new Error(`SES answered ${answer.status}: ${await answer.text()}`);
      await answer.json();
    }
  };
  await Promise.all(Array.from({ length: 10 }, send));
  return count / ((performance.now() - began) / 1000);
}
