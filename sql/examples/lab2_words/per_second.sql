-- Lab 2, first program: the words of each second, nothing carried over.
--
--     nc -lk 9999                                   type into this one
--     streamd-cli --format box -f per_second.sql    Ctrl-C ends it
--
-- A window of one second over the time at which a line comes in; it is printed when the second has
-- passed.  Two blanks in a row make an empty word, as with Spark's split.
--
-- input: lines=words.txt
CREATE TABLE IF NOT EXISTS lines (value STRING) WITH (
    'connector' = 'socket', 'host' = 'localhost', 'port' = '9999', 'format' = 'text'
);

CREATE TEMPORARY VIEW words AS
SELECT word, PROCTIME() AS came FROM (SELECT explode(split(value, ' ')) AS word FROM lines);

SELECT window_end, word, count(*) AS n
FROM TUMBLE(words, came, INTERVAL '1' SECOND)
GROUP BY window_end, word
EMIT ON WINDOW CLOSE;
