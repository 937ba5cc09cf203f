-- What was said to "will it be cheaper within 7 days", and the reason where nothing was said: one row for each dates of a
-- route and day, without the user. A week later it is judged by the prices that were seen.
create table forecasts (
  id bigint generated always as identity primary key,
  -- The day (UTC) and the moment of the first question of the day.
  day date not null,
  at timestamptz not null,
  origin text not null,
  destination text not null,
  cabin text not null,
  currency text not null,
  departure_date date not null,
  return_date date,
  source text not null,
  -- The price that it is about, for one paying passenger in 2520ths of a minor unit; null where none was known.
  share bigint,
  -- How many past cases there were, and the part of them in which the price fell.
  cases integer not null,
  base_rate double precision,
  -- What was said; null where nothing was said, and then `why`.
  probability double precision,
  why text,
  outcome text,
  -- The lowest share that was seen in the 7 days after.
  lowest bigint,
  judged_at timestamptz,
  constraint forecast_is_one_a_day
    unique nulls not distinct
    (day, origin, destination, departure_date, return_date, cabin, currency, source),
  constraint said_or_silent check ((probability is null) <> (why is null)),
  constraint why_is_known
    check (why in ('departs_too_soon', 'no_price', 'too_few_cases', 'no_better_than_base_rate')),
  constraint probability_is_a_share check (probability between 0 and 1 and base_rate between 0 and 1),
  constraint outcome_is_known check (outcome in ('cheaper', 'not cheaper', 'unknown')),
  constraint only_what_was_said_is_judged check (outcome is null or why is null),
  constraint judged_with_a_moment check ((outcome is null) = (judged_at is null))
);
create index forecasts_to_judge on forecasts (day, id) where outcome is null and why is null;
