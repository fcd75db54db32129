CREATE TABLE kospi ("ID" BIGINT, "Date" DATE, "High" FLOAT, "Low" FLOAT, "Adj Close" FLOAT, "Volume" BIGINT,
  ts AS CAST("Date" AS TIMESTAMP(3)), WATERMARK FOR ts AS ts - INTERVAL '1' DAY) WITH ('connector'='mem');
CREATE TABLE tick (ts TIMESTAMP(3), symbol VARCHAR, price DOUBLE, volume BIGINT, s VARCHAR,
  pt AS PROCTIME(), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH (connector = 'live');
CREATE TABLE lines (value STRING, pt AS PROCTIME()) WITH ('connector'='live');
CREATE TABLE t (a INT, b BIGINT, c VARCHAR, d DECIMAL(10, 2), e DOUBLE, f BOOLEAN, g TIMESTAMP, arr ARRAY<INT>) WITH (connector = 'mem');
CREATE TABLE u (a INT, z VARCHAR) WITH (connector = 'mem');
CREATE TABLE out_all (a INT, b VARCHAR) WITH ('connector'='mem');
CREATE TABLE out_log (symbol VARCHAR, n BIGINT) WITH ('connector'='log');
CREATE TABLE out_complete (symbol VARCHAR, n BIGINT) WITH ('connector'='mem', 'output-mode'='complete');
CREATE TABLE out_op (op STRING, symbol VARCHAR, n BIGINT) WITH ('connector'='mem');
CREATE TABLE out_update (symbol VARCHAR, n BIGINT) WITH ('connector'='mem', 'output-mode'='update');
CREATE TABLE inner_t (k INT PRIMARY KEY, v STRING);
CREATE VIEW big AS SELECT a, b * 2 AS twice FROM t WHERE b > 100;
CREATE MATERIALIZED VIEW counts AS SELECT symbol, count(*) AS n FROM tick GROUP BY symbol;

-- expressions
SELECT 1 + 1, 'a', 1.50, 1e5, 3000000000, NULL, TRUE AND FALSE;
SELECT a + 1 AS x, -a, a / 2.0, e * a, c || a, a::TEXT, TRY_CAST(c AS INT), CAST('7' AS INT) FROM t;
SELECT CASE a WHEN 1 THEN 'one' WHEN 2 THEN 'two' END, CASE WHEN a > 0 THEN 1 ELSE 2.5 END, COALESCE(a, b, 0), NULLIF(a, 0), IF(f, a, b) FROM t;
SELECT a BETWEEN 1 AND 3, a NOT BETWEEN 1 AND 3, a IN (1, 2, 3), a NOT IN (1, 2), c IN ('x', 'y'), a IS NULL, f IS NOT TRUE, c LIKE 'a%', c NOT LIKE 'b%' ESCAPE '!' FROM t;
SELECT EXTRACT(YEAR FROM g), g + INTERVAL '1' MONTH, DATE '2024-02-29', TIMESTAMP '2024-01-01 10:00:00', INTERVAL '1:30' MINUTE TO SECOND FROM t;
SELECT a = ANY(ARRAY[1, 2]), a = ANY(arr), arr[1], (f OR 1 / a > 0) AND c COLLATE "C" = 'x' FROM t;
SELECT f AND 100 / a > 3 AND b > 0, coalesce(a, 100 / a) FROM t;
EXPLAIN CODEGEN SELECT CASE WHEN a > 0 THEN 100 / a WHEN a < 0 THEN a * 2 ELSE 0 END, f AND 100 / a > 3, f OR b > 3, coalesce(a, 100 / a), a * 2 FROM t WHERE a * 2 <> 0 AND 100 / a > 3;

-- filters and projections
SELECT ID, High - Low AS diff FROM kospi WHERE 1 = 1 AND Volume > 100 AND high > 10;
EXPLAIN EXTENDED SELECT ID, High - Low AS diff FROM kospi WHERE 1 = 1 AND Volume > 100;
SELECT * FROM (SELECT a, b + 1 AS b1, c FROM t WHERE c <> 'x') AS s WHERE b1 > 5 AND 1 = 1;
SELECT twice FROM big WHERE a = 3;
WITH x AS (SELECT a, c FROM t WHERE a > 1), y AS (SELECT c FROM x) SELECT * FROM y WHERE c = 'q';
SELECT * FROM t WHERE 1 / a > 0 AND b = 1;
SELECT count(*) FROM t WHERE f;
FROM u;
SELECT * EXCLUDE (c, d, e, f, g, arr) REPLACE (a * 10 AS a) FROM t;
SELECT u.*, u.z AS again, Z FROM u;
SELECT a FROM u LIMIT 3 OFFSET 1;
SELECT a FROM u WHERE z = 'k' LIMIT 3;
SELECT a AS x FROM u ORDER BY x DESC, z LIMIT 5;
SELECT a, z FROM u ORDER BY 2, 1 NULLS FIRST;
SELECT z FROM u ORDER BY a + 1;
SELECT * FROM (SELECT * FROM u LIMIT 10) LIMIT 3;
SELECT x FROM (VALUES (1, 'a'), (2.5, NULL)) AS v(x, y) WHERE x > 1;
VALUES (1, 'a'), (2, 'b') ORDER BY column1 DESC LIMIT 1;
SELECT a FROM t UNION ALL SELECT b FROM t WHERE b > 3;
SELECT a FROM (SELECT a, c FROM t UNION ALL SELECT a, z FROM u) AS s WHERE c = 'x' LIMIT 2;
SELECT a FROM u UNION SELECT 1;
SELECT DISTINCT a, z FROM u ORDER BY z;
SELECT DISTINCT symbol FROM tick;
SELECT DISTINCT symbol, n FROM (SELECT symbol, count(*) AS n FROM tick GROUP BY symbol);
SELECT id FROM 'some/file.csv' WHERE name = 'x';
SELECT * FROM read_csv('some/file.csv', header => true) AS f;

-- aggregates
SELECT count(*), count(DISTINCT c), sum(a) FILTER (WHERE b > 0), min(c), max(d), avg(e) FROM t;
SELECT c, sum(a) AS total FROM t GROUP BY c HAVING sum(a) > 10 AND c <> 'x' ORDER BY total DESC;
SELECT a % 3 AS m, b, count(*) FROM t GROUP BY m, 2 ORDER BY 1;
SELECT a % 3 AS m, count(*) FROM t GROUP BY ALL;
SELECT a % 3 + 1, sum(b) * 2 FROM t GROUP BY a % 3;
SELECT c FROM t GROUP BY c HAVING count(*) > 1;
SELECT n, count(*) FROM (SELECT c, count(*) AS n FROM t GROUP BY c) GROUP BY n;
SELECT n, count(*) FROM (SELECT symbol, count(*) AS n FROM tick GROUP BY symbol) GROUP BY n;
SELECT c, f, GROUPING(c) AS g, GROUPING(c, f) AS h, count(*) FROM t GROUP BY GROUPING SETS ((c, f), (c), ());
SELECT c, count(*) FROM t GROUP BY ROLLUP (c);
SELECT c, f, count(*) FROM t GROUP BY CUBE (c, f);
SELECT 1 FROM t HAVING count(*) > 3;
SELECT a FROM (SELECT a, count(*) AS n, sum(b) AS sb FROM t GROUP BY a) WHERE a > 3;

-- windows
SELECT window_start, window_end, symbol, count(*), avg(price) FROM TABLE(TUMBLE(TABLE tick, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE symbol <> 'x' GROUP BY window_start, window_end, symbol;
SELECT window_end, sum(volume) FROM HOP(tick, ts, INTERVAL '10 seconds', INTERVAL '30 seconds') GROUP BY window_end;
SELECT window_start, count(*) FROM CUMULATE(TABLE tick, DESCRIPTOR(ts), INTERVAL '1' HOUR, INTERVAL '1' DAY) GROUP BY window_start, window_end;
SELECT symbol, window.start, window.end, count(*) FROM tick GROUP BY symbol, window(ts, '10 minutes', '5 minutes');
SELECT window(ts, '1 minute').start AS s, count(*) FROM tick GROUP BY window(ts, '1 minute') EMIT CHANGES;
SELECT window_start, count(*) FROM TUMBLE(TABLE lines, DESCRIPTOR(pt), INTERVAL '1' SECOND) GROUP BY window_start, window_end;
SELECT * FROM TABLE(TUMBLE(DATA => TABLE u2, TIMECOL => DESCRIPTOR(g), SIZE => INTERVAL '1' DAY));
SELECT window_start, count(*) FROM TUMBLE(TABLE t, DESCRIPTOR(g), INTERVAL '1' DAY, INTERVAL '6' HOUR) GROUP BY window_start, window_end;
SELECT window_start, window_end, max(n) FROM (SELECT window_start, window_end, symbol, count(*) AS n FROM TUMBLE(tick, ts, INTERVAL '1' MINUTE) GROUP BY 1, 2, 3) GROUP BY window_start, window_end;
SELECT window_start, count(*) FROM TUMBLE((SELECT window_time AS rt, symbol FROM TUMBLE(tick, ts, INTERVAL '1' MINUTE) GROUP BY window_start, window_end, window_time, symbol), rt, INTERVAL '1' HOUR) GROUP BY window_start, window_end;
SELECT max(n) FROM (SELECT symbol, count(*) AS n FROM TUMBLE(tick, ts, INTERVAL '1' MINUTE) GROUP BY window_start, window_end, symbol);
SELECT * FROM TUMBLE(TABLE kospi, DESCRIPTOR(ts), INTERVAL '7' DAY);

-- arrays
SELECT word, count(*) FROM (SELECT explode(split(value, ' ')) AS word FROM lines) GROUP BY word EMIT COMPLETE;
SELECT unnest(arr) AS x, count(*) FROM t WHERE a > 1 GROUP BY x;
SELECT t.a, e.x, e.i FROM t CROSS JOIN UNNEST(arr) WITH ORDINALITY AS e(x, i) WHERE a > 3 AND x > 4;
SELECT * FROM UNNEST(ARRAY[1, 2, 3]) AS n(x);

-- modes
SELECT symbol, count(*) AS n, sum(volume) FROM tick GROUP BY symbol;
SELECT count(*) FROM tick;
SELECT symbol, n FROM (SELECT symbol, count(*) AS n FROM tick GROUP BY symbol) WHERE n > 10;
SELECT symbol, count(*) AS n FROM tick GROUP BY symbol ORDER BY n DESC LIMIT 10 EMIT COMPLETE;
SELECT symbol FROM tick LIMIT 5;
SELECT symbol FROM tick EMIT CHANGES;
INSERT INTO out_log SELECT symbol, count(*) FROM tick GROUP BY symbol;
INSERT INTO out_log SELECT symbol, count(*) FROM TUMBLE(tick, ts, INTERVAL '1' MINUTE) GROUP BY window_start, window_end, symbol;
INSERT INTO out_complete SELECT symbol, count(*) FROM tick GROUP BY symbol;
INSERT INTO out_op SELECT symbol, count(*) FROM tick GROUP BY symbol;
INSERT INTO out_op SELECT symbol, n FROM (SELECT symbol, count(*) AS n FROM tick GROUP BY symbol) WHERE n > 10;
INSERT INTO out_update SELECT symbol, count(*) FROM tick GROUP BY symbol;
INSERT INTO out_update SELECT symbol, n FROM (SELECT symbol, count(*) AS n FROM tick GROUP BY symbol) WHERE n > 10;
INSERT INTO out_op SELECT symbol, volume FROM tick;
CREATE JOB j AS INSERT INTO out_op SELECT symbol, n FROM counts;
CREATE JOB j AS INSERT INTO out_op SELECT v, k FROM inner_t;
SELECT * FROM counts;
CREATE MATERIALIZED VIEW per_minute AS SELECT window_start, symbol, count(*) AS n FROM TUMBLE(tick, ts, INTERVAL '1' MINUTE) GROUP BY window_start, window_end, symbol;
CREATE MATERIALIZED VIEW totals AS SELECT max(n) AS most FROM counts;

-- inserting
INSERT INTO inner_t VALUES (1, 'a'), (2, NULL);
INSERT INTO inner_t (v) SELECT c FROM t;
INSERT INTO out_all SELECT b, a FROM t;
INSERT INTO out_all (b, a) VALUES ('x', '42');
INSERT INTO inner_t DEFAULT VALUES;

-- mistakes
SELECT prize FROM tick;
SELECT tick.prize FROM tick;
SELECT x.price FROM tick;
SELECT price FROM tik;
SELECT cuont(*) FROM tick;
SELECT a FROM t, u;
SELECT t.a FROM t JOIN u ON t.a = u.a;
SELECT a FROM t WHERE a IN (SELECT a FROM u);
SELECT sum(a) OVER () FROM t;
SELECT a, count(*) FROM t;
SELECT a + b FROM t GROUP BY a;
SELECT * FROM t GROUP BY a;
SELECT sum(sum(a)) FROM t;
SELECT a FROM t WHERE sum(a) > 3;
SELECT a FROM t GROUP BY sum(a);
SELECT a FROM t WHERE a;
SELECT a FROM t WHERE a = 'x1';
SELECT a FROM t WHERE d > DATE '2024-13-01';
SELECT a + 'x' FROM t;
SELECT a FROM t ORDER BY 3;
SELECT DISTINCT a FROM t ORDER BY b;
SELECT a AS x, b AS x FROM t ORDER BY x;
SELECT a FROM t UNION ALL SELECT a, b FROM t;
SELECT a FROM t UNION ALL SELECT g FROM t;
SELECT a FROM t INTERSECT SELECT a FROM u;
SELECT * FROM u AS q(x, y, z);
SELECT * EXCLUDE (nope) FROM t;
SELECT *;
SELECT a FROM t LIMIT -1;
SELECT a FROM t LIMIT a;
SELECT window_start FROM TUMBLE(TABLE lines, DESCRIPTOR(value), INTERVAL '1' SECOND);
SELECT window_start FROM TUMBLE(TABLE tick, DESCRIPTOR(tss), INTERVAL '1' SECOND);
SELECT window_start FROM TUMBLE(TABLE tick, DESCRIPTOR(ts), INTERVAL '1' MONTH);
SELECT window_start FROM TUMBLE(TABLE tick, DESCRIPTOR(ts), INTERVAL '0' SECOND);
SELECT window_start FROM HOP(TABLE tick, DESCRIPTOR(ts), INTERVAL '2' MINUTE, INTERVAL '1' MINUTE);
SELECT window_start FROM TUMBLE(TABLE tick, DESCRIPTOR(ts));
SELECT window_start FROM SESSION(TABLE tick, DESCRIPTOR(ts), INTERVAL '1' MINUTE);
SELECT x FROM (SELECT CAST(s AS TIMESTAMP) AS x FROM tick) AS q;
SELECT count(*) FROM TUMBLE((SELECT CAST(s AS TIMESTAMP) AS x FROM tick), x, INTERVAL '1' MINUTE) GROUP BY window_start, window_end;
SELECT symbol, count(*) FROM tick GROUP BY symbol EMIT ON WINDOW CLOSE;
SELECT symbol FROM tick ORDER BY symbol;
SELECT symbol FROM tick EMIT COMPLETE;
SELECT symbol, count(*) FROM tick GROUP BY symbol LIMIT 3;
SELECT (SELECT 1);
SELECT CASE WHEN a THEN 1 END FROM t;
SELECT sum(DISTINCT *) FROM t;
SELECT upper(DISTINCT c) FROM t;
SELECT f.x FROM (SELECT a AS x FROM t EMIT CHANGES) AS f;
WITH RECURSIVE r AS (SELECT 1) SELECT * FROM r;
WITH r AS (SELECT 1), r AS (SELECT 2) SELECT * FROM r;
INSERT INTO nowhere SELECT 1;
INSERT INTO big SELECT 1, 2;
INSERT INTO out_all SELECT 1, 'x', 3;
INSERT INTO out_all (a, q) SELECT 1, 'x';
INSERT INTO out_all SELECT c, c FROM t;
INSERT INTO out_all VALUES ('q', 'x');
INSERT INTO out_all VALUES (g, 'x');
INSERT INTO inner_t (v) VALUES ('x');
CREATE TABLE bad (a INT, a INT) WITH (connector = 'mem');
CREATE TABLE bad (a INTT) WITH (connector = 'mem');
CREATE TABLE bad (a INT) WITH (connector = 'mems');
CREATE TABLE bad (a INT) WITH (connector = 'mem', rosw = 3);
CREATE TABLE bad (a INT) WITH (connector = 'mem', rows = 'x');
CREATE TABLE bad (a INT, b AS c + 1) WITH (connector = 'mem');
CREATE TABLE bad (a INT, WATERMARK FOR a AS a) WITH (connector = 'mem');
CREATE TABLE bad (a TIMESTAMP, WATERMARK FOR b AS b) WITH (connector = 'mem');
CREATE TABLE bad (a INT, m STRING METADATA FROM 'file_pth') WITH (connector = 'mem');
CREATE TABLE bad (a INT, PRIMARY KEY (b)) WITH (connector = 'mem');
CREATE TABLE streamd.jobs (a INT);
CREATE TABLE other.t (a INT);
CREATE SOURCE s (a INT);
CREATE VIEW v2 AS SELECT a, a FROM t;
CREATE VIEW v2 (x, y) AS SELECT a FROM t;
CREATE OR REPLACE VIEW big AS SELECT * FROM big;
CREATE VIEW v3 AS SELECT nope FROM t;
CREATE MATERIALIZED VIEW m3 AS SELECT symbol FROM tick ORDER BY symbol;

-- unions of literals and windows
SELECT NULL AS x UNION ALL SELECT 1 UNION ALL SELECT a FROM t;
SELECT 'x' AS x UNION ALL SELECT NULL;
SELECT window_start, count(*) FROM (SELECT * FROM TUMBLE((SELECT ts, symbol FROM tick), ts, INTERVAL '1' MINUTE) UNION ALL SELECT * FROM TUMBLE((SELECT ts, s FROM tick), ts, INTERVAL '1' MINUTE)) AS w GROUP BY window_start, window_end;
CREATE JOB j AS INSERT INTO out_update SELECT symbol, n FROM counts;
CREATE JOB j AS INSERT INTO out_op SELECT symbol, n + 1 FROM counts WHERE n > 3;
SELECT count(*) FROM counts GROUP BY symbol;
SELECT k, v FROM inner_t;

-- tables like others
CREATE TABLE tick2 (extra INT) WITH ('connector' = 'mem') LIKE tick;
SELECT extra, pt IS NULL, count(*) FROM TUMBLE(tick2, ts, INTERVAL '1' DAY) GROUP BY window_start, window_end, extra, pt IS NULL;
CREATE TABLE tick3 LIKE big;
CREATE TABLE tick3 LIKE nope;
SELECT a FROM t LIMIT 1 / 0;
EXPLAIN EXTENDED WITH x AS (SELECT a, c FROM t) SELECT DISTINCT c AS k, count(*) FROM (SELECT * FROM x UNION ALL SELECT a, z FROM u) AS s WHERE a > 1 GROUP BY ROLLUP (c) HAVING count(*) > 1 ORDER BY k DESC LIMIT 3;
