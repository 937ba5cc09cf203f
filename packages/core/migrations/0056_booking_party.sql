-- What a changed booking is found by as the same travelers on the same flights; null of bookings from before.
alter table bookings add column party text;
