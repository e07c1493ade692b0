"""The cases of a seeded province as PostgreSQL makes them: most ended, the latest under way.

Every case is a function of its number and the dice, so chunks are made in any order, on several connections,
and made again alike. MADE takes one chunk, whose cases came in within one year; the statements of ROWS read
it and fill the tables, each with what a case's state needs.

Cases go round the towns: a case's place in its year says its town and its number there. Each round begins
at another town.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["HELPERS", "MADE", "MADE_TABLE", "NUMBERS", "PERSONS", "ROWS", "SERIALS"]

HELPERS: Final = """
CREATE OR REPLACE FUNCTION gongzhi_seed.die(n int8, dice int, what int) RETURNS int8
LANGUAGE sql IMMUTABLE RETURN hashint8extended(n, dice * 100 + what) & 2147483647;

-- A UUIDv7 as it would have been made at that moment.
CREATE OR REPLACE FUNCTION gongzhi_seed.id_at(at timestamptz, n int8, dice int, what int) RETURNS uuid
LANGUAGE sql STABLE RETURN (
    lpad(to_hex((extract(epoch FROM at) * 1000)::int8), 12, '0') || '7'
    || overlay(substr(md5(concat_ws('/', n, dice, what)), 1, 19) PLACING '8' FROM 4 FOR 1)
)::uuid;

CREATE TABLE IF NOT EXISTS gongzhi_seed.homes
    (number int8 PRIMARY KEY, id uuid, code text, territory text, org text);
CREATE TABLE IF NOT EXISTS gongzhi_seed.phones (number int8 PRIMARY KEY, mark text);
CREATE TABLE IF NOT EXISTS gongzhi_seed.serials (town text, year int, last int);
"""
MADE_TABLE: Final = """
CREATE TEMP TABLE made (
    n int8, at timestamptz, id uuid, state text, leaf text, channel text, phone int8, master uuid, home uuid,
    code text, territory text, org text, host text, year int, serial int8, case_no text,
    filer text, accepted boolean, resolved boolean, recent boolean
) ON COMMIT DELETE ROWS
"""
# The states by age: at most six hours old, a day, eight days, older. A repeat names the last case before it
# that was closed; sixteen cases before the chunk are looked at for that.
MADE: Final = """
WITH told AS (
    SELECT n, $5::timestamptz + n * $6::int8 / $7::int8 * interval '1 second' AS at,
        gongzhi_seed.die(n, $11::int, 1) % 100 AS r, (n - $3::int8) / $9::int8 AS round
    FROM generate_series(greatest($1::int8 - 16, 0), $2::int8 - 1) AS n
), stated AS (
    SELECT *, CASE
        WHEN $8::timestamptz - at < interval '6 hours' THEN 'received'
        WHEN $8 - at < interval '1 day'
            THEN CASE WHEN r < 40 THEN 'received' WHEN r < 70 THEN 'accepted' ELSE 'assigned' END
        WHEN $8 - at < interval '8 days' THEN CASE WHEN r < 97 THEN 'handling' ELSE 'rejected' END
        WHEN r < 92 THEN 'closed' WHEN r < 94 THEN 'resolved' WHEN r < 97 THEN 'rejected' ELSE 'merged'
    END AS state
    FROM told
), repeated AS (
    SELECT *, max(n) FILTER (WHERE state = 'closed') OVER (ORDER BY n) AS master_n FROM stated
), placed AS (
    SELECT n, at, round, master_n,
        CASE WHEN state = 'merged' AND master_n IS NULL THEN 'closed' ELSE state END AS state,
        (n - $3 + gongzhi_seed.die(round, $11, $4::int)) % $9 AS town
    FROM repeated WHERE n >= $1
)
INSERT INTO made
SELECT n, at, gongzhi_seed.id_at(at, n, $11, 1), state,
    (ARRAY['FEE-01', 'FEE-02', 'FEE-03', 'FEE-04'])[1 + gongzhi_seed.die(n, $11, 3) % 4],
    (ARRAY['hotline_12345', 'community_window', 'mobile_app', 'grid_worker', 'city_platform'])
        [1 + gongzhi_seed.die(n, $11, 4) % 5],
    CASE WHEN gongzhi_seed.die(n, $11, 5) % 10 >= 3 THEN gongzhi_seed.die(n, $11, 6) % $12::int8 END,
    CASE WHEN state = 'merged' THEN gongzhi_seed.id_at(
        $5 + master_n * $6 / $7 * interval '1 second', master_n, $11, 1) END,
    homes.id, code, territory, org,
    territory || CASE length(territory) WHEN 12 THEN ':community' ELSE ':town' END,
    $4, round + 1,
    concat_ws('-', left(code, 9), $4, lpad((round + 1)::text, greatest(length((round + 1)::text), 5), '0')),
    'seed-' || gongzhi_seed.die(n, $11, 2) % $12,
    state NOT IN ('received', 'rejected', 'merged'), state IN ('resolved', 'closed'),
    $8 - at < interval '365 days'
