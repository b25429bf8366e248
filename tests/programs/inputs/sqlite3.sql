-- SPDX-License-Identifier: Apache-2.0
-- What SQLite does in the real-program test.

.mode list
pragma journal_mode = off;
pragma synchronous = off;
pragma threads = 2;
pragma cache_size = -60000;

create table stone (id integer primary key, cairn integer, weight integer, name text);
create table cairn (id integer primary key, place text);

insert into stone
with recursive number (n) as (select 1 union all select n + 1 from number where n < 1000000)
select n, (n * 7919) % 5003, (n * 104729) % 65537, printf('stone %x', (n * 2654435761) % 4294967296) from number;

insert into cairn
with recursive number (n) as (select 0 union all select n + 1 from number where n < 5002)
select n, printf('%s %d', substr('northsoutheast west ', 1 + 5 * (n % 4), 5), n / 4) from number;

create index stone_by_cairn on stone (cairn, weight);
create index cairn_by_place on cairn (place);

select 'rows', count(*), sum(weight) from stone;
select 'join', place, count(*), sum(weight), max(name)
from cairn join stone on stone.cairn = cairn.id
where weight between 1000 and 40000 group by place order by 4 desc, 2 limit 12;
select 'window', cairn, weight, total from (
    select cairn, weight, sum(weight) over (partition by cairn order by weight rows 5 preceding) as total
    from stone where cairn < 200
) order by total desc, cairn, weight limit 8;
select 'text', count(distinct substr(name, 7, 3)), length(group_concat(name)) from stone where id % 50 = 0;
select 'json', sum(json_extract(document, '$.weights[1]')) from (
    select json_object('name', name, 'weights', json_array(id, weight, cairn)) as document from stone where id < 30000
);
with recursive walk (step, id) as (
    select 0, 1 union all
    select step + 1, (select max(id) from stone where cairn = (walk.id * 31) % 5003) from walk where step < 2000
) select 'walk', sum(id) from walk;

begin;
delete from stone where id % 10 = 3;
update stone set name = name || ' moved' where cairn % 17 = 0;
commit;
select 'left', count(*), sum(length(name)) from stone;
pragma quick_check;
