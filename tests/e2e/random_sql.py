"""Random queries for differential.py: the same query for streamd and for SQLite.

An Expr is the text of one expression in both dialects.  Types are 'int' (INT or BIGINT, with a
bound, so that nothing overflows: SQLite would go on with a float; one named nz… is never 0, since a
filter below it says so: what divides by it must not fail), 'double', 'dec' (DECIMAL(n, 2),
in SQLite the number of hundredths), 'text', 'bool', 'date' and 'ts' (text in SQLite; the text of a
timestamp sorts like the timestamp).  What SQLite lacks are functions that differential.py registers.
"""

import re
from collections import namedtuple

Expr = namedtuple('Expr', 'sd lite type bound wide')
Column = namedtuple('Column', 'name type bound wide')
# Relation: text for FROM; rows come in an order that both give ('list') or in any ('set').
Relation = namedtuple('Relation', 'sd lite columns')
# `rows`: SQL for the number of rows that go into GROUPING SETS; '' for other queries.
Select = namedtuple('Select', 'sd lite columns ordered rows', defaults=('',))

TYPES = ('int', 'int', 'double', 'dec', 'text', 'text', 'bool', 'date', 'ts')
WORDS = ('a', 'b', 'ab', 'abc', 'B', 'x y', '', 'zz', '%', 'a_c', '10', "it's", 'say "hi"', 'é')
INT_LIMIT, BIGINT_LIMIT = 2**31 - 1, 2**60


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def expr(sd, type_, bound=0, wide=True, lite=None):
    return Expr(sd, sd if lite is None else lite, type_, bound, wide)


