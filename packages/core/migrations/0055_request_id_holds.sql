-- Reads the table once, without keeping writers out.
alter table messages validate constraint request_id_fits_a_header;
