-- SPDX-License-Identifier: Apache-2.0
-- A real program for //bench: inserts, updates, an index and joins in a database in memory.
BEGIN;
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, city TEXT);
CREATE TABLE sale(id INTEGER PRIMARY KEY, customer INTEGER, item TEXT, amount REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
INSERT INTO customer SELECT i, 'customer ' || i, 'city ' || (i * 7919 % 300) FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
INSERT INTO sale SELECT i, i * 7919 % 20000 + 1, 'item ' || (i * 31 % 5000), i % 997 / 10.0 FROM n;
COMMIT;
CREATE INDEX sale_item ON sale(item);
UPDATE sale SET amount = amount * 1.1, item = item || '!' WHERE id % 7 = 0;
SELECT city, count(*), round(sum(amount)) FROM sale JOIN customer ON customer.id = sale.customer
GROUP BY city ORDER BY city;
SELECT item, group_concat(DISTINCT substr(name, 10)) FROM sale JOIN customer ON customer.id = sale.customer
GROUP BY item ORDER BY count(*) DESC, item LIMIT 10;