class Generator:
    def __init__(self, random, tables):
        self.random = random
        self.tables = tables  # Relation of each base table
        self.names = 0

    # ---- expressions

    def chance(self, probability):
        return self.random.random() < probability

    def name(self, prefix='c'):
        self.names += 1
        return f'{prefix}{self.names}'

    def literal(self, type_):
        r = self.random
        if type_ == 'int':
            value = r.choice((0, 1, 2, 3, 5, 7, 10, 100, -1, -3))
            return expr(f'({value})' if value < 0 else str(value), 'int', abs(value), False)
        if type_ == 'double':
            value = r.choice(('0.5e0', '1e0', '2.25e0', '1e3', '1e-1', '0e0'))
            return expr(value, 'double')
        if type_ == 'dec':
            cents = r.choice((0, 1, 50, 100, 250, 1999))
            return expr(f'CAST({cents // 100}.{cents % 100:02} AS DECIMAL(12,2))', 'dec', cents,
                        lite=str(cents))
        if type_ == 'text':
            return expr(quoted(r.choice(WORDS)), 'text')
        if type_ == 'bool':
            return expr(r.choice(('TRUE', 'FALSE')), 'bool')
        day = f'2024-0{r.randint(1, 3)}-{r.randint(10, 28)}'
        if type_ == 'date':
            return expr(f"DATE '{day}'", 'date', lite=f"'{day}'")
        time = f'{day} {r.randint(10, 20)}:00:00'
        return expr(f"TIMESTAMP '{time}'", 'ts', lite=f"'{time}'")

    def leaf(self, columns, type_):
        fitting = [c for c in columns if c.type == type_]
        if fitting and self.chance(0.85):
            c = self.random.choice(fitting)
            return expr(c.name, type_, c.bound, c.wide)
        return self.literal(type_)

    def make(self, columns, type_, depth):
        if depth <= 0 or self.chance(0.2):
            return self.leaf(columns, type_)
        if self.chance(0.2):
            return self.conditional(columns, type_, depth - 1)
        return getattr(self, 'make_' + type_)(columns, depth - 1)

    def conditional(self, columns, type_, depth):
        a, b = self.make(columns, type_, depth), self.make(columns, type_, depth)
        bound, wide = max(a.bound, b.bound), a.wide or b.wide
        form = self.random.randrange(5)
        if form == 0:
            return expr(f'COALESCE({a.sd}, {b.sd})', type_, bound, wide,
                        f'COALESCE({a.lite}, {b.lite})')
        if form == 1:
            return expr(f'NULLIF({a.sd}, {b.sd})', type_, a.bound, a.wide,
                        f'NULLIF({a.lite}, {b.lite})')
        if form == 2:
            on, value = self.make(columns, 'int', depth), self.literal('int')
            return expr(f'CASE {on.sd} WHEN {value.sd} THEN {a.sd} ELSE {b.sd} END', type_, bound,
                        wide, f'CASE {on.lite} WHEN {value.lite} THEN {a.lite} ELSE {b.lite} END')
        when = self.make(columns, 'bool', depth)
        otherwise = ('', '') if form == 3 else (f' ELSE {b.sd}', f' ELSE {b.lite}')
        return expr(f'CASE WHEN {when.sd} THEN {a.sd}{otherwise[0]} END', type_, bound, wide,
                    f'CASE WHEN {when.lite} THEN {a.lite}{otherwise[1]} END')

    def make_int(self, columns, depth):
        form = self.random.randrange(9)
        if form == 0:
            a = self.make(columns, 'text', depth)
            return expr(f'LENGTH({a.sd})', 'int', 1000, False, f'LENGTH({a.lite})')
        if form == 1:
            kind = self.random.choice(('date', 'ts'))
            part = self.random.choice(('YEAR', 'MONTH', 'DAY') + ('HOUR',) * (kind == 'ts'))
            a = self.make(columns, kind, depth)
            return expr(f'CAST(EXTRACT({part} FROM {a.sd}) AS INT)', 'int', 9999, False,
                        f"time_part('{part}', {a.lite})")
        a, b = self.make(columns, 'int', depth), self.make(columns, 'int', depth)
        if form == 2:
            return expr(f'ABS({a.sd})', 'int', a.bound, a.wide, f'ABS({a.lite})')
        if form == 3:
            return expr(f'(-{a.sd})', 'int', a.bound, a.wide, f'(-{a.lite})')
        if form in (4, 5):
            operator = '/' if form == 4 else '%'
            bound = a.bound if form == 4 else min(a.bound, b.bound)
            divisors = [c for c in columns if c.name.startswith('nz')]
            if divisors and self.chance(0.7):
                c = self.random.choice(divisors)
                return expr(f'({a.sd} {operator} {c.name})', 'int', a.bound, True,
                            f'({a.lite} {operator} {c.name})')
            if self.chance(0.5):
                guard = self.random.choice(('CASE WHEN {0} <> 0 THEN {1} END', 'IF({0} = 0, NULL, {1})',
                                            'CASE {0} WHEN 0 THEN NULL ELSE {1} END'))
                return expr(guard.format(b.sd, f'{a.sd} {operator} {b.sd}'), 'int', bound,
                            a.wide or b.wide, f'({a.lite} {operator} {b.lite})')
            return expr(f'({a.sd} {operator} NULLIF({b.sd}, 0))', 'int',
                        a.bound if form == 4 else min(a.bound, b.bound), a.wide or b.wide,
                        f'({a.lite} {operator} NULLIF({b.lite}, 0))')
        operator = self.random.choice('+-*')
        bound = a.bound * b.bound if operator == '*' else a.bound + b.bound
        if bound > BIGINT_LIMIT:
            return a
        wide, left = a.wide or b.wide, a.sd
        if bound > INT_LIMIT and not wide:
            wide, left = True, f'CAST({a.sd} AS BIGINT)'
        return expr(f'({left} {operator} {b.sd})', 'int', bound, wide,
                    f'({a.lite} {operator} {b.lite})')

    def make_double(self, columns, depth):
        form = self.random.randrange(7)
        if form == 0:
            a = self.make(columns, 'int', depth)
            return expr(f'CAST({a.sd} AS DOUBLE)', 'double', lite=f'CAST({a.lite} AS REAL)')
        a = self.make(columns, 'double', depth)
        if form == 1:
            function = self.random.choice(('ABS', 'FLOOR', 'CEIL'))
            return expr(f'{function}({a.sd})', 'double', lite=f'{function}({a.lite})')
        if form == 2:
            b = self.make(columns, 'int', depth)
            return expr(f'({a.sd} * {b.sd})', 'double', lite=f'({a.lite} * {b.lite})')
        b = self.make(columns, 'double', depth)
        if form == 3:
            return expr(f'({a.sd} / NULLIF({b.sd}, 0))', 'double',
                        lite=f'({a.lite} / NULLIF({b.lite}, 0))')
        operator = self.random.choice('+-')
        return expr(f'({a.sd} {operator} {b.sd})', 'double', lite=f'({a.lite} {operator} {b.lite})')

    def make_dec(self, columns, depth):
        a, b = self.make(columns, 'dec', depth), self.make(columns, 'dec', depth)
        bound = a.bound + b.bound
        if bound > 10**11:
            return a
        operator = self.random.choice('+-')
        return expr(f'CAST({a.sd} {operator} {b.sd} AS DECIMAL(14,2))', 'dec', bound,
                    lite=f'({a.lite} {operator} {b.lite})')

    def make_text(self, columns, depth):
        form = self.random.randrange(8)
        a = self.make(columns, 'text', depth)
        if form == 0:
            function = self.random.choice(('UPPER', 'LOWER', 'TRIM', 'LTRIM', 'RTRIM', 'REVERSE'))
            return expr(f'{function}({a.sd})', 'text', lite=f'{function}({a.lite})')
        if form == 1:
            start, count = self.random.randint(1, 4), self.random.randint(0, 3)
            return expr(f'SUBSTR({a.sd}, {start}, {count})', 'text',
                        lite=f'SUBSTR({a.lite}, {start}, {count})')
        if form == 2:
            b, c = quoted(self.random.choice('abx')), quoted(self.random.choice(('', 'b', 'xx')))
            return expr(f'REPLACE({a.sd}, {b}, {c})', 'text', lite=f'REPLACE({a.lite}, {b}, {c})')
        if form == 3:
            kind = self.random.choice(('int', 'date', 'ts', 'dec'))
            b = self.make(columns, kind, depth)
            lite = f'cents({b.lite})' if kind == 'dec' else f'CAST({b.lite} AS TEXT)'
            return expr(f'CAST({b.sd} AS VARCHAR)', 'text', lite=lite)
        if form == 4:
            b = self.make(columns, 'double', depth)
            return expr(f'CAST({b.sd} AS VARCHAR)', 'text', lite=f'float_text({b.lite})')
        b = self.make(columns, 'text', depth)
        return expr(f'({a.sd} || {b.sd})', 'text', lite=f'({a.lite} || {b.lite})')

    def make_bool(self, columns, depth):
        r, form = self.random, self.random.randrange(13)
        if form < 3:
            a, b = self.make(columns, 'bool', depth), self.make(columns, 'bool', depth)
            operator = r.choice(('AND', 'OR'))
            return expr(f'({a.sd} {operator} {b.sd})', 'bool',
                        lite=f'({a.lite} {operator} {b.lite})')
        if form == 3:
            a = self.make(columns, 'bool', depth)
            form = r.choice(('(NOT {})', '({} IS TRUE)', '({} IS NOT FALSE)', '({} IS NOT TRUE)'))
            return expr(form.format(a.sd), 'bool', lite=form.format(a.lite))
        if form == 4:
            a = self.make(columns, 'text', depth)
            like = r.choice(('LIKE', 'NOT LIKE'))
            pattern = quoted(r.choice(('a%', '%b', '%a%', '_', '__%', 'a_c', '', '%')))
            return expr(f'({a.sd} {like} {pattern})', 'bool', lite=f'({a.lite} {like} {pattern})')
        type_ = r.choice(TYPES)
        a = self.make(columns, type_, depth)
        if form == 5:
            test = r.choice(('IS NULL', 'IS NOT NULL'))
            return expr(f'({a.sd} {test})', 'bool', lite=f'({a.lite} {test})')
        if form == 6:
            items = [self.literal(type_) for _ in range(r.randint(1, 4))]
            if self.chance(0.2):
                items.append(expr('NULL', type_))
            test = r.choice(('IN', 'NOT IN'))
            return expr(f'({a.sd} {test} ({", ".join(i.sd for i in items)}))', 'bool',
                        lite=f'({a.lite} {test} ({", ".join(i.lite for i in items)}))')
        b = self.make(columns, type_, depth)
        if form == 7:
            c, test = self.make(columns, type_, depth), r.choice(('BETWEEN', 'NOT BETWEEN'))
            return expr(f'({a.sd} {test} {b.sd} AND {c.sd})', 'bool',
                        lite=f'({a.lite} {test} {b.lite} AND {c.lite})')
        if form == 8:
            test = r.choice(('IS DISTINCT FROM', 'IS NOT DISTINCT FROM'))
            return expr(f'({a.sd} {test} {b.sd})', 'bool', lite=f'({a.lite} {test} {b.lite})')
        if form == 9 and type_ == 'int':
            b = self.make(columns, 'double', depth)
        operator = r.choice(('=', '<>', '<', '<=', '>', '>='))
        return expr(f'({a.sd} {operator} {b.sd})', 'bool', lite=f'({a.lite} {operator} {b.lite})')

    def make_date(self, columns, depth):
        if self.chance(0.5):
            a = self.make(columns, 'ts', depth)
            return expr(f'CAST({a.sd} AS DATE)', 'date', lite=f'SUBSTR({a.lite}, 1, 10)')
        a, days = self.make(columns, 'date', depth), self.random.randint(-40, 40)
        sign = '-' if days < 0 else '+'
        return expr(f'({a.sd} {sign} {abs(days)})', 'date', lite=f'date_plus({a.lite}, {days})')

    def make_ts(self, columns, depth):
        form = self.random.randrange(3)
        if form == 0:
            a = self.make(columns, 'date', depth)
            return expr(f'CAST({a.sd} AS TIMESTAMP)', 'ts', lite=f"({a.lite} || ' 00:00:00')")
        a = self.make(columns, 'ts', depth)
        if form == 1:
            unit = self.random.choice(('year', 'month', 'day', 'hour', 'minute', 'second'))
            return expr(f"DATE_TRUNC('{unit}', {a.sd})", 'ts',
                        lite=f"DATE_TRUNC('{unit}', {a.lite})")
        seconds = self.random.choice((1, 59, 3600, 86400, -1, -7200))
        return expr(f"({a.sd} + INTERVAL '{seconds}' SECOND)", 'ts',
                    lite=f'ts_plus({a.lite}, {seconds * 1000000})')

    # ---- relations

    def relation(self, depth):
        """Something to put after FROM, with an alias of its own."""
        r = self.random
        if depth <= 0 or self.chance(0.45):
            table = r.choice(self.tables)
            alias = self.name('t')
            lite = f'(SELECT * FROM {table.lite} ORDER BY rowid LIMIT -1) AS {alias}'
            return Relation(f'{table.sd} AS {alias}', lite, table.columns)
        if self.chance(0.12):
            return self.exploded(depth - 1)
        if self.chance(0.2):
            return self.guarded(depth - 1)
        query = self.query(depth - 1, for_from=True)
        alias = self.name('s')
        return Relation(f'({query.sd}) AS {alias}', f'({query.lite}) AS {alias}', query.columns)

    def guarded(self, depth):
        """Rows in which an integer is not 0."""
        inner = self.relation(depth)
        divisor = self.leaf(inner.columns, 'int')
        name, alias = self.name('nz'), self.name('s')
        names = ''.join(', ' + c.name for c in inner.columns)
        sd = f'(SELECT {divisor.sd} AS {name}{names} FROM {inner.sd} WHERE {divisor.sd} <> 0) AS {alias}'
        lite = (f'(SELECT {divisor.lite} AS {name}{names} FROM {inner.lite} '
                f'WHERE {divisor.lite} <> 0 LIMIT -1) AS {alias}')
        return Relation(sd, lite, [Column(name, 'int', divisor.bound, divisor.wide)] + inner.columns)

    def exploded(self, depth):
        """The words of a text column, one a row."""
        inner = self.relation(depth)
        texts = [c for c in inner.columns if c.type == 'text']
        if not texts:
            return inner
        text, word, alias = self.random.choice(texts).name, self.name(), self.name('s')
        kept = [c for c in inner.columns if self.chance(0.4)]
        names = ''.join(', ' + c.name for c in kept)
        sd = f"(SELECT explode(split({text}, ' ')) AS {word}{names} FROM {inner.sd}) AS {alias}"
        lite = (f'(SELECT j.value AS {word}{names} FROM {inner.lite}, '
                f"json_each(split({text}, ' ')) AS j LIMIT -1) AS {alias}")
        return Relation(sd, lite, [Column(word, 'text', 0, True)] + kept)

    def window(self):
        """TUMBLE or HOP over a base table."""
        r = self.random
        table = r.choice([t for t in self.tables if any(c.name == 'ts' for c in t.columns)])
        alias = self.name('w')
        size = r.choice((60, 600, 3600, 86400))
        step = r.choice((size, size // 2, size // 4, size)) if size > 60 else size
        if step == size:
            sd = f"TUMBLE(TABLE {table.sd}, DESCRIPTOR(ts), INTERVAL '{size}' SECOND) AS {alias}"
        else:
            sd = (f"HOP(TABLE {table.sd}, DESCRIPTOR(ts), INTERVAL '{step}' SECOND, "
                  f"INTERVAL '{size}' SECOND) AS {alias}")
        names = ', '.join(c.name for c in table.columns)
        lite = (f"(SELECT {names}, j.value AS window_start, ts_plus(j.value, {size}000000) AS "
                f'window_end FROM {table.lite}, json_each(windows(ts, {step}, {size})) AS j '
                f'WHERE ts IS NOT NULL) AS {alias}')
        bounds = [Column(n, 'ts', 0, True) for n in ('window_start', 'window_end')]
        return Relation(sd, lite, table.columns + bounds)

    # ---- queries

    def where(self, columns):
        if self.chance(0.45):
            return '', ''
        condition = self.make(columns, 'bool', 2)
        return f' WHERE {condition.sd}', f' WHERE {condition.lite}'

    def limit(self):
        text = ''
        if self.chance(0.5):
            text += f' LIMIT {self.random.choice((0, 1, 3, 10, 100))}'
        if self.chance(0.3):
            text += f' OFFSET {self.random.choice((0, 1, 2, 7))}'
        lite = text if 'LIMIT' in text or not text else ' LIMIT -1' + text
        return text, lite

    def query(self, depth, for_from=False):
        form = self.random.random()
        if form < 0.35:
            return self.plain(depth)
        if form < 0.75:
            return self.grouped(depth, for_from)
        if form < 0.85:
            return self.distinct(depth)
        if form < 0.95:
            return self.union(depth)
        return self.common_table(depth)

    def items(self, columns, count, depth):
        made = []
        for _ in range(count):
            e = self.make(columns, self.random.choice(TYPES), depth)
            made.append((e, Column(self.name(), e.type, e.bound, e.wide)))
        return made

    @staticmethod
    def listed(items):
        return (', '.join(f'{e.sd} AS {c.name}' for e, c in items),
                ', '.join(f'{e.lite} AS {c.name}' for e, c in items))

    def plain(self, depth):
        source = self.relation(depth)
        where = self.where(source.columns)
        if self.chance(0.2):
            columns = source.columns
            names = ', '.join(c.name for c in columns)
            listed = (names if 'window_' in names or self.chance(0.5) else '*', names)
        else:
            items = self.items(source.columns, self.random.randint(1, 4), 3)
            columns, listed = [c for _, c in items], self.listed(items)
        order = ''
        if self.chance(0.35):
            order = ' ORDER BY ' + self.order(columns)
        limit = self.limit()
        sd = f'SELECT {listed[0]} FROM {source.sd}{where[0]}{order}{limit[0]}'
        lite = f'SELECT {listed[1]} FROM {source.lite}{where[1]}{order}{limit[1] or " LIMIT -1"}'
        return Select(sd, lite, columns, True)

    def order(self, columns):
        """By some columns; the rest of the order is the input's, in both."""
        chosen = self.random.sample(columns, self.random.randint(1, len(columns)))
        parts = []
        for c in chosen:
            way = self.random.choice(('', ' ASC', ' DESC'))
            nulls = self.random.choice((' NULLS FIRST', ' NULLS LAST'))
            parts.append(c.name + way + nulls)
        return ', '.join(parts)

    def aggregate(self, columns):
        r = self.random
        name = r.choice(('count', 'count', 'sum', 'sum', 'avg', 'min', 'max', 'min', 'max',
                         'bool_and', 'bool_or', 'stddev_samp', 'var_pop'))
        condition = self.make(columns, 'bool', 1) if self.chance(0.25) else None
        only = ('', '')
        if condition:
            only = (f' FILTER (WHERE {condition.sd})', f' FILTER (WHERE {condition.lite})')
        if name == 'count' and self.chance(0.5):
            return Expr(f'count(*){only[0]}', f'count(*){only[1]}', 'int', 10**6, True)
        type_ = {'bool_and': 'bool', 'bool_or': 'bool'}.get(name)
        if name in ('sum', 'avg'):
            type_ = r.choice(('int', 'double') + ('dec',) * (name == 'sum'))
        if name in ('stddev_samp', 'var_pop'):
            type_ = r.choice(('int', 'double'))
        a = self.make(columns, type_ or r.choice(TYPES), 2)
        if name == 'sum' and a.bound > 2**40:
            a = self.leaf(columns, a.type)
        distinct = 'DISTINCT ' if self.chance(0.2) else ''
        lite = name if name in ('count', 'min', 'max') else 'exact_' + name
        result, bound = a.type, a.bound
        if name == 'count':
            result, bound = 'int', 10**6
        elif name in ('avg', 'stddev_samp', 'var_pop'):
            result = 'double'
        elif name == 'sum' and a.type != 'double':
            bound = a.bound * 10**5
        wide = a.wide or name in ('count', 'sum')
        return Expr(f'{name}({distinct}{a.sd}){only[0]}', f'{lite}({distinct}{a.lite}){only[1]}',
                    result, bound, wide)

    def grouped(self, depth, for_from):
        r = self.random
        windowed = self.chance(0.2) and any(c.name == 'ts' for t in self.tables for c in t.columns)
        source = self.window() if windowed else self.relation(depth)
        where = self.where(source.columns)
        keys = self.items(source.columns, r.choice((0, 1, 1, 1, 2, 3)), 1)
        if windowed:
            # The order of results is by window_end, then by the other keys.
            keys = keys[:1]
            bounds = [(expr(n, 'ts'), Column(n, 'ts', 0, True))
                      for n in ('window_end', 'window_start')]
            keys = bounds + keys
        # A constant is no key in either, but an integer is an ordinal.
        names = {c.name for c in source.columns}
        keys = [(e, c) for e, c in keys
                if names & set(re.findall(r'\w+', re.sub(r"'[^']*'", '', e.sd)))]
        aggregates = [(e, Column(self.name(), e.type, e.bound, e.wide)) for e in
                      (self.aggregate(source.columns) for _ in range(r.randint(1, 3)))]
        items = keys + aggregates
        columns = [c for _, c in items]
        listed = self.listed(items)
        having = ('', '')
        if self.chance(0.25):
            a = self.aggregate(source.columns)
            b = self.literal(a.type)
            operator = r.choice(('>', '<=', '<>'))
            having = (f' HAVING {a.sd} {operator} {b.sd}', f' HAVING {a.lite} {operator} {b.lite}')
        if keys and not windowed and len(keys) > 1 and self.chance(0.25) and not for_from:
            return self.grouping_sets(source, where, keys, aggregates, having)
        group = ['', '']
        if keys:
            form = r.randrange(3)
            group = [' GROUP BY ' + ', '.join(getattr(e, dialect) for e, _ in keys)
                     for dialect in ('sd', 'lite')]
            if form == 1:
                group[0] = ' GROUP BY ' + ', '.join(str(i + 1) for i in range(len(keys)))
            elif form == 2:
                group[0] = ' GROUP BY ALL'
        order = lite_order = ''
        if self.chance(0.3):
            order = lite_order = ' ORDER BY ' + self.order(columns)
        if keys:
            natural = ', '.join(f'{c.name} NULLS LAST' for _, c in keys)
            lite_order = (lite_order + ', ' if lite_order else ' ORDER BY ') + natural
        limit = self.limit()
        sd = f'SELECT {listed[0]} FROM {source.sd}{where[0]}{group[0]}{having[0]}{order}{limit[0]}'
        lite = (f'SELECT {listed[1]} FROM {source.lite}{where[1]}{group[1]}{having[1]}'
                f'{lite_order}{limit[1] or " LIMIT -1"}')
        return Select(sd, lite, columns, True)

    def grouping_sets(self, source, where, keys, aggregates, having):
        r, keys = self.random, list({e.sd: (e, c) for e, c in keys}.values())
        count = len(keys)
        full, form = tuple(range(count)), r.randrange(3)
        if form == 0:
            sets = [full[:n] for n in range(count, -1, -1)]
            text = f'ROLLUP ({", ".join(e.sd for e, _ in keys)})'
        elif form == 1:
            sets = [tuple(i for i in full if mask >> i & 1) for mask in range(2**count)]
            text = f'CUBE ({", ".join(e.sd for e, _ in keys)})'
        else:
            made = [tuple(i for i in full if self.chance(0.5)) for _ in range(r.randint(1, 3))]
            sets = list(dict.fromkeys(made))  # the same set twice is not supported
            inside = ', '.join('(' + ', '.join(keys[i][0].sd for i in s) + ')' for s in sets)
            text = f'GROUPING SETS ({inside})'
            used = {i for s in sets for i in s}
            keys = [k if i in used else None for i, k in enumerate(keys)]
        shown = [k for k in keys if k]
        if not shown:
            return self.plain(0)
        items = shown + aggregates
        sd = f'SELECT {self.listed(items)[0]} FROM {source.sd}{where[0]} GROUP BY {text}{having[0]}'
        parts = []
        for s in sets:
            chosen = [(e if i in s else expr('NULL', e.type), c)
                      for i, (e, c) in ((i, k) for i, k in enumerate(keys) if k)]
            group = ', '.join(keys[i][0].lite for i in s)
            parts.append(f'SELECT {self.listed(chosen + aggregates)[1]} FROM {source.lite}{where[1]}'
                         + (f' GROUP BY {group}' if s else '') + having[1])
        rows = f'SELECT count(*) FROM {source.lite}{where[1]}'
        return Select(sd, ' UNION ALL '.join(parts), [c for _, c in items], False, rows)

    def distinct(self, depth):
        source = self.relation(depth)
        where = self.where(source.columns)
        items = self.items(source.columns, self.random.randint(1, 3), 1)
        columns, listed = [c for _, c in items], self.listed(items)
        limit = self.limit()
        natural = ', '.join(f'{c.name} NULLS LAST' for c in columns)
        sd = f'SELECT DISTINCT {listed[0]} FROM {source.sd}{where[0]}{limit[0]}'
        lite = (f'SELECT DISTINCT {listed[1]} FROM {source.lite}{where[1]} ORDER BY {natural}'
                f'{limit[1] or " LIMIT -1"}')
        return Select(sd, lite, columns, True)

    def union(self, depth):
        r = self.random
        types = [r.choice(TYPES) for _ in range(r.randint(1, 3))]
        names = [self.name() for _ in types]
        parts, bounds, every = [], [0] * len(types), self.chance(0.7)
        for _ in range(r.randint(2, 3)):
            source = self.relation(depth - 1)
            where = self.where(source.columns)
            made = [self.make(source.columns, t, 1) for t in types]
            items = [(e, Column(n, e.type, e.bound, e.wide)) for e, n in zip(made, names)]
            listed = self.listed(items)
            parts.append((f'SELECT {listed[0]} FROM {source.sd}{where[0]}',
                          f'SELECT * FROM (SELECT {listed[1]} FROM {source.lite}{where[1]} '
                          'LIMIT -1)'))
            bounds = [max(b, e.bound) for b, e in zip(bounds, made)]
        columns = [Column(n, t, b, False) for n, t, b in zip(names, types, bounds)]
        word = ' UNION ALL ' if every else ' UNION '
        limit = self.limit()
        natural = ', '.join(f'{n} NULLS LAST' for n in names)
        lite = word.join(p[1] for p in parts)
        if not every:
            lite += ' ORDER BY ' + natural
        return Select(word.join(p[0] for p in parts) + limit[0],
                      lite + (limit[1] or ' LIMIT -1'), columns, True)

    def common_table(self, depth):
        inner, name = self.query(depth - 1, for_from=True), self.name('cte')
        table = Relation(name, name, inner.columns)
        where = self.where(table.columns)
        items = self.items(table.columns, self.random.randint(1, 3), 2)
        listed = self.listed(items)
        sd = f'WITH {name} AS ({inner.sd}) SELECT {listed[0]} FROM {name}{where[0]}'
        lite = f'WITH {name} AS ({inner.lite}) SELECT {listed[1]} FROM {name}{where[1]} LIMIT -1'
        if self.chance(0.3):
            sd = f'SELECT * FROM ({sd}) AS {self.name("s")}'
            lite = f'SELECT * FROM ({lite}) AS {self.name("s")}'
        return Select(sd, lite, [c for _, c in items], True)
