-- Lab 2, second program: counts since the start, with a checkpoint (Spark's updateStateByKey).
--
--     nc -lk 9999
--     streamd-cli --data-dir state -f running.sql
--
-- kill -9 it and run it again: the counts go on where they were.  They are printed once a second while
-- words come in, and can be asked for at any time: SELECT * FROM counts.
--
-- input: lines=words.txt
SET 'epoch.min-interval' = '1 s';

CREATE TABLE IF NOT EXISTS lines (value STRING) WITH (
    'connector' = 'socket', 'host' = 'localhost', 'port' = '9999', 'format' = 'text'
);

CREATE MATERIALIZED VIEW IF NOT EXISTS counts AS
SELECT word, count(*) AS n
FROM (SELECT explode(split(value, ' ')) AS word FROM lines)
GROUP BY word;

CREATE TABLE IF NOT EXISTS console (op STRING, word STRING, n BIGINT) WITH (
    'connector' = 'print', 'output-mode' = 'update'
);
CREATE JOB IF NOT EXISTS show AS INSERT INTO console SELECT word, n FROM counts;