FROM placed JOIN gongzhi_seed.homes
    ON number = town + $9 * (gongzhi_seed.die(n, $11, 7) % (($10::int8 - town + $9 - 1) / $9))
ORDER BY n
"""
_CASES: Final = """
INSERT INTO dispute_mediation.cases (id, case_no, version, territory, state, channel, kind, leaf, urgency,
    estate_id, estate_code, estate_known, org, mark, anonymous, want_secret, filed_by, received_at,
    received_on, host_unit, assist_units, level, handler, returns, dispatch_due_at, accepted_at,
    clock_started_at, due_at, due_provisional, extensions, rejection_reason, master_id, repeat_count,
    callback_required, callback_tries, round, closed_at)
SELECT id, case_no,
    CASE state WHEN 'received' THEN 1 WHEN 'assigned' THEN 3 WHEN 'handling' THEN 4 WHEN 'resolved' THEN 5
        WHEN 'closed' THEN 6 ELSE 2 END,
    territory, state, channel, 'complaint', leaf, 'normal', home, code, true, org, mark, phone IS NULL, false,
    filer, at, (at AT TIME ZONE 'Asia/Shanghai')::date, CASE WHEN accepted THEN host END, '{}',
    CASE WHEN accepted THEN split_part(host, ':', 2) END,
    CASE WHEN resolved OR state = 'handling' THEN 'seed' END, 0, at + interval '1 day',
    CASE WHEN accepted THEN at + interval '2 hours' END, CASE WHEN accepted THEN at + interval '2 hours' END,
    CASE WHEN accepted THEN at + interval '14 days 2 hours' END, false, 0,
    CASE WHEN state = 'rejected' THEN 'no_substance' END, master, 0, false, 0, 0,
    CASE WHEN state = 'closed' THEN at + interval '7 days' END
FROM made LEFT JOIN gongzhi_seed.phones ON number = phone
ORDER BY n
"""
_STATEMENTS: Final = """
INSERT INTO dispute_mediation.case_statements (case_id, text, files)
SELECT id, (ARRAY['物业费收费标准与合同约定不一致，请核查并公示收费依据。',
    '电梯经常停运，报修多次仍未解决，老人出行困难。', '楼道堆放杂物，消防通道被占用，存在安全隐患。',
    '小区路灯损坏一月有余，夜间无照明，请尽快维修。'])[1 + gongzhi_seed.die(n, $1::int, 8) % 4], '[]'
FROM made ORDER BY n
"""
_LINKS: Final = """
INSERT INTO dispute_mediation.case_links (case_id, party)
SELECT id, party FROM made CROSS JOIN LATERAL (
    VALUES ('org:' || org), ('person:' || filer), (CASE WHEN accepted THEN 'unit:' || host END)
) AS links (party) WHERE party IS NOT NULL ORDER BY n
"""
_STEPS: Final = """
INSERT INTO dispute_mediation.case_steps (id, case_id, at, step, person, role, unit)
SELECT gongzhi_seed.id_at(at + after, n, $1::int, 10 + place), id, at + after, step, 'seed', 'R09', host
FROM made CROSS JOIN (VALUES
    (1, interval '3 hours', 'assigned'), (2, interval '5 hours', 'signed'), (3, interval '7 days', 'closed')
) AS steps (place, after, step)
WHERE place <= CASE state WHEN 'assigned' THEN 1 WHEN 'handling' THEN 2 WHEN 'resolved' THEN 2
    WHEN 'closed' THEN 3 ELSE 0 END
