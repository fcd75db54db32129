-- Statements that parse; corpus.out has what the printer makes of each, one a line.
-- Their text is also what tests/fuzz/fuzz_parser.c mutates.

-- queries and expressions
SELECT value FROM lines;
SELECT close, open, date, high, low, volume, "timestamp", timestamp, value, window, key, day, minute, bytes, user, start, end, row, rows, range, position, interval, offset, filter, first, last, second, year, type, name, data, source, sink, job, model, format, location, comment, partition, view, catalog, schema, database, function, language, map, struct, any, some, replace, left, right, full, semi, anti, asof, emit, current, at, if, exists, cast, over, values FROM t;
SELECT count(*) AS count, word count, word, count FROM words GROUP BY word;
SELECT w.start, w.end, w.select, w.order, window(ts, '10 minutes').start AS start, window.end end_ FROM w;
SELECT word, count(1) AS count FROM lines GROUP BY word, window(ts, '10 minutes', '5 minutes');
SELECT a+b*c-d/e%f^g, -a, +a, -5, - -5, -(-5), a- -5, ~a & b | c # d << 2 >> 3, a||b||c, NOT a = b, NOT (a AND b), (a AND b) AND c, a AND (b OR c) AND d;
SELECT a = b OR c <> d AND e != f, a == b, a <=> b, a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b, (a < b) = (c < d), (a = b) IS NULL;
SELECT a BETWEEN 1 AND 2 AND b NOT BETWEEN SYMMETRIC 3 AND 4 + 1, x BETWEEN (1 AND 2) AND 3;
SELECT a LIKE 'x%', a NOT LIKE 'y' ESCAPE '!', a ILIKE b || '%', a SIMILAR TO 'z', a NOT SIMILAR TO 'q' ESCAPE '\', a RLIKE 'x', a NOT REGEXP 'y', a ~ 'x', a ~* 'x', a !~ 'x', a !~* 'x', a ~~ 'x', a !~~ 'x', a ~~* 'x';
SELECT a IN (1,2,3), a NOT IN (SELECT x FROM t), a IN ((SELECT 1)), a IN ((SELECT 1), 2), a = ANY (ARRAY[1,2]), a <> ALL (SELECT 1), a > SOME ('{1,2}'), a LIKE ANY (ARRAY['x']), a NOT ILIKE ALL (b), a = ANY ((SELECT array_col FROM t));
SELECT a IS NULL, a IS NOT NULL, a IS TRUE, a IS NOT FALSE, a IS UNKNOWN, a IS NOT UNKNOWN, a ISNULL, a NOTNULL;
SELECT CASE WHEN a THEN b ELSE c END, CASE a WHEN 1 THEN 2 WHEN 3 THEN 4 END, CASE WHEN end THEN start END;
SELECT CAST(a AS INT), CAST(a AS DECIMAL(10,2)), TRY_CAST(a AS VARCHAR(10)), a::int, a::numeric(5)::text, -5::int, a::timestamp(3) with time zone, a::timestamp without time zone, CAST(a AS TIMESTAMP(3) WITH LOCAL TIME ZONE), a::double precision, a::character varying(20), a::int[], a::int[3][], CAST(a AS INT ARRAY), CAST(a AS ARRAY<ROW<a INT, b ARRAY<STRING>>>), CAST(a AS ROW(a INT, b STRING NOT NULL)), CAST(a AS MAP<STRING, ARRAY<INT NOT NULL>>), CAST(a AS STRUCT<a: INT, b: ARRAY<ARRAY<INT>>>), a::pg_catalog.regclass, CAST(a AS INTERVAL), CAST(a AS INTERVAL DAY TO SECOND), CAST(x AS INTERVAL DAY(3) TO SECOND(6));
SELECT DATE '2024-01-02', TIMESTAMP '2024-01-02 00:00:00', TIME '12:00', TIMESTAMP WITH TIME ZONE '2024-01-01', timestamptz '2024', INTERVAL '5' MINUTE, INTERVAL '5 minutes', INTERVAL 5 MINUTE, INTERVAL '1 02:03:04' DAY TO SECOND, INTERVAL '1' DAY(2), INTERVAL -5 DAYS, INTERVAL '-5' HOURS, interval '1' second(3), bool 't', int4 '5';
SELECT EXTRACT(YEAR FROM ts), extract('epoch' from ts), extract(epoch FROM a - b), SUBSTRING(x FROM 2), SUBSTRING(x FROM 2 FOR 3), substring(x FOR 3), substring(x, 1, 2), POSITION('a' IN b), position('a' in 'b' || c), position(a, b), TRIM(x), TRIM(BOTH 'x' FROM y), TRIM(LEADING FROM y), trim(trailing 'z' from y), TRIM('a' FROM b), OVERLAY(a PLACING b FROM 1 FOR 2), overlay(a placing b from 3), FLOOR(ts TO HOUR), CEIL(ts TO DAY), ceiling(ts to month), floor(x), TIMESTAMPDIFF(SECOND, a, b), TIMESTAMPADD(DAY, 1, ts), DATEDIFF(a, b), DATEDIFF(day, a, b), CURRENT_DATE, current_timestamp, CURRENT_TIMESTAMP(3), localtimestamp, current_user, "current_user", session_user, PROCTIME();
SELECT COUNT(*), count(DISTINCT a), sum(ALL a), string_agg(a, ',' ORDER BY b DESC NULLS LAST), percentile_cont(0.5) WITHIN GROUP (ORDER BY x), count(*) FILTER (WHERE a > 1), sum(a) FILTER (WHERE b) OVER w, lag(a) IGNORE NULLS OVER (ORDER BY b), first_value(a RESPECT NULLS) OVER (PARTITION BY b), array_agg(a IGNORE NULLS ORDER BY b), row_number() OVER (w ROWS 3 PRECEDING), sum(a) OVER (ORDER BY b RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW), sum(a) OVER (ORDER BY b GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES), rank() OVER (ORDER BY b ROWS UNBOUNDED PRECEDING EXCLUDE NO OTHERS), count(t.*), f(a => 1, b => 'x'), f(1, c => 2), pg_catalog.f(x) FROM t WINDOW w AS (PARTITION BY a ORDER BY b), w2 AS (w ROWS CURRENT ROW);
SELECT ARRAY[1,2,3], ARRAY[], ARRAY(SELECT 1), ROW(1,2), ROW(), (1,2), (a,b) = (1,2), x[1], x[1][2], x[1:2], x[:2], x[1:], x[:], (x).f, (x).f.g, f(x).start, f(x)[1], ARRAY[1,2][1], (ARRAY[1,2])[1], a.b[1].c, x COLLATE "C", x COLLATE pg_catalog.default, GROUPING(a, b), ts AT TIME ZONE 'UTC', ts AT TIME ZONE 'UTC' AT TIME ZONE 'CET', c.relname OPERATOR(pg_catalog.~) '^(t)$' COLLATE pg_catalog.default, a OPERATOR(+) b;
SELECT j->'a'->>'b', j #> '{a}', j #>> '{b}', a @> b, a <@ b, a && b, $1, $2::int, ? , X'DEADbeef', E'a\t\x41\u00e9\'', $$dollar 'q'$$, $tag$ x $$ y $tag$, 'it''s', 0x1F, 1e5, .5, 5., 1.5e-3, 00012, 99999999999999999999999, -9223372036854775808, 9223372036854775807, TRUE, false, NULL;
SELECT *, t.*, s.t.*, * EXCLUDE (a, b), * EXCLUDE a, * EXCEPT (a) , * REPLACE (a+1 AS a, b AS "b c"), t.* EXCLUDE (x) REPLACE (1 AS y) FROM t;
SELECT DISTINCT a FROM t; SELECT DISTINCT ON (a, b) a, c FROM t; SELECT ALL a FROM t; FROM t; FROM t SELECT a; FROM t SELECT DISTINCT a WHERE b; FROM t WHERE a > 1 ORDER BY b LIMIT 3; FROM 'dir/*.csv' LIMIT 5; (FROM t) UNION ALL (FROM u);
SELECT * FROM read_csv('path', header => true) AS r; SELECT * FROM 'a.csv' x, 'b.csv' AS y (a,b); SELECT * FROM TUMBLE(t, ts, INTERVAL '1' MINUTE); SELECT * FROM TABLE(HOP(TABLE s.t, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '3' MINUTE)) AS w; SELECT * FROM SESSION(TABLE t PARTITION BY a, b, DESCRIPTOR(ts), INTERVAL '1' MINUTE); SELECT * FROM SESSION(TABLE t PARTITION BY (a, b), DESCRIPTOR(ts), INTERVAL '1' MINUTE); SELECT * FROM SESSION(t PARTITION BY k, ts, INTERVAL '1' MINUTE); SELECT * FROM TUMBLE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '10' MINUTES); SELECT * FROM f(TABLE (SELECT 1), (SELECT 2));
SELECT * FROM a JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (x, y) RIGHT JOIN d ON TRUE FULL OUTER JOIN e ON e.a = d.a CROSS JOIN f NATURAL JOIN g NATURAL LEFT JOIN h INNER JOIN i ON i.x=h.x; SELECT * FROM a LEFT SEMI JOIN b ON a.x=b.x ANTI JOIN c USING (x) SEMI JOIN d ON d.x=a.x LEFT ANTI JOIN e ON e.x=a.x; SELECT * FROM a ASOF JOIN b ON a.t >= b.t ASOF LEFT JOIN c USING (x, t); SELECT * FROM a JOIN (b JOIN c ON b.x = c.x) ON a.x = b.x; SELECT * FROM a JOIN b JOIN c ON b.x = c.x ON a.x = b.x; SELECT * FROM (a JOIN b USING (x)) AS j (p, q) , c; SELECT * FROM ((SELECT 1) UNION SELECT 2) u; SELECT * FROM ((a CROSS JOIN b) CROSS JOIN c);
SELECT * FROM o LEFT JOIN rates FOR SYSTEM_TIME AS OF o.ts AS r ON o.c = r.c; SELECT * FROM t, LATERAL (SELECT * FROM u WHERE u.x = t.x) l, LATERAL f(t.x) AS g (y), UNNEST(t.arr) WITH ORDINALITY AS n(v, i), LATERAL TABLE(f(x)) AS T(w); SELECT * FROM t CROSS JOIN UNNEST(ARRAY[1,2]) AS u(x) LEFT JOIN LATERAL (SELECT 1) q ON TRUE; SELECT * FROM t TABLESAMPLE BERNOULLI (10) REPEATABLE (5) WHERE x; SELECT * FROM t AS s TABLESAMPLE system (1.5); SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (x, y); VALUES (1), (2), (3) ORDER BY 1 LIMIT 2; VALUES ROW(1,2), ROW(3,4); TABLE t; TABLE s.t LIMIT 1;
SELECT a, b FROM t GROUP BY a, 2, ROLLUP (a, (b, c)), CUBE (a), GROUPING SETS ((a, b), (a), (), ROLLUP (b), b), (), (c, d), ROW(e, f); SELECT a FROM t GROUP BY ALL; SELECT a FROM t GROUP BY GROUPING SETS (a, (b), GROUPING SETS ((c), ())); SELECT rollup, cube FROM t;
SELECT a FROM t WHERE b HAVING c; SELECT a FROM t QUALIFY row_number() OVER w = 1 WINDOW w AS (ORDER BY b); SELECT a FROM t WINDOW w AS () QUALIFY rank() OVER w < 3;
SELECT a FROM t ORDER BY a ASC NULLS FIRST, b DESC, 3 LIMIT ALL; SELECT a FROM t ORDER BY ALL DESC NULLS LAST; SELECT a FROM t LIMIT 5 OFFSET 3 ROWS; SELECT a FROM t OFFSET 3 LIMIT 5; SELECT a FROM t OFFSET 1 ROW FETCH NEXT 5 ROWS ONLY; SELECT a FROM t FETCH FIRST ROW ONLY; SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES; SELECT a FROM t FETCH FIRST (1+2) ROW ONLY;
WITH a AS (SELECT 1), b (x, y) AS MATERIALIZED (SELECT 2, 3), c AS NOT MATERIALIZED (TABLE b) SELECT * FROM a, b; WITH RECURSIVE r (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r; SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) q; WITH a AS (SELECT 1) (WITH b AS (SELECT 2) SELECT * FROM a, b); WITH a AS (SELECT 1) (SELECT * FROM a ORDER BY 1) LIMIT 1;
SELECT 1 UNION SELECT 2 INTERSECT SELECT 3; (SELECT 1 UNION SELECT 2) INTERSECT SELECT 3; SELECT 1 EXCEPT ALL SELECT 2 UNION DISTINCT SELECT 3 ORDER BY 1; SELECT 1 UNION ALL (SELECT 2 UNION ALL SELECT 3); (SELECT a FROM t ORDER BY a LIMIT 1) UNION ALL (SELECT 2 LIMIT 3) LIMIT 2; (SELECT a FROM t LIMIT 3) ORDER BY a; ((SELECT 1)); SELECT ((SELECT 1)) + 1, ((SELECT 1) UNION (SELECT 2)); SELECT (SELECT 1) UNION SELECT 2;
SELECT a FROM t EMIT ON WINDOW CLOSE; SELECT a FROM t EMIT CHANGES; SELECT a FROM t WHERE x EMIT FINAL; SELECT a FROM t GROUP BY a EMIT COMPLETE; SELECT a FROM t ORDER BY a LIMIT 3 EMIT CHANGES; SELECT a FROM t LIMIT 3 EMIT CHANGES; SELECT emit FROM emit;
SELECT 'a'
'b', E'c\t' -- on the next line
  'd''e', U&'d\0061t\+000061', U&'x!0041' UESCAPE '!', 1_000, 1_2.3_4e1_0, @ -x, |/ y, ||/ z, a ^@ 'b', a !~~* 'c', x BETWEEN ASYMMETRIC 1 AND 2;
