/** The rows of advice.ts about tips and reviews. */
export const postAdvice: Record<string, [means: string, todo: string]> = {
  "place.missing": [
    "No airport and no city that we know has this code.",
    "Look for the place with `GET /v1/airports?q=…`, and use its code.",
  ],
  "post.appealed": [
    "The writer has asked for a second decision about this text before.",
    "Nothing: a second decision is the last one that can be asked for.",
  ],
  "post.closed": ["The text was written more than 30 days ago.", "Leave it, or take it back and write another one."],
  "post.edits": ["The text has 50 versions.", "Leave it, or take it back and write another one."],
  "post.hidden": [
    "An operator has hidden the text, and a hidden text does not change.",
    "Read the reason in `GET /v1/me/posts`, and ask once for a second decision.",
  ],
  "post.missing": [
    "There is no such text, it is not published, or it is not of the account.",
    "Read the list of the place, or of the account, again.",
  ],
  "post.not_hidden": ["The text is not hidden.", "Nothing: only a hidden text has a second decision."],
  "post.other_operator": [
    "The operator wrote the text, or made the decision that its writer asks to have looked at again.",
    "Leave it to another operator.",
  ],
  "post.own": ["The text was written by the account itself.", "Vote for texts of others, and report those."],
  "review.year": [
    "The account has written a review of this place in this calendar year (UTC).",
    "Change that one within its 30 days, or take it back first.",
  ],
};
