-- minipingd.sql - one table, minipingd, of minipingd's logs in both formats. lnav runs it at its start if it is, with
-- minipingd.json, in ~/.config/lnav/formats/minipingd/. Column fields has all keys of a record:
--   lnav fleet.log -c ";SELECT target, max(p99_ms) FROM minipingd WHERE fields ->> 'label.site' = 'fra1' GROUP BY target"
-- (in JSON: fields ->> '$.labels.site').
CREATE VIEW IF NOT EXISTS minipingd AS
SELECT log_line, log_time, level,
    fields ->> 'n' AS n,
    fields ->> 'kind' AS kind,
    fields ->> 'event' AS event,
    fields ->> 'target' AS target,
    fields ->> 'ip' AS ip,
    fields ->> 'group' AS target_group,
    fields ->> 'state' AS state,
    fields ->> 'sent' AS sent,
    fields ->> 'received' AS received,
    fields ->> 'lost' AS lost,
    fields ->> 'unknown' AS unknown,
    fields ->> 'not_sent' AS not_sent,
    fields ->> 'loss_pct' AS loss_pct,
    fields ->> 'min_ms' AS min_ms,
    fields ->> 'mean_ms' AS mean_ms,
    fields ->> 'median_ms' AS median_ms,
    fields ->> 'p95_ms' AS p95_ms,
    fields ->> 'p99_ms' AS p99_ms,
    fields ->> 'max_ms' AS max_ms,
    fields ->> 'jitter_ms' AS jitter_ms,
    fields ->> 'ipdv_ms' AS ipdv_ms,
    fields ->> 'from' AS state_from,
    fields ->> 'to' AS state_to,
    fields ->> 'reason' AS reason,
    fields ->> 'since' AS since,
    fields ->> 'blocked_by' AS blocked_by,
    fields ->> 'outcome' AS outcome,
    fields ->> 'rtt_ms' AS rtt_ms,
    fields ->> 'error' AS error,
    fields
    FROM (SELECT log_line, log_time, log_raw_text ->> 'level' AS level, log_raw_text AS fields
            FROM minipingd_log
        UNION ALL
        -- lnav takes level out of the fields, and does not know err. It is the last key before the labels.
        SELECT log_line, log_time, regexp_match(' level=([a-z]+)(?: label[.]|$)', log_raw_text), fields
            FROM logfmt_log
            WHERE fields ->> 'v' = 1 AND fields ->> 'kind' IS NOT NULL);