SELECT TIMESTAMP(3) '2024-01-01', timestamp(3) with time zone '2024-01-01', DECIMAL(5,2) '1.5', char(3) 'abc', (a, b) OVERLAPS (c, d), EXTRACT("year" FROM ts), trim(FROM x), trim(LEADING x), trim(TRAILING x, 'y'), trim(BOTH x), substring(x FOR 2 FROM 3), a AS overlaps, b AS asymmetric, u&a FROM t AS U&"d\0061t";
SELECT * FROM VALUES (1, 'a'), (2, (3)) AS v (x, y), t; SELECT * FROM VALUES (1), (2); FROM VALUES (1), (2) SELECT column1; SELECT (SELECT max(x) FROM VALUES (1), (2) v (x)), values FROM values;
SET TIME ZONE 'UTC'; SET TIME ZONE LOCAL; SET SESSION TIME ZONE DEFAULT; SET TIME ZONE -5; RESET TIME ZONE; SELECT time zone FROM t;

-- what clients and tutorials send
SELECT n.nspname as "Schema", c.relname as "Name", CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' END as "Type", pg_catalog.pg_get_userbyid(c.relowner) as "Owner" FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam WHERE c.relkind IN ('r','p','') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast' AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1,2;
SELECT c.relchecks, c.relkind, c.relhasindex, false AS relhasoids, c.relispartition, '', c.reltablespace, CASE WHEN c.reloftype = 0 THEN '' ELSE c.reloftype::pg_catalog.regtype::pg_catalog.text END, c.relpersistence FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_class tc ON (c.reltoastrelid = tc.oid) WHERE c.oid = '16384';
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef), a.attnotnull FROM pg_catalog.pg_attribute a WHERE a.attrelid = '16384' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;
SELECT pol.polname, CASE WHEN pol.polroles = '{0}' THEN NULL ELSE pg_catalog.array_to_string(array(select rolname from pg_catalog.pg_roles where oid = any (pol.polroles) order by 1),',') END FROM pg_catalog.pg_policy pol;
SELECT result.TABLE_CAT, (information_schema._pg_expandarray(i.indkey)).n AS KEY_SEQ FROM (SELECT NULL AS TABLE_CAT, CASE n.nspname ~ '^pg_' OR n.nspname = 'information_schema' WHEN true THEN 1 ELSE 2 END AS TABLE_TYPE, i.indkey[0:5], 'c'::"char" FROM pg_catalog.pg_index i) result;
SELECT typname AS name, oid, typarray AS array_oid, oid::regtype::text AS regtype, typdelim AS delimiter FROM pg_type t WHERE t.oid = to_regtype($1) ORDER BY t.oid;
select current_schema(), session_user, current_database(), version(), pg_is_in_recovery(), current_setting('server_version_num')::int / 100;
SELECT table_catalog AS "catalog", COUNT(*) FILTER (WHERE "order" > 0) cnt FROM information_schema.columns GROUP BY 1 HAVING COUNT(*) >= 1;
SELECT window_start, window_end, supplier_id, SUM(price) AS price FROM TABLE(TUMBLE(TABLE Bid, DESCRIPTOR(bidtime), INTERVAL '10' MINUTES)) GROUP BY GROUPING SETS ((window_start, window_end, supplier_id), (window_start, window_end));
SELECT TUMBLE_START(ts, INTERVAL '1' DAY) AS wStart, SUM(amount) FROM Orders GROUP BY TUMBLE(ts, INTERVAL '1' DAY), user;
SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC) as rownum FROM TABLE(TUMBLE(TABLE Bid, DESCRIPTOR(bidtime), INTERVAL '10' MINUTES))) WHERE rownum <= 3;
CREATE TABLE Orders (`user` BIGINT, product STRING, amount INT, order_time TIMESTAMP(3), proc AS PROCTIME(), WATERMARK FOR order_time AS order_time - INTERVAL '5' SECOND) WITH ('connector' = 'kafka', 'topic' = 'x', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json');
SELECT explode(split(value, ' ')) AS word, count(*) FROM lines GROUP BY word ORDER BY count DESC;
SELECT id, float '1.5', -x.y, - x, a.*, "a".b FROM a, LATERAL TABLE(split(x)) AS s(w, l) WHERE NOT EXISTS (SELECT 1) AND a.k IS NOT NULL;
SELECT a FROM t WHERE ts > now() - interval '1 day' and ts < timestamp '2024-01-01' - interval '1' hour * 5;
select sum(case when x then 1 else 0 end)::double precision / nullif(count(*), 0) from t where (a, b) in ((1,2), (3,4)) or (a, b) = any (select c, d from u);
SELECT x FROM t AS t1 (x, y), u u1 (z) WHERE t1.x = u1.z;
SELECT a AS select, b AS from, c as "as", d as table, e as end FROM t;
SELECT date(ts), time(ts), year(ts), left(a, 1), right(b, 2), replace(a, 'b', 'c'), if(a, b, c), char_length(x), mod(a, b), map('a', 1), row(1), values(x), first(a), last(b), any_value(c), filter(a, b), key(x), "end"(y) FROM t;
SELECT * FROM t WHERE a IN (SELECT 1 UNION SELECT 2) AND b NOT IN ((SELECT 3)) AND c = (SELECT max(x) FROM t);
SELECT DISTINCT(a), b FROM t; SELECT count(DISTINCT (a, b)) FROM t;
SELECT FROM_UNIXTIME(a), TO_TIMESTAMP(b), UNIX_TIMESTAMP() FROM t;
SELECT a::decimal(10, 2)::varchar || 'x' AS b, a :: int, CAST(ROW(1, 'a') AS ROW<x INT, y STRING>).x FROM t;
MOVE FORWARD ALL IN c;
SELECT group_concat(a) FROM t group by a,b limit $1 offset $2;
SELECT 1 AS a, 'x' "b c", 2 "d" FROM t x WHERE x."Adj Close" > 1.5E+3;
SELECT * FROM a, b LEFT JOIN c ON b.x = c.x, d;
SELECT * FROM range(10), generate_series(1, 5) AS g(i) WHERE i % 2 = 0;
SELECT (SELECT count(*) FROM u WHERE u.a = t.a), ARRAY[t.a, 1]::int[], t.tags[1], (t.r).x.y, t.r.x FROM t;
SELECT rank FROM (SELECT rank() OVER (PARTITION BY a ORDER BY b) AS rank FROM t) WHERE rank = 1;
SELECT last_value(x) OVER w AS lv, x - lag(x, 1, 0) OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);
SELECT INTERVAL '1' YEAR + INTERVAL '2-3' YEAR TO MONTH, INTERVAL '4 5:12' DAY TO MINUTE, interval '00:00:01', ts + 5 * INTERVAL '1 minute' FROM t;
SELECT '\x41', 'a\b', E'\\', e'\'', x'00ff', U, u.x FROM u;
SELECT a--comment
, b /* x /* nested */ y */ FROM t -- end
;

