/** Links in messages, and what they do. */
export const link: Record<string, string> = {
  "links.body.token": "The token behind the `#` of the link.",
  "preview.body.token": "The token behind the `#` of the link.",
  "unsubscribe.query.token": "The token of the header.",
  purpose: "What the link does.",
  isDone: "Whether it is so already, so that using the link changes nothing.",
  unsubscribed: "Always true: no alert goes to the e-mail address any more.",
  "links.answer.watch": "The watch that the link is about, as it stands now; null where it is about all of them.",
  "preview.answer.watch": "The watch that the link is about, as it stands now; null where it is about all of them.",
  "answer.watch.state": "The state of the watch.",
  "answer.watch.snoozedUntil": "Until when it is silent (UTC); null where it is not.",
  "links.answer.watch.id": "The watch's id, `wch_…`.",
  "preview.answer.watch.id": "The watch's id, `wch_…`.",
};
