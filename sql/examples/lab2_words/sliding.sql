-- The sum of events in a sliding window (Spark's reduceByKeyAndWindow): the last 30 seconds, every 10.
-- Lines are `name,number,time`; a line counts in the three windows that it falls into.
--
--     nc -lk 9999
--     streamd-cli -f sliding.sql
--
-- input: events=events.csv
CREATE TABLE IF NOT EXISTS events (
    name STRING, amount INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND
) WITH (
    'connector' = 'socket', 'host' = 'localhost', 'port' = '9999', 'format' = 'csv'
);

SELECT window_end, name, sum(amount) AS total
FROM HOP(events, ts, INTERVAL '10' SECOND, INTERVAL '30' SECOND)
GROUP BY window_start, window_end, name
EMIT ON WINDOW CLOSE;
