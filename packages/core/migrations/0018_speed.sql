-- An alert is its watch's and goes with it, and its rules with the alert: looking for the watch once more for each rule
-- takes as long as writing the rule.
alter table alert_rules drop constraint alert_rules_watch_id_fkey;
