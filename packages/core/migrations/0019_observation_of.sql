-- Of a basket's price: the fare that it was.
alter table price_observations add column of_id text;