-- statements
CREATE TABLE IF NOT EXISTS kospi (ID BIGINT, `Date` DATE, Open FLOAT, High FLOAT, Low FLOAT, Close FLOAT, `Adj Close` FLOAT, Volume BIGINT, ts AS CAST(`Date` AS TIMESTAMP(3)) COMMENT 'event', file STRING METADATA FROM 'file_path' VIRTUAL, off BIGINT METADATA, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, PRIMARY KEY (ID) NOT ENFORCED) COMMENT 'k' PARTITIONED BY (a, b) WITH ('connector' = 'filesystem', 'path'='x', format = csv, csv.header = true, scan.mode = 'watch', on-bad-row = reject, scan.end-watermark = hold, 'n' = 5, m = -1.5);
CREATE OR REPLACE TEMPORARY TABLE a.b.c (a INT NOT NULL PRIMARY KEY, b VARCHAR(10) NULL DEFAULT 'x' || 'y' COMMENT 'c', c DECIMAL(10,2) UNIQUE CHECK (c > 0), d TIMESTAMP(3) WITH TIME ZONE DEFAULT now(), e ARRAY<INT>, f MAP<STRING,INT> NOT NULL, g ROW<a INT, b STRING COMMENT 'x'>, h INT ARRAY, i int[], j INT GENERATED ALWAYS AS (a + 1) STORED, k DOUBLE PRECISION, l INTERVAL DAY TO SECOND, CONSTRAINT pk PRIMARY KEY (a), UNIQUE (b, c), CHECK (a > 1), CONSTRAINT ck CHECK (b <> ''));
CREATE TABLE t (watermark TIMESTAMP(3), key INT, value STRING, primary INT, row INT, partition INT, start TIMESTAMP, end TIMESTAMP, user STRING, map MAP<STRING, INT>, interval INTERVAL, position INT, comment STRING COMMENT 'x', date DATE, time TIME, timestamp TIMESTAMP);
CREATE SOURCE s (line STRING) WITH (connector = 'socket', host = 'h', port = 9999);
CREATE SINK s WITH (connector = 'print') AS SELECT * FROM t; CREATE SINK s2 AS SELECT * FROM t WITH (connector = 'print'); CREATE SINK s3 FROM mv WITH (connector = 'print');
CREATE TABLE t LIKE u; CREATE TABLE t (a INT) LIKE u (INCLUDING ALL EXCLUDING OPTIONS OVERWRITING WATERMARKS); CREATE TABLE t (LIKE u); CREATE TABLE t AS SELECT 1 AS a; CREATE TABLE t (a, b) WITH ('x'='y') AS WITH q AS (SELECT 1) SELECT * FROM q; CREATE TABLE t (a INT) USING csv OPTIONS (header true, path '/x', 'sep' ';') LOCATION '/data' ;
CREATE TABLE t (a INT) USING csv OPTIONS (header = true, path '/x', 'sep' ';') LOCATION '/data' TBLPROPERTIES ('a'='b') COMMENT 'q';
CREATE VIEW v AS SELECT 1; CREATE OR REPLACE TEMPORARY VIEW v (a, b COMMENT 'x') COMMENT 'c' AS SELECT 1, 2; CREATE TEMP VIEW IF NOT EXISTS s.v AS FROM t; CREATE MATERIALIZED VIEW IF NOT EXISTS mv (a) WITH ('state.ttl' = '1 h') AS SELECT a FROM t GROUP BY a EMIT CHANGES;
CREATE JOB IF NOT EXISTS j AS INSERT INTO t SELECT * FROM s; CREATE JOB j WITH ('trigger'='once') AS WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a; CREATE JOB j AS INSERT OVERWRITE t SELECT 1;
CREATE FUNCTION f AS 'com.x.F' LANGUAGE JAVA; CREATE FUNCTION IF NOT EXISTS f (a INT, b VARCHAR(3)) RETURNS INT LANGUAGE SQL RETURN a + 1; CREATE TEMPORARY FUNCTION f () RETURNS ARRAY<INT> AS 'x'; CREATE MODEL m INPUT (a INT, b STRING) OUTPUT (c DOUBLE) COMMENT 'x' WITH ('task'='classification'); CREATE MODEL m WITH ('a'='b') AS SELECT * FROM t; CREATE TABLE t (a INT) USING csv OPTIONS (path "/x", header "true"); CREATE CATALOG c WITH ('type'='x'); CREATE DATABASE IF NOT EXISTS d COMMENT 'x' WITH ('a'='b'); CREATE SCHEMA s;
DROP TABLE t; DROP TABLE IF EXISTS a, b.c CASCADE; DROP VIEW v RESTRICT; DROP MATERIALIZED VIEW mv; DROP JOB j; DROP SOURCE s; DROP SINK s; DROP FUNCTION IF EXISTS f; DROP TEMPORARY VIEW v; DROP MODEL m; DROP CATALOG c; DROP DATABASE d CASCADE; DROP SCHEMA s;
ALTER TABLE t RENAME TO u; ALTER TABLE t SET ('a'='b', c = 5); ALTER TABLE t RESET ('a', b.c); ALTER TABLE IF EXISTS t ADD COLUMN x INT NOT NULL; ALTER TABLE t ADD x AS a + 1; ALTER TABLE t DROP COLUMN x; ALTER TABLE t DROP x; ALTER TABLE t RENAME COLUMN a TO b; ALTER TABLE t RENAME a TO b; ALTER VIEW v AS SELECT 1; ALTER VIEW v RENAME TO w; ALTER JOB j AS INSERT INTO t SELECT 2; ALTER JOB j SET ('trigger' = 'once'); ALTER JOB j AS WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a; ALTER MATERIALIZED VIEW mv RENAME TO mw;
INSERT INTO t SELECT 1; INSERT INTO TABLE t VALUES (1, 'a', DEFAULT), (2, 'b', NULL); INSERT INTO a.b (x, y) VALUES (1, 2); INSERT OVERWRITE t PARTITION (dt = '2024', hh) SELECT 1; INSERT OVERWRITE TABLE t SELECT 1; INSERT INTO t PARTITION (dt='x') (a, b) SELECT 1, 2; INSERT INTO t DEFAULT VALUES; INSERT INTO t (SELECT 1); INSERT INTO t (a) (SELECT 1) UNION ALL SELECT 2; INSERT INTO t FROM u; INSERT INTO t TABLE u; INSERT INTO t WITH a AS (SELECT 1) SELECT * FROM a; WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a; INSERT INTO t SELECT * FROM s GROUP BY x EMIT CHANGES; INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING; INSERT INTO t (a) SELECT * FROM u ON CONFLICT (a, b) DO UPDATE SET a = 1, b = DEFAULT WHERE t.a > 0 RETURNING *, a + 1 AS x;
UPDATE t SET a = 1, b = DEFAULT WHERE c; UPDATE t AS x SET a = x.a + 1 FROM u WHERE u.a = x.a RETURNING a; UPDATE t x SET a = 1; WITH q AS (SELECT 1) UPDATE t SET a = 1; DELETE FROM t; DELETE FROM t AS x USING u, v WHERE x.a = u.a RETURNING x.*; WITH q AS (SELECT 1) DELETE FROM t WHERE a IN (TABLE q); TRUNCATE t; TRUNCATE TABLE a, b.c;
EXPLAIN SELECT 1; EXPLAIN EXTENDED SELECT 1; EXPLAIN CODEGEN SELECT 1; EXPLAIN ANALYZE SELECT 1; EXPLAIN ANALYZE j; EXPLAIN JSON INSERT INTO t SELECT 1; EXPLAIN VERBOSE SELECT 1; EXPLAIN ANALYZE VERBOSE SELECT 1; EXPLAIN (ANALYZE, FORMAT JSON) SELECT 1; EXPLAIN (EXTENDED TRUE, VERBOSE false) SELECT 1; EXPLAIN WHY j; EXPLAIN WHY JOB j; EXPLAIN ANALYZE JOB j; EXPLAIN JOB j; EXPLAIN WHY "my job"; EXPLAIN PLAN FOR SELECT 1; EXPLAIN j; EXPLAIN (SELECT 1); EXPLAIN CREATE JOB j AS INSERT INTO t SELECT 1; EXPLAIN FROM t; EXPLAIN EXTENDED WITH a AS (SELECT 1) TABLE a; EXPLAIN JSON CREATE MATERIALIZED VIEW x AS SELECT 1;
SHOW TABLES; SHOW VIEWS; SHOW JOBS; SHOW FUNCTIONS; SHOW ALL; SHOW SOURCES; SHOW SINKS; SHOW MATERIALIZED VIEWS; SHOW MODELS; SHOW CATALOGS; SHOW DATABASES; SHOW SCHEMAS; SHOW TABLES FROM s LIKE 'x%'; SHOW TABLES IN s; SHOW TABLES LIKE 'y'; SHOW COLUMNS FROM t; SHOW CREATE TABLE t; SHOW CREATE VIEW a.v; SHOW CREATE JOB j; SHOW CREATE MATERIALIZED VIEW j; SHOW timezone; SHOW epoch.interval; SHOW 'epoch.min-interval'; SHOW epoch.min-interval; SHOW TIME ZONE; SHOW TRANSACTION ISOLATION LEVEL; SHOW server_version; SHOW search_path; SHOW standard_conforming_strings;
DESCRIBE t; DESC a.t; DESCRIBE EXTENDED t; DESC FORMATTED t; DESCRIBE TABLE t; DESCRIBE SELECT a FROM t; DESC FROM t; DESCRIBE (VALUES (1)); DESCRIBE 'a.csv'; DESC WITH a AS (SELECT 1) TABLE a;
START JOB j; STOP JOB j; STOP JOB a.j WITH SAVEPOINT; FLUSH;
SET; SET 'k' = 'v'; SET k = v; SET k TO v; SET a.b.c = 10; SET k = 'a', b, 3; SET SESSION k = v; SET LOCAL k TO on; SET SESSION 'x.y' = TRUE; SET k = DEFAULT; SET k TO DEFAULT; SET 'k'; SET k; SET TIME ZONE 'UTC'; SET TIME ZONE UTC; SET TIME ZONE DEFAULT; SET NAMES 'utf8'; SET extra_float_digits = 3; SET datestyle TO ISO, MDY; SET x = -5; SET client_min_messages TO warning; SET table.exec.mini-batch.enabled = true; SET DateStyle='ISO'; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; SET search_path = "$user", public; SET output-mode = available-now; SET 'scan.order' = name;
RESET; RESET ALL; RESET k; RESET 'a.b-c'; RESET a.b-c; DISCARD ALL; USE d; USE CATALOG c; USE DATABASE d; USE a.b;
BEGIN STATEMENT SET; INSERT INTO t SELECT 1; END; EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; INSERT INTO u SELECT 2; END; BEGIN; BEGIN TRANSACTION; BEGIN WORK ISOLATION LEVEL SERIALIZABLE, READ WRITE; START TRANSACTION READ ONLY ISOLATION LEVEL REPEATABLE READ NOT DEFERRABLE; COMMIT; COMMIT WORK; END TRANSACTION; ROLLBACK; ABORT; ROLLBACK TRANSACTION; ROLLBACK TO s; ROLLBACK WORK TO SAVEPOINT s; SAVEPOINT s; RELEASE s; RELEASE SAVEPOINT s;
COPY t TO STDOUT; COPY t FROM STDIN; COPY a.t (x, y) FROM 'f.csv' WITH (FORMAT csv, HEADER true, DELIMITER ',', NULL '', FORCE_QUOTE (a, b), FORCE_NULL *); COPY (SELECT 1) TO STDOUT WITH CSV HEADER; COPY (SELECT * FROM t) TO 'x.csv' (FORMAT csv, HEADER); COPY t FROM STDIN CSV DELIMITER AS ';' NULL AS 'x' QUOTE '"' ENCODING 'UTF8'; COPY t TO STDOUT (FORMAT binary); COPY t TO STDOUT BINARY; COPY t FROM 'x' WITH (FORCE_QUOTE (a));
PREPARE p AS SELECT $1; PREPARE p (int, varchar(10)) AS INSERT INTO t VALUES ($1, $2); EXECUTE p; EXECUTE p (1, 'a'); EXECUTE p (); DEALLOCATE p; DEALLOCATE PREPARE p; DEALLOCATE ALL; DECLARE c CURSOR FOR SELECT 1; DECLARE c BINARY INSENSITIVE NO SCROLL CURSOR WITH HOLD FOR SELECT 1; DECLARE c SCROLL CURSOR WITHOUT HOLD FOR TABLE t; FETCH c; FETCH FROM c; FETCH NEXT FROM c; FETCH 5 FROM c; FETCH FORWARD 5 IN c; FETCH ALL FROM c; FETCH FORWARD ALL FROM c; FETCH BACKWARD 3 c; FETCH ABSOLUTE -1 FROM c; FETCH FIRST c; FETCH LAST FROM c; FETCH PRIOR FROM c; FETCH RELATIVE 2 c; MOVE 3 FROM c; CLOSE c; CLOSE ALL;

