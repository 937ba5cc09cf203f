-- The indexes that the code before 0030 names when it inserts fares.
drop index fare_is_one_question;
drop index basket_is_one_wish;
alter table fares drop constraint fares_pkey;
