-- Fares at rest by their last check, of which those that nothing refers to are deleted; and those never checked.
create index fares_to_forget on fares (checked_at, created_at, id) where due_at is null;

-- Counts that are deleted by their day.
create index provider_days_day on provider_days (day);
create index search_routes_starts_on on search_routes (starts_on);
