import * as Channel from "@travel-conductor/core/channel";

/** What SNS passes to a Lambda. */
type Event = { Records: { Sns: { Message: string } }[] };

/**
 * Reads what SES reports of letters: bounces and complaints. A report delivered twice, late or damaged does no harm. One
 * that could not be written fails the call, which Lambda then repeats and at last keeps as a dead letter.
 */
export const handler = async ({ Records }: Event): Promise<void> => {
  for (const { Sns } of Records) await Channel.reportMail(parse(Sns.Message));
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
