-- Fares that are not priced, among which those are looked for that somebody watches all the same.
create index fares_at_rest on fares (departure_date) where due_at is null and basket is null;
