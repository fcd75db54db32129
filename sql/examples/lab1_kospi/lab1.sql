-- Lab 1: KOSPI stock files.  A folder of CSV files is watched as a stream, kept as a table that can be
-- asked at any time, transformed, and written as CSV files, exactly once.
--
--     streamd-cli --data-dir state -f lab1.sql
--
-- With the next line the jobs take what is there and end.  Without it they go on: put more files into
-- data/ and they are read as they appear; stop the program in any way and start it again, and it
-- goes on where it was.
SET 'trigger' = 'available-now';

-- 1. Declare the schema; the folder is a stream.
CREATE TABLE IF NOT EXISTS stocks (
    "ID" INT, "Date" DATE, "Open" FLOAT, "High" FLOAT, "Low" FLOAT, "Close" FLOAT, "Adj Close" FLOAT,
    "Volume" INT
) WITH (
    'connector' = 'filesystem',
    'path' = 'data/KOSPI_STOCK_*.csv',
    'format' = 'csv',
    'csv.header' = 'true',
    'scan.mode' = 'watch'
);

-- 2. Keep the stream in a table that can be asked while it runs.
CREATE MATERIALIZED VIEW IF NOT EXISTS stock AS SELECT * FROM stocks;

-- 3. Drop the rows in which every column is NULL, and add a column.
CREATE VIEW IF NOT EXISTS modified_data AS
SELECT *, High - Low AS diff
FROM stocks
WHERE NOT (ID IS NULL AND "Date" IS NULL AND "Open" IS NULL AND High IS NULL AND Low IS NULL
           AND "Close" IS NULL AND "Adj Close" IS NULL AND Volume IS NULL);

-- 4. Write that as CSV files; where the job has got to is committed with what it wrote.
CREATE TABLE IF NOT EXISTS output (
    "ID" INT, "Date" DATE, "Open" FLOAT, "High" FLOAT, "Low" FLOAT, "Close" FLOAT, "Adj Close" FLOAT,
    "Volume" INT, diff FLOAT
) WITH (
    'connector' = 'filesystem',
    'path' = 'OutputStream/',
    'format' = 'csv'
);
CREATE JOB IF NOT EXISTS etl AS INSERT INTO output SELECT * FROM modified_data;

-- The same as partitions: a folder a month.
CREATE TABLE IF NOT EXISTS by_month (
    "ID" INT, "Date" DATE, diff FLOAT, ym STRING
) PARTITIONED BY (ym) WITH (
    'connector' = 'filesystem',
    'path' = 'Partitions/',
    'format' = 'csv'
);
CREATE JOB IF NOT EXISTS monthly AS
INSERT INTO by_month SELECT "ID", "Date", diff, date_format("Date", 'yyyy-MM') FROM modified_data;

-- All that is there has been read, written and committed.
FLUSH;

SELECT count(id) AS rows_in_stock FROM stock;
SELECT * FROM stock WHERE id IS NULL;

-- 5. What was written, read back as an ordinary table.
CREATE TABLE IF NOT EXISTS written (
    "ID" INT, "Date" DATE, "Open" FLOAT, "High" FLOAT, "Low" FLOAT, "Close" FLOAT, "Adj Close" FLOAT,
    "Volume" INT, diff FLOAT
) WITH (
    'connector' = 'filesystem',
    'path' = 'OutputStream/',
    'format' = 'csv',
    'scan.mode' = 'bounded'
);
SELECT * FROM written ORDER BY ID LIMIT 5;
SELECT count(*) AS "rows", min("Date") AS first_day, max("Date") AS last_day, max(diff) AS largest_diff
FROM written;

CREATE TABLE IF NOT EXISTS months (
    "ID" INT, "Date" DATE, diff FLOAT, ym STRING
) PARTITIONED BY (ym) WITH (
    'connector' = 'filesystem',
    'path' = 'Partitions/',
    'format' = 'csv',
    'scan.mode' = 'bounded'
);
SELECT ym, count(*) AS days, max(diff) AS largest_diff FROM months GROUP BY ym ORDER BY ym LIMIT 4;
