CREATE TABLE kospi ("ID" BIGINT, "Date" DATE, "High" FLOAT, "Low" FLOAT, "Adj Close" FLOAT, "Volume" BIGINT,
  ts AS CAST("Date" AS TIMESTAMP(3)), WATERMARK FOR ts AS ts - INTERVAL '1' DAY) WITH ('connector'='mem');
CREATE TABLE tick (ts TIMESTAMP(3), symbol VARCHAR, price DOUBLE, volume BIGINT, s VARCHAR,
  pt AS PROCTIME(), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH (connector = 'live');
CREATE TABLE lines (value STRING, pt AS PROCTIME()) WITH ('connector'='live');
CREATE TABLE out_all (a INT, b VARCHAR) WITH ('connector'='mem');
CREATE TABLE out_log (symbol VARCHAR, n BIGINT) WITH ('connector'='log');
CREATE TABLE out_op (op STRING, symbol VARCHAR, n BIGINT) WITH ('connector'='mem');
CREATE TABLE inner_t (k INT PRIMARY KEY, v STRING);

SELECT 1 + 1, 'a', 1.50, 1e5, 3000000000, NULL, TRUE AND FALSE;
SELECT ID, High - Low AS diff FROM kospi WHERE 1 = 1 AND Volume > 100 AND high > 10;
EXPLAIN EXTENDED SELECT ID, High - Low AS diff FROM kospi WHERE 1 = 1 AND Volume > 100;
EXPLAIN CODEGEN SELECT ID, CASE WHEN Volume > 0 THEN 100 / Volume ELSE 0 END AS q FROM kospi WHERE Volume <> 0 AND 100 / Volume > 3;
SELECT * FROM tick;
SELECT symbol, count(*) AS n, sum(volume) FROM tick GROUP BY symbol;
SELECT window_start, window_end, symbol, count(*), avg(price) FROM TABLE(TUMBLE(TABLE tick, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE symbol <> 'x' GROUP BY window_start, window_end, symbol;
SELECT symbol, window.start, window.end, count(*) FROM tick GROUP BY symbol, window(ts, '10 minutes', '5 minutes');
INSERT INTO out_log SELECT symbol, count(*) FROM tick GROUP BY symbol;
INSERT INTO out_op SELECT symbol, count(*) FROM tick GROUP BY symbol;
INSERT INTO inner_t VALUES (1, 'a'), (2, NULL);
SELECT word, count(*) FROM (SELECT explode(split(value, ' ')) AS word FROM lines) GROUP BY word EMIT COMPLETE;
SELECT prize FROM tick;
