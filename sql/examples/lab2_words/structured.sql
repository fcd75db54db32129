-- Lab 2, third program: structured word count in complete mode, a table per batch as Spark's console
-- prints it.
--
--     nc -lk 9999
--     streamd-cli --format box -f structured.sql
--
-- input: lines=words.txt
CREATE TABLE IF NOT EXISTS lines (value STRING) WITH (
    'connector' = 'socket', 'host' = 'localhost', 'port' = '9999', 'format' = 'text'
);

SELECT word, count(*) AS count
FROM (SELECT explode(split(value, ' ')) AS word FROM lines)
GROUP BY word
EMIT COMPLETE;