ORDER BY n, place
"""
_RESULTS: Final = """
INSERT INTO dispute_mediation.resolutions (case_id, round, result, liability, reply, evidence, evidence_hash,
    days, resolved_by, resolved_at)
SELECT id, 0, 'solved', 'none', '已整改到位，并向诉求人反馈。', '[]',
    lpad(replace(id::text, '-', ''), 64, '0'), 6, 'seed', at + interval '6 days'
FROM made WHERE resolved ORDER BY n
"""
_HEADS: Final = """
INSERT INTO dispute_mediation.subject_heads (subject, version)
SELECT id::text, CASE WHEN resolved THEN 3 WHEN state = 'received' THEN 1 ELSE 2 END FROM made ORDER BY n
"""
_TASKS: Final = """
INSERT INTO dispute_mediation.due_tasks (id, kind, key, due_at, data)
SELECT gongzhi_seed.id_at(at, n, $1::int, 9),
    CASE state WHEN 'assigned' THEN 'complaint.signature' WHEN 'handling' THEN 'complaint.result'
        ELSE 'complaint.dispatch' END,
    id::text, CASE state WHEN 'handling' THEN at + interval '14 days' ELSE at + interval '2 days' END,
    CASE state WHEN 'handling' THEN '{"stage": "warning_80"}'::jsonb ELSE '{}' END
FROM made WHERE state IN ('received', 'accepted', 'assigned', 'handling') ORDER BY n
"""
_FACTS: Final = """
INSERT INTO dispute_mediation.journal (recorded_at, event_id, type, subject, subject_version, territory,
    person, role, pii_level, data)
SELECT told_at, gongzhi_seed.id_at(told_at, n, $1::int, 20 + version),
    'nz.dispute-mediation.' || name || '.v1', id::text, version, territory, 'seed', 'R09', 0,
    jsonb_build_object('case_id', id, 'estate_id', home) || said
FROM made CROSS JOIN LATERAL (
    SELECT 1 AS version, at AS told_at, 'ComplaintReceived' AS name, jsonb_build_object('channel', channel,
        'case_no', case_no, 'leaf', leaf, 'org', org, 'urgency', 'normal', 'order_no', null,
        'received_at', at) AS said
    UNION ALL SELECT 2, at + interval '2 hours', 'ComplaintRejected',
        jsonb_build_object('reason', 'no_substance') WHERE state = 'rejected'
    UNION ALL SELECT 2, at + interval '2 hours', 'ComplaintMergedAsRepeat',
        jsonb_build_object('master_id', master, 'repeat_count', 1) WHERE state = 'merged'
    UNION ALL SELECT 2, at + interval '2 hours', 'ComplaintAccepted',
        jsonb_build_object('level', split_part(host, ':', 2), 'host_unit', host,
            'due_at', at + interval '14 days 2 hours', 'due_provisional', false) WHERE accepted
    UNION ALL SELECT 3, at + interval '6 days', 'ComplaintResolved',
        jsonb_build_object('result', 'solved', 'liability', 'none', 'org', null, 'days', 6) WHERE resolved
) AS facts WHERE recent ORDER BY n, version
"""
# Each with whether it takes the dice.
ROWS: Final[Mapping[str, bool]] = MappingProxyType(
    {
        _CASES: False,
        _STATEMENTS: True,
        _LINKS: False,
        _STEPS: True,
        _RESULTS: False,
        _HEADS: False,
        _TASKS: True,
        _FACTS: True,
    }
)
# Who complained is kept apart and for a time only (Y-07).
PERSONS: Final = "SELECT id, phone FROM made WHERE recent AND phone IS NOT NULL ORDER BY n"
# The last number of each town in the chunk; the last of all chunks at the end.
SERIALS: Final = """
INSERT INTO gongzhi_seed.serials
SELECT left(code, 9), year, max(serial) FROM made GROUP BY left(code, 9), year
"""
NUMBERS: Final = """
INSERT INTO dispute_mediation.case_numbers (town, year, last)
SELECT town, year, max(last) FROM gongzhi_seed.serials GROUP BY town, year
"""
