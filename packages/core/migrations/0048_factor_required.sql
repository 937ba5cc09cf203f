-- A user may require a second factor for bookings, travelers, cards and exports.
alter table users add column factor_required boolean not null default false;

-- Whether a passkey, a code of an app or a recovery code was used in this session, to open it or later.
alter table sessions add column by_factor boolean not null default false;

-- Where the codes of an app are on, each session was opened with one.
update sessions
   set by_factor = true
 where sessions.passkey_id is not null
    or exists (
         select
           from totp_secrets
          where totp_secrets.user_id = sessions.user_id
            and totp_secrets.confirmed_at is not null
       );

alter table account_events
  drop constraint event_is_known,
  add constraint event_is_known check (
    event in (
      'signup', 'login', 'login_failed', 'reset_requested', 'reset', 'password_changed', 'email_change_requested',
      'email_changed', 'session_ended', 'export', 'deletion', 'key_made', 'key_used', 'key_revoked', 'passkey_added',
      'passkey_removed', 'totp_on', 'totp_off', 'recovery_renewed', 'recovery_used', 'factor_required',
      'factor_optional'
    )
  );