-- hints
SELECT * FROM t /*+ OPTIONS('scan.mode'='watch', k = v) */ AS x JOIN u /*+OPTIONS('path'='a*\/''\b')*/ ON TRUE;
SELECT /*+ BROADCAST(t) */ a FROM t /* + */;
INSERT INTO t /*+ options('a'='b') */ SELECT 1;
SELECT * FROM t /*+ OPTIONS('a'='/* x */ b') */;

-- one of each kind of query
SELECT id, x + y * 2 AS a, (x + 2) * 3 AS b, -x AS c, x - -1 AS d, MOD(x, 2) AS e, ABS(x) AS f
FROM na WHERE id < 8;
SELECT product_id, big, big / 2 AS half, big > 0 AS pos, CASE WHEN big < 0 THEN big + 1 ELSE big - 1 END AS toward_zero FROM products WHERE big IS NOT NULL;
SELECT product_id, list_price, list_price + 0.01 AS plus, list_price * 3 AS times3, list_price - 9.99 AS minus_p, list_price = 9.99 AS eq, list_price * 2 > 100 AS sq FROM products;
SELECT ID, `Date`, `Open`, High, Low, `Close`, `Adj Close`, Volume, High - Low AS diff FROM kospi;
SELECT product_id, ratio, SQRT(ABS(ratio)) AS sq, POWER(ratio, 2) AS p2, EXP(CASE WHEN ratio < 10 THEN ratio ELSE 1 END) AS ex, FLOOR(ratio) AS fl, CEIL(ratio) AS ce, ABS(ratio) AS ab, SIGN(product_id - 3) AS sg FROM products;
SELECT product_id, LN(ratio) AS l, LOG10(ratio) AS l10, LOG2(ratio) AS l2, SIN(ratio) AS s, COS(ratio) AS c, ATAN(ratio) AS t FROM products WHERE ratio > 0 AND ratio < 1000;
SELECT product_id, ROUND(list_price, 1) AS r1, ROUND(list_price) AS r0, FLOOR(list_price) AS fl, CEIL(list_price) AS ce FROM products WHERE product_id IN (1, 2, 3, 5, 7, 8);
SELECT product_id, UPPER(pname) AS u, LOWER(pname) AS l, CHAR_LENGTH(pname) AS n, TRIM(pname) AS t, LTRIM(pname) AS lt, RTRIM(pname) AS rt, pname = '' AS is_empty, pname IS NULL AS is_null FROM products;
SELECT product_id, SUBSTRING(pname, 2, 3) AS s1, SUBSTRING(pname FROM 4) AS s2, LEFT(pname, 2) AS le, RIGHT(pname, 3) AS ri, POSITION('i' IN pname) AS po FROM products;
SELECT product_id, pname || '-' || category AS cat, REPLACE(pname, 'i', 'II') AS rep, CONCAT_WS('/', category, 'x') AS cw, REPEAT(SUBSTRING(category, 1, 1), 3) AS rp, LPAD(category, 6, '*') AS lp, RPAD(category, 3, '.') AS rpd FROM products;
SELECT product_id, pname LIKE 'W%' AS a, pname LIKE '%i%' AS b, pname LIKE '_idget' AS c, pname LIKE '%!%%' ESCAPE '!' AS d, pname LIKE '%!_%' ESCAPE '!' AS e, pname NOT LIKE '%e%' AS f FROM products WHERE product_id <> 4;
SELECT product_id, category SIMILAR TO '(tools|toys)' AS a, category SIMILAR TO 't[a-z]+' AS b, category SIMILAR TO '[A-Z][a-z]{2,9}' AS c FROM products WHERE category IS NOT NULL;
SELECT url, REGEXP_EXTRACT(url, '/item/([0-9]+)', 1) AS item, ms FROM clicks WHERE url LIKE '/item/%';
SELECT DISTINCT url, REGEXP_REPLACE(url, '[0-9]+$', '#') AS r FROM clicks WHERE url IS NOT NULL;
SELECT id, CASE WHEN x > 1 THEN 'big' WHEN x > 0 THEN 'one' WHEN x IS NULL THEN 'none' END AS a, CASE s WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE -1 END AS b, CASE WHEN b THEN 'T' ELSE 'F' END AS c FROM na;
SELECT id, COALESCE(x, y, -9) AS co, NULLIF(x, 1) AS nu, NULLIF(s, '') AS ns, COALESCE(s, 'none') AS cs, GREATEST(COALESCE(x, 0), COALESCE(y, 0), 1) AS g, LEAST(COALESCE(x, 0), COALESCE(y, 0)) AS l FROM na;
SELECT id, b AND x > 0 AS a, b OR x > 0 AS o, NOT b AS n, b IS TRUE AS t, b IS NOT TRUE AS nt, b IS FALSE AS f, (x = y) IS NULL AS u, x IS DISTINCT FROM y AS d, x IS NOT DISTINCT FROM y AS nd FROM na;
SELECT product_id, CAST(list_price AS DOUBLE) AS d, CAST(product_id AS VARCHAR) || '!' AS s, CAST('42' AS INT) + product_id AS i, CAST(product_id AS DECIMAL(10,3)) AS dc, CAST('false' AS BOOLEAN) AS bf, CAST(product_id AS DOUBLE) / 4 AS q FROM products;
SELECT product_id, CAST(added AS VARCHAR) AS s, CAST(added AS TIMESTAMP(3)) AS t, CAST('2024-02-29' AS DATE) AS d, CAST('2024-02-29 12:34:56.789' AS TIMESTAMP(3)) AS ts, CAST(TIMESTAMP '2024-02-29 23:59:59' AS DATE) AS back FROM products;
SELECT product_id, TRY_CAST(pname AS INT) AS a, TRY_CAST('12' AS INT) AS b, TRY_CAST('1x' AS INT) AS c, TRY_CAST('2024-13-01' AS DATE) AS d FROM products WHERE product_id < 4;
SELECT order_id, EXTRACT(YEAR FROM order_time) AS y, EXTRACT(MONTH FROM order_time) AS mo, EXTRACT(DAY FROM order_time) AS d, EXTRACT(HOUR FROM order_time) AS h, EXTRACT(MINUTE FROM order_time) AS mi FROM orders WHERE order_id <= 20;
SELECT product_id, added, YEAR(added) AS y, QUARTER(added) AS q, MONTH(added) AS m, DAYOFMONTH(added) AS d, EXTRACT(DOY FROM added) AS doy FROM products;
SELECT product_id, CAST(added AS TIMESTAMP(3)) + INTERVAL '1' DAY AS d1, CAST(added AS TIMESTAMP(3)) - INTERVAL '90' MINUTE AS m90, CAST(added AS TIMESTAMP(3)) + INTERVAL '1' MONTH AS mo, CAST(added AS TIMESTAMP(3)) + INTERVAL '1' YEAR AS yr FROM products;
SELECT order_id, FLOOR(order_time TO HOUR) AS h, FLOOR(order_time TO MINUTE) AS m, FLOOR(order_time TO DAY) AS d, DATE_FORMAT(order_time, 'yyyy-MM-dd HH:mm') AS f FROM orders;
SELECT order_id, order_time FROM orders WHERE order_time BETWEEN TIMESTAMP '2024-03-01 09:00:00' AND TIMESTAMP '2024-03-01 09:09:59.999' OR order_time = TIMESTAMP '2024-03-01 10:00:00';
SELECT s.ship_id, TIMESTAMPDIFF(SECOND, o.order_time, s.ship_time) AS sec, TIMESTAMPDIFF(MINUTE, o.order_time, s.ship_time) AS mins FROM shipments s JOIN (SELECT DISTINCT order_id, order_time FROM orders) o ON s.order_id = o.order_id;
SELECT order_id, customer, qty FROM orders WHERE qty > 1 OR customer IS NULL;
SELECT id, x FROM na WHERE x NOT IN (1, 2);
SELECT order_id, status FROM orders WHERE status = '' OR status IS NULL OR status <> 'new';
SELECT ID, `Date` AS d, `Adj Close` AS ac FROM kospi_files WHERE `Volume` = 0 OR `Close` > 33000;
SELECT COUNT(*) AS n, COUNT(qty) AS nq, SUM(qty) AS sq, MIN(qty) AS mi, MAX(qty) AS ma, SUM(price) AS sp, COUNT(DISTINCT customer) AS dc, AVG(CAST(qty AS DOUBLE)) AS av FROM orders;
SELECT COUNT(*) AS n, COUNT(v) AS nv, SUM(k) AS s, MIN(v) AS mi, MAX(k) AS ma FROM empty_t;
SELECT v, COUNT(*) AS n FROM empty_t GROUP BY v;
SELECT customer, COUNT(*) AS n, SUM(qty) AS q, MIN(order_time) AS first_t, MAX(order_time) AS last_t FROM orders GROUP BY customer;
SELECT product_id, COUNT(*) AS n FROM orders GROUP BY product_id HAVING SUM(qty) > 3 AND COUNT(DISTINCT customer) >= 2;
SELECT status, COUNT(*) AS n, COUNT(*) FILTER (WHERE qty > 1) AS n_big, SUM(price) FILTER (WHERE qty = 1) AS s_one, COUNT(DISTINCT product_id) FILTER (WHERE qty IS NOT NULL) AS dp FROM orders GROUP BY status;
SELECT customer, COUNT(qty) AS c, COUNT(DISTINCT qty) AS cd, SUM(qty) AS s, SUM(DISTINCT qty) AS sd, MIN(DISTINCT qty) AS md FROM orders GROUP BY customer;
SELECT customer, status, GROUPING(customer) AS gc, GROUPING(status) AS gs, COUNT(*) AS n, SUM(price) AS p FROM orders GROUP BY GROUPING SETS ((customer, status), (customer), (status), ());
SELECT YEAR(`Date`) AS y, MONTH(`Date`) AS m, COUNT(*) AS n, SUM(Volume) AS v FROM kospi GROUP BY ROLLUP (YEAR(`Date`), MONTH(`Date`));
SELECT sensor, reading > 20 AS hot, COUNT(*) AS n FROM sensors GROUP BY CUBE (sensor, reading > 20);
SELECT MONTH(`Date`) AS m, MIN(Low) AS lo, MAX(High) AS hi, COUNT(*) AS n, SUM(Volume) AS vol, AVG(CAST(`Close` AS DOUBLE)) AS avg_close FROM kospi GROUP BY MONTH(`Date`);
SELECT sensor, STDDEV_POP(reading) AS sp, STDDEV_SAMP(reading) AS ss, VAR_POP(reading) AS vp, VAR_SAMP(reading) AS vs FROM sensors WHERE reading < 1000 GROUP BY sensor;
SELECT MOD(order_id, 3) AS k, SUM(price) * 2 + 1 AS a, MAX(order_id) - MIN(order_id) AS b, COUNT(*) > 20 AS c FROM orders GROUP BY MOD(order_id, 3);
SELECT DISTINCT customer, status FROM orders;
SELECT o.order_id, o.product_id, p.pname, p.list_price FROM orders o JOIN products p ON o.product_id = p.product_id;
SELECT o.order_id, s.ship_id, s.carrier FROM orders o LEFT JOIN shipments s ON o.order_id = s.order_id;
SELECT o.order_id, s.ship_id, s.carrier, o.qty FROM orders o RIGHT JOIN shipments s ON o.order_id = s.order_id AND o.qty > 0;
SELECT a.id AS aid, a.x AS ax, b.id AS bid, b.x AS bx FROM na a FULL JOIN nb b ON a.x = b.x;
SELECT a.id AS aid, b.id AS bid FROM na a CROSS JOIN nb b WHERE a.x < b.x;
SELECT a.order_id AS o1, b.order_id AS o2, a.customer FROM orders a JOIN orders b ON a.customer = b.customer AND a.product_id = b.product_id WHERE a.order_id < b.order_id;
SELECT o.order_id, p.pname, s.ship_id FROM orders o JOIN products p ON o.product_id = p.product_id LEFT JOIN shipments s ON s.order_id = o.order_id AND s.carrier <> 'UPS';
SELECT o.order_id, o.customer FROM orders o WHERE EXISTS (SELECT 1 FROM shipments s WHERE s.order_id = o.order_id AND s.weight > 1);
SELECT s.ship_id, s.order_id FROM shipments s WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = s.order_id);
SELECT id, x FROM na WHERE x IN (SELECT x FROM nb);
SELECT id, 'with null' AS which FROM na WHERE x NOT IN (SELECT x FROM nb) UNION ALL SELECT id, 'without' FROM na WHERE x NOT IN (SELECT x FROM nb WHERE x IS NOT NULL);
SELECT a.id, e.v FROM na a LEFT JOIN empty_t e ON a.id = e.k;
SELECT o.order_id, s.ship_id, o.order_time, s.ship_time FROM orders o JOIN shipments s ON o.order_id = s.order_id AND s.ship_time BETWEEN o.order_time AND o.order_time + INTERVAL '15' MINUTE;
SELECT o.order_id, o.order_time, s.ship_id FROM orders o LEFT JOIN shipments s ON o.order_id = s.order_id AND s.ship_time >= o.order_time - INTERVAL '1' MINUTE AND s.ship_time < o.order_time + INTERVAL '10' MINUTE;
SELECT x, s FROM na UNION SELECT x, s FROM nb;
SELECT 'a' AS src, x FROM na UNION ALL SELECT 'b', x FROM nb UNION ALL SELECT 'e', k FROM empty_t;
SELECT 'i' AS op, x FROM (SELECT x FROM na INTERSECT SELECT x FROM nb) UNION ALL SELECT 'e', x FROM (SELECT x FROM na EXCEPT SELECT x FROM nb);
SELECT 'i' AS op, s FROM (SELECT s FROM na INTERSECT ALL SELECT s FROM nb) UNION ALL SELECT 'e', s FROM (SELECT s FROM na EXCEPT ALL SELECT s FROM nb);
SELECT order_id, price, (SELECT MAX(list_price) FROM products) AS mx FROM orders WHERE price > (SELECT AVG(CAST(list_price AS DOUBLE)) FROM products WHERE list_price < 1000);
SELECT p.product_id, (SELECT SUM(o.qty) FROM orders o WHERE o.product_id = p.product_id) AS q FROM products p;
WITH a AS (SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer), m AS (SELECT MAX(n) AS mx FROM a) SELECT a.customer, a.n FROM a JOIN m ON a.n = m.mx;
SELECT n, COUNT(*) AS customers FROM (SELECT customer, COUNT(*) AS n FROM (SELECT DISTINCT customer, product_id FROM orders) AS d GROUP BY customer) AS t GROUP BY n;
SELECT window_start, window_end, COUNT(*) AS n, COUNT(user_id) AS nu, SUM(ms) AS s FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(click_time), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
SELECT user_id, window_start, window_end, COUNT(*) AS n, MAX(ms) AS m FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(click_time), INTERVAL '5' MINUTE)) GROUP BY user_id, window_start, window_end;
SELECT window_start, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '10' MINUTE, INTERVAL '3' MINUTE)) GROUP BY window_start, window_end;
SELECT order_id, order_time, window_start, window_end, window_time FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '10' MINUTE));
SELECT window_start, window_end, COUNT(*) AS n, SUM(ms) AS s FROM TABLE(HOP(TABLE clicks, DESCRIPTOR(click_time), INTERVAL '1' MINUTE, INTERVAL '3' MINUTE)) GROUP BY window_start, window_end;
SELECT sensor, window_start, window_end, COUNT(reading) AS n, AVG(reading) AS a, MIN(reading) AS mi, MAX(reading) AS ma FROM TABLE(HOP(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '10' MINUTE, INTERVAL '30' MINUTE)) GROUP BY sensor, window_start, window_end;
SELECT window_start, window_end, COUNT(*) AS n, COUNT(DISTINCT sensor) AS d FROM TABLE(CUMULATE(TABLE sensors, DESCRIPTOR(event_time), INTERVAL '10' MINUTE, INTERVAL '1' HOUR)) GROUP BY window_start, window_end;
SELECT user_id, window_start, window_end, COUNT(*) AS n FROM TABLE(SESSION(TABLE clicks PARTITION BY user_id, DESCRIPTOR(click_time), INTERVAL '47' SECOND)) GROUP BY user_id, window_start, window_end;
SELECT window_start, window_end, COUNT(*) AS n FROM TABLE(SESSION(TABLE clicks, DESCRIPTOR(click_time), INTERVAL '30' SECOND)) GROUP BY window_start, window_end;
SELECT window_start, window_end, COUNT(*) AS n, MIN(Low) AS lo, MAX(High) AS hi, SUM(Volume) AS v FROM TABLE(TUMBLE(TABLE kospi, DESCRIPTOR(ts), INTERVAL '7' DAY)) GROUP BY window_start, window_end;
SELECT window_start, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE empty_t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
SELECT o.order_id, s.ship_id, o.window_start, o.window_end FROM (SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '10' MINUTE))) o JOIN (SELECT * FROM TABLE(TUMBLE(TABLE shipments, DESCRIPTOR(ship_time), INTERVAL '10' MINUTE))) s ON o.order_id = s.order_id AND o.window_start = s.window_start AND o.window_end = s.window_end;
SELECT window_start, window_end, order_id, price, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY COALESCE(price, -1000) DESC, order_id) AS rn FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '10' MINUTE))) WHERE rn <= 2;
SELECT window_start, SUM(qty) * 2 AS q2, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(order_time), INTERVAL '10' MINUTE)) GROUP BY window_start, window_end HAVING COUNT(*) > 2;
SELECT sensor, seq, reading, rn FROM (SELECT sensor, seq, reading, ROW_NUMBER() OVER (PARTITION BY sensor ORDER BY reading DESC, seq) AS rn FROM sensors WHERE reading IS NOT NULL) WHERE rn <= 2;
SELECT order_id, price, qty FROM orders ORDER BY price DESC NULLS LAST, order_id LIMIT 10;
SELECT product_id, category, pname FROM products ORDER BY category ASC NULLS FIRST, product_id DESC LIMIT 5 OFFSET 3;
SELECT user_id, url, click_time FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY click_time, url, ms) AS rn FROM clicks WHERE url IS NOT NULL AND ms IS NOT NULL) WHERE rn = 1;
SELECT customer, order_id, order_time FROM (SELECT customer, order_id, order_time, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY order_time DESC, order_id DESC) AS rn FROM orders) WHERE rn = 1;
SELECT ID, `Close`, SUM(CAST(`Close` AS DOUBLE)) OVER (ORDER BY ts ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) AS s5, COUNT(*) OVER (ORDER BY ts ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) AS n FROM kospi;
SELECT sensor, seq, event_time, COUNT(*) OVER (PARTITION BY sensor ORDER BY event_time RANGE BETWEEN INTERVAL '2' MINUTE PRECEDING AND CURRENT ROW) AS n, MAX(reading) OVER (PARTITION BY sensor ORDER BY event_time RANGE BETWEEN INTERVAL '2' MINUTE PRECEDING AND CURRENT ROW) AS m FROM sensors;
SELECT order_id, customer, order_time, SUM(qty) OVER (PARTITION BY customer ORDER BY order_time RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run FROM orders;
SELECT id, x, RANK() OVER (ORDER BY x) AS r, DENSE_RANK() OVER (ORDER BY x) AS dr, LAG(id) OVER (ORDER BY id) AS lg, LEAD(id, 2) OVER (ORDER BY id) AS ld FROM na WHERE x IS NOT NULL;
SELECT n.id, t.v FROM na n CROSS JOIN UNNEST(ARRAY[n.id, n.id * 10, -1]) AS t(v);
SELECT id, ARRAY[id, 7, 9][2] AS e2, ARRAY[s, 'z'][1] AS e1, CARDINALITY(ARRAY[1, 2, 3]) AS n FROM na;

-- tables
-- Input tables in the dialect of streamd; @DATA@ is replaced by the runner with the path of the data folder.

CREATE TABLE kospi (
  "ID" BIGINT,
  "Date" DATE,
  "Open" FLOAT,
  "High" FLOAT,
  "Low" FLOAT,
  "Close" FLOAT,
  "Adj Close" FLOAT,
  "Volume" BIGINT,
  ts AS CAST("Date" AS TIMESTAMP(3)),
  WATERMARK FOR ts AS ts - INTERVAL '1' DAY
) WITH ('connector'='filesystem', 'path'='@DATA@/kospi.csv', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded');

CREATE TABLE kospi_files (
  "ID" BIGINT,
  "Date" DATE,
  "Open" FLOAT,
  "High" FLOAT,
  "Low" FLOAT,
  "Close" FLOAT,
  "Adj Close" FLOAT,
  "Volume" BIGINT,
  ts AS CAST("Date" AS TIMESTAMP(3)),
  WATERMARK FOR ts AS ts - INTERVAL '1' DAY
) WITH ('connector'='filesystem', 'path'='@DATA@/KOSPI_STOCK_*.csv', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded');

CREATE TABLE orders (
  order_id BIGINT,
  customer VARCHAR,
  product_id INT,
  qty INT,
  price DECIMAL(10,2),
  status VARCHAR,
  order_time TIMESTAMP(3),
  WATERMARK FOR order_time AS order_time - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='@DATA@/orders.csv', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded');

CREATE TABLE shipments (
  ship_id BIGINT,
  order_id BIGINT,
  carrier VARCHAR,
  ship_time TIMESTAMP(3),
  weight DOUBLE,
  WATERMARK FOR ship_time AS ship_time - INTERVAL '5' SECOND
) WITH ('connector'='filesystem', 'path'='@DATA@/shipments.csv', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded');

CREATE TABLE products (
  product_id INT,
  pname VARCHAR,
  category VARCHAR,
  list_price DECIMAL(12,4),
  discontinued BOOLEAN,
  big BIGINT,
  added DATE,
  ratio DOUBLE
) WITH ('connector'='filesystem', 'path'='@DATA@/products.csv', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded');

CREATE TABLE clicks (
  user_id VARCHAR,
  url VARCHAR,
  ms INT,
  click_time TIMESTAMP(3),
  WATERMARK FOR click_time AS click_time - INTERVAL '2' SECOND
) WITH ('connector'='filesystem', 'path'='@DATA@/clicks.csv', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded');

CREATE TABLE sensors (
  sensor VARCHAR,
  reading DOUBLE,
  seq INT,
  event_time TIMESTAMP(3),
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) WITH ('connector'='filesystem', 'path'='@DATA@/sensors.csv', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded');

CREATE TABLE empty_t (
  k INT,
  v VARCHAR,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH ('connector'='filesystem', 'path'='@DATA@/empty_t.csv', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded');

CREATE TABLE na (
  id INT,
  x INT,
  y INT,
  s VARCHAR,
  b BOOLEAN
) WITH ('connector'='filesystem', 'path'='@DATA@/na.csv', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded');

CREATE TABLE nb (
  id INT,
  x INT,
  s VARCHAR
) WITH ('connector'='filesystem', 'path'='@DATA@/nb.csv', 'format'='csv', 'csv.header'='true', 'scan.mode'='bounded');

-- Spark's spellings
SELECT 1L, 2s, 3Y, 1.5D, 1f, 1.50BD, -128Y, array(1, 2), array(), ARRAY(SELECT 1), ARRAY((SELECT 1)), a LIKE ANY ('a', 'b'), a NOT ILIKE ALL ('x', y), a LIKE ANY ('z'), a = ANY (1, 2), a DIV 2 * b, a div, 7 div 2 div FROM t div;
SELECT INTERVAL 1 YEAR 2 MONTHS, INTERVAL '3' DAY '4' HOURS 5 MINUTE, INTERVAL -'1-1' YEAR TO MONTH, interval - '1' FROM VALUES 1, 2 AS t(interval); SELECT * FROM VALUES f(x), NULL; SELECT * FROM VALUES 'a', 'b' t WHERE a IN (1, 2) GROUP BY a, b ORDER BY 1, 2; VALUES (1, 2), (3, 4) AS t (a, b); VALUES (1) AS t ORDER BY 1;
SELECT a, b FROM t GROUP BY a, b WITH ROLLUP; SELECT a FROM t GROUP BY a, (b, c) WITH CUBE HAVING a > 1;
SELECT w.word FROM t LATERAL VIEW explode(split(value, ' ')) w AS word LATERAL VIEW OUTER explode(x) AS y WHERE word > 'a'; SELECT * FROM a JOIN b USING (x) LATERAL VIEW explode(c) d;
VALUES (1) t (a); VALUES (1), (2) OFFSET 1; SELECT [1, 2], [[1], []], make_interval(days => 3);
WITH cube AS (SELECT 1), rollup (a) AS (SELECT 2) SELECT * FROM cube; WITH rollup (a) AS (SELECT 2) SELECT a FROM rollup GROUP BY a WITH ROLLUP;
