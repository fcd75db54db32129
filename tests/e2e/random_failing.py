"""Random queries whose expressions may fail, for same_failures.py.

No other engine agrees on every overflow and cast, so these queries have no expected answer: what
they answer must not depend on batches, threads or the optimizer.  An expression has one of TYPES;
values go to the ends of each type.
"""

from collections import namedtuple

Column = namedtuple('Column', 'name type')
Relation = namedtuple('Relation', 'sql columns')

TYPES = {'tiny': 'TINYINT', 'small': 'SMALLINT', 'int': 'INT', 'big': 'BIGINT', 'float': 'FLOAT',
         'double': 'DOUBLE', 'dec': 'DECIMAL(10,2)', 'huge': 'DECIMAL(38,10)', 'text': 'VARCHAR',
         'bool': 'BOOLEAN', 'date': 'DATE', 'time': 'TIME', 'ts': 'TIMESTAMP(6)',
         'tstz': 'TIMESTAMP_LTZ(6)', 'span': 'INTERVAL', 'bytes': 'BYTES', 'list': 'ARRAY<STRING>'}
NUMBERS = ('tiny', 'small', 'int', 'big', 'float', 'double', 'dec', 'huge')
WHOLE = ('tiny', 'small', 'int', 'big')
STORED = tuple(t for t in TYPES if t not in ('span', 'list'))  # what a column of a table may have
DRAWN = STORED + ('int', 'int', 'text', 'text', 'bool', 'bool', 'double', 'dec', 'span', 'list')

BIG = 10**27 + 1
VALUES = {
    'tiny': ('0', '1', '-1', '7', '127', '-128'),
    'small': ('0', '1', '-1', '12', '32767', '-32768'),
    'int': ('0', '1', '2', '-1', '3', '40', '2147483647', '-2147483648'),
    'big': ('0', '1', '-1', '5', '9223372036854775807', '-9223372036854775808', '4611686018427387904'),
    'float': ('0.0', '1.5', '-2.25', '3.4028235e38', '1e-45', 'NaN', 'Infinity', '-0.0'),
    'double': ('0.0', '-0.0', '1.5', '-2.25', '1e308', '-1e308', '5e-324', 'NaN', 'Infinity',
               '-Infinity', '9223372036854775808', '0.1'),
    'dec': ('0.00', '1.00', '-1.50', '99999999.99', '-99999999.99', '0.01', '12.34'),
    'huge': ('0', '1', '-1.5', f'{BIG}.0000000001', f'-{BIG}', '9' * 28 + '.9999999999', '0.1'),
    'text': ('', 'a', 'ab', 'A b c', '12', '-7', ' 3 ', '1e400', '1.5', 'true', 'f', 'abc', 'é',
             '2024-02-29', '2024-02-30', '2024-13-01 25:00:00', '2024-01-02 03:04:05.678', '12:34:56',
             '99999999999999999999', '%', '[', 'NaN', "it's", 'x' * 40, '1 day'),
    'bool': ('true', 'false'),
    'date': ('2024-01-01', '2024-02-29', '1970-01-01', '0001-01-01', '9999-12-31', '2023-12-31'),
    'time': ('00:00:00', '12:34:56', '23:59:59.999999'),
    'ts': ('2024-01-01 00:00:00', '2024-02-29 12:34:56.789', '1970-01-01 00:00:00',
           '0001-01-01 00:00:00', '9999-12-31 23:59:59.999999', '2024-01-01 00:10:00'),
    'tstz': ('2024-01-01 00:00:00+00', '9999-12-31 23:59:59+00', '0001-01-01 00:00:00+00'),
    'span': ('1 day', '-1 month', '0 seconds', '1000000 years', '3 hours 2 seconds', '12 months'),
    'bytes': ('', 'abc', 'xyz1'),
}


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Generator:
    def __init__(self, random, tables):
        self.random, self.tables, self.names = random, tables, 0

    def chance(self, probability):
        return self.random.random() < probability

    def name(self, prefix='c'):
        self.names += 1
        return f'{prefix}{self.names}'

    # ---- expressions

    def literal(self, type_):
        r = self.random
        if self.chance(0.05):
            return f'CAST(NULL AS {TYPES[type_]})'
        if type_ == 'list':
            return r.choice(("split('a b c', ' ')", "ARRAY['x', NULL, '12']", "split('', ',')"))
        value = r.choice(VALUES[type_])
        if type_ in ('int', 'bool') and not value.startswith('-'):
            return value
        if type_ == 'text':
            return quoted(value)
        return f'CAST({quoted(value)} AS {TYPES[type_]})'

    def leaf(self, columns, type_):
        fitting = [c.name for c in columns if c.type == type_]
        if fitting and self.chance(0.85):
            return self.random.choice(fitting)
        if columns and type_ not in ('list', 'bytes') and self.chance(0.4):
            other = self.random.choice(columns)
            if other.type in ('text', type_) or type_ == 'text' and other.type != 'list' or \
                    other.type in NUMBERS and type_ in NUMBERS:
                return self.cast(other.name, type_)
        return self.literal(type_)

    def cast(self, text, type_):
        return f'{self.random.choice(("CAST", "CAST", "TRY_CAST"))}({text} AS {TYPES[type_]})'

    def make(self, columns, type_, depth):
        if depth <= 0 or self.chance(0.15):
            return self.leaf(columns, type_)
        if self.chance(0.22):
            return self.conditional(columns, type_, depth - 1)
        kind = 'number' if type_ in NUMBERS else type_
        return getattr(self, 'make_' + kind)(columns, type_, depth - 1)

    def conditional(self, columns, type_, depth):
        r = self.random
        a, b, c = (self.make(columns, type_, depth) for _ in range(3))
        when, other = self.make(columns, 'bool', depth), self.make(columns, 'bool', depth)
        return r.choice((
            f'COALESCE({a}, {b})', f'COALESCE({a}, {b}, {c})', f'NULLIF({a}, {b})',
            f'CASE WHEN {when} THEN {a} ELSE {b} END', f'CASE WHEN {when} THEN {a} END',
            f'CASE WHEN {when} THEN {a} WHEN {other} THEN {b} ELSE {c} END',
            f'CASE {self.make(columns, "int", depth)} WHEN 1 THEN {a} '
            f'WHEN {self.make(columns, "int", 1)} THEN {b} ELSE {c} END',
            f'IF({when}, {a}, {b})', f'IFNULL({a}, {b})'))

    def make_number(self, columns, type_, depth):
        r, form = self.random, self.random.randrange(10)
        if form == 0:
            other = r.choice(NUMBERS + ('text', 'text', 'bool') if type_ == 'int' else NUMBERS + ('text',))
            return self.cast(self.make(columns, other, depth), type_)
        if form == 1 and type_ in ('int', 'big'):
            text = self.make(columns, 'text', depth)
            return r.choice((f'LENGTH({text})', f'CAST(POSITION({self.make(columns, "text", 0)} IN {text}) AS INT)',
                             f'ASCII({text})', f'CARDINALITY({self.make(columns, "list", depth)})'))
        if form == 2 and type_ == 'int':
            part = r.choice(('YEAR', 'MONTH', 'DAY', 'DOW', 'DOY', 'QUARTER', 'WEEK'))
            return f'CAST(EXTRACT({part} FROM {self.make(columns, r.choice(("date", "ts")), depth)}) AS INT)'
        a = self.make(columns, type_, depth)
        if form == 3:
            return f'(-{a})' if self.chance(0.5) else f'ABS({a})'
        if form == 4 and type_ in ('double', 'float'):
            function = r.choice(('SQRT', 'LN', 'EXP', 'FLOOR', 'CEIL', 'ROUND', 'SIN', 'LOG10', 'ACOS'))
            return f'CAST({function}({a}) AS {TYPES[type_]})'
        if form == 4 and type_ in ('dec', 'huge'):
            return f'CAST(ROUND({a}, {r.choice((0, 1, -1))}) AS {TYPES[type_]})'
        if form == 4 and type_ in WHOLE and self.chance(0.3):
            shift = r.choice(('<<', '>>', '&', '|'))
            return f'CAST(({a} {shift} {r.choice((0, 1, 3))}) AS {TYPES[type_]})'
        b = self.make(columns, type_ if self.chance(0.8) else r.choice(NUMBERS), depth)
        operator = r.choice('+-*//%') if type_ not in ('float', 'double') else r.choice('+-*/')
        return f'CAST(({a} {operator} {b}) AS {TYPES[type_]})' if self.chance(0.7) else \
            f'CAST(GREATEST({a}, {b}) AS {TYPES[type_]})'

    def make_text(self, columns, _, depth):
        r, form = self.random, self.random.randrange(8)
        a = self.make(columns, 'text', depth)
        if form == 0:
            return f'CAST({self.make(columns, r.choice(STORED), depth)} AS VARCHAR)'
        if form == 1:
            return f'{r.choice(("UPPER", "LOWER", "TRIM", "REVERSE", "INITCAP", "MD5"))}({a})'
        if form == 2:
            return f'SUBSTR({a}, {self.make(columns, "int", 1)}, {self.make(columns, "int", 1)})'
        if form == 3:
            return r.choice((f'REPEAT({a}, {self.make(columns, "int", 0)} % 5)',
                             f'LPAD({a}, {r.choice((0, 3, 12))}, {self.make(columns, "text", 0)})',
                             f'REPLACE({a}, {self.make(columns, "text", 0)}, {self.make(columns, "text", 0)})',
                             f'SPLIT_PART({a}, {self.make(columns, "text", 0)}, {self.make(columns, "int", 0)})'))
        if form == 4:
            return r.choice((f'CHR({self.make(columns, "int", depth)})',
                             f"REGEXP_REPLACE({a}, {self.make(columns, 'text', 0)}, 'z')",
                             f"DATE_FORMAT({self.make(columns, 'ts', depth)}, 'yyyy-MM-dd')",
                             f'ELEMENT_AT({self.make(columns, "list", depth)}, {self.make(columns, "int", 0)})',
                             f"ARRAY_JOIN({self.make(columns, 'list', depth)}, '-')"))
        return r.choice((f'({a} || {self.make(columns, "text", depth)})',
                         f'CONCAT({a}, {self.make(columns, "text", depth)})'))

    def make_bool(self, columns, _, depth):
        r, form = self.random, self.random.randrange(11)
        if form < 3:
            parts = [self.make(columns, 'bool', depth) for _ in range(r.choice((2, 2, 3)))]
            return '(' + f' {r.choice(("AND", "OR"))} '.join(parts) + ')'
        if form == 3:
            test = r.choice(('(NOT {})', '({} IS TRUE)', '({} IS NOT FALSE)', '({} IS UNKNOWN)'))
            return test.format(self.make(columns, 'bool', depth))
        if form == 4:
            pattern = self.make(columns, 'text', 0) if self.chance(0.3) else "'a%'"
            return f'({self.make(columns, "text", depth)} {r.choice(("LIKE", "NOT LIKE", "ILIKE"))} {pattern})'
        type_ = r.choice(STORED)
        a = self.make(columns, type_, depth)
        if form == 5:
            return f'({a} {r.choice(("IS NULL", "IS NOT NULL"))})'
        if form == 6:
            items = ', '.join(self.make(columns, type_, 1) for _ in range(r.randint(1, 3)))
            return f'({a} {r.choice(("IN", "NOT IN"))} ({items}))'
        b = self.make(columns, type_, depth)
        if form == 7:
            return f'({a} BETWEEN {b} AND {self.make(columns, type_, depth)})'
        if form == 8:
            return f'({a} IS DISTINCT FROM {b})'
        return f'({a} {r.choice(("=", "<>", "<", "<=", ">", ">="))} {b})'

    def make_date(self, columns, _, depth):
        r, form = self.random, self.random.randrange(4)
        if form == 0:
            return self.cast(self.make(columns, r.choice(('ts', 'text', 'tstz')), depth), 'date')
        if form == 1:
            part = ', '.join(self.make(columns, 'int', 1) for _ in range(3))
            return f'MAKE_DATE({part})'
        a = self.make(columns, 'date', depth)
        return f'({a} {r.choice("+-")} {self.make(columns, "int", depth)})'

    def make_ts(self, columns, _, depth):
        r, form = self.random, self.random.randrange(5)
        if form == 0:
            return self.cast(self.make(columns, r.choice(('date', 'text', 'tstz')), depth), 'ts')
        if form == 1:
            return f"TO_TIMESTAMP({self.make(columns, 'text', depth)}, 'yyyy-MM-dd HH:mm:ss')"
        a = self.make(columns, 'ts', depth)
        if form == 2:
            return f"DATE_TRUNC('{r.choice(('year', 'month', 'week', 'day', 'hour'))}', {a})"
        return f'({a} {r.choice("+-")} {self.make(columns, "span", depth)})'

    def make_tstz(self, columns, _, depth):
        a = self.make(columns, 'tstz', depth)
        if self.chance(0.3):
            return self.cast(self.make(columns, self.random.choice(('ts', 'date', 'text')), depth), 'tstz')
        return f'({a} {self.random.choice("+-")} {self.make(columns, "span", depth)})'

    def make_time(self, columns, _, depth):
        kind = self.random.choice(('ts', 'text'))
        return self.cast(self.make(columns, kind, depth), 'time')

    def make_span(self, columns, _, depth):
        r, form = self.random, self.random.randrange(4)
        if form == 0:
            return f'({self.make(columns, "span", depth)} * {self.make(columns, r.choice(("int", "double")), depth)})'
        if form == 1:
            return f'({self.make(columns, "ts", depth)} - {self.make(columns, "ts", depth)})'
        if form == 2:
            return self.cast(self.make(columns, 'text', depth), 'span')
        return f'({self.make(columns, "span", depth)} {r.choice("+-")} {self.make(columns, "span", depth)})'

    def make_bytes(self, columns, _, depth):
        text = self.make(columns, 'text', depth)
        return self.random.choice((f"CONVERT_TO({text}, 'UTF8')", f'CAST({text} AS BYTES)', f'UNHEX({text})'))

    def make_list(self, columns, _, depth):
        a = self.make(columns, 'text', depth)
        return self.random.choice((f"split({a}, ' ')", f'ARRAY[{a}, {self.make(columns, "text", depth)}]'))

    # ---- relations

    def relation(self, depth):
        r = self.random
        if depth <= 0 or self.chance(0.3):
            table = r.choice(self.tables)
            return Relation(f'{table.sql} AS {self.name("t")}', table.columns)
        if self.chance(0.15):
            return self.window()
        if self.chance(0.15):
            inner, word = self.relation(depth - 1), self.name()
            array = self.make(inner.columns, 'list', 1)
            kept = [c for c in inner.columns if self.chance(0.5)]
            names = ''.join(', ' + c.name for c in kept)
            return Relation(f'(SELECT explode({array}) AS {word}{names} FROM {inner.sql}) AS '
                            f'{self.name("s")}', [Column(word, 'text')] + kept)
        if self.chance(0.2):
            # The guard must stay in front of what it guards.
            inner = self.relation(depth - 1)
            return Relation(f'(SELECT * FROM {inner.sql}{self.where(inner.columns, 1)}) AS '
                            f'{self.name("s")}', inner.columns)
        sql, columns = self.query(depth - 1)
        return Relation(f'({sql}) AS {self.name("s")}', columns)

    def window(self):
        table = self.random.choice([t for t in self.tables if any(c.name == 'at' for c in t.columns)])
        size = self.random.choice((60, 3600, 86400))
        function = f"TUMBLE(TABLE {table.sql}, DESCRIPTOR(at), INTERVAL '{size}' SECOND)"
        if self.chance(0.4):
            function = (f"HOP(TABLE {table.sql}, DESCRIPTOR(at), INTERVAL '{size // 2}' SECOND, "
                        f"INTERVAL '{size}' SECOND)")
        bounds = [Column(n, 'ts') for n in ('window_start', 'window_end', 'window_time')]
        return Relation(f'{function} AS {self.name("w")}', table.columns + bounds)

    def where(self, columns, likely=0.55):
        if not self.chance(likely):
            return ''
        count = self.random.choice((1, 1, 2, 3))
        return ' WHERE ' + ' AND '.join(self.make(columns, 'bool', 2) for _ in range(count))

    def limit(self):
        text = ''
        if self.chance(0.35):
            text += f' LIMIT {self.random.choice((0, 1, 2, 5, 20))}'
        if self.chance(0.15):
            text += f' OFFSET {self.random.choice((0, 1, 4))}'
        return text

    def query(self, depth):
        form = self.random.random()
        if form < 0.5:
            return self.plain(depth)
        if form < 0.8:
            return self.grouped(depth)
        if form < 0.88:
            return self.plain(depth, 'DISTINCT ')
        return self.union(depth)

    def items(self, columns, count, depth):
        made = [(self.make(columns, t, depth), Column(self.name(), t)) for t in
                (self.random.choice(DRAWN) for _ in range(count))]
        return ', '.join(f'{e} AS {c.name}' for e, c in made), [c for _, c in made]

    def order(self, columns):
        columns = [c for c in columns if c.type != 'list']
        if not columns or not self.chance(0.3):
            return ''
        chosen = self.random.sample(columns, self.random.randint(1, min(3, len(columns))))
        return ' ORDER BY ' + ', '.join(c.name + self.random.choice(('', ' DESC', ' NULLS FIRST'))
                                        for c in chosen)

    def plain(self, depth, distinct=''):
        source = self.relation(depth)
        listed, columns = self.items(source.columns, self.random.randint(1, 4), 3)
        if not distinct and self.chance(0.15):
            listed, columns = '*', source.columns
        if distinct and any(c.type == 'list' for c in columns):
            distinct = ''
        return (f'SELECT {distinct}{listed} FROM {source.sql}{self.where(source.columns)}'
                f'{self.order(columns)}{self.limit()}', columns)

    def aggregate(self, columns):
        r = self.random
        name = r.choice(('count', 'sum', 'sum', 'avg', 'min', 'max', 'bool_and', 'stddev_samp'))
        only = f' FILTER (WHERE {self.make(columns, "bool", 1)})' if self.chance(0.3) else ''
        if name == 'count' and self.chance(0.5):
            return f'count(*){only}', 'big'
        distinct = 'DISTINCT ' if self.chance(0.15) else ''
        if name == 'bool_and':
            return f'bool_and({distinct}{self.make(columns, "bool", 2)}){only}', 'bool'
        type_ = r.choice(NUMBERS if name in ('sum', 'avg', 'stddev_samp') else STORED)
        result = 'big' if name == 'count' else type_
        call = f'{name}({distinct}{self.make(columns, type_, 2)}){only}'
        if name in ('sum', 'avg', 'stddev_samp'):
            call = f'CAST({call} AS {TYPES[type_]})'
        return call, result

    def grouped(self, depth):
        r = self.random
        source = self.relation(depth)
        where = self.where(source.columns)
        keys = []
        if any(c.name == 'window_end' for c in source.columns) and self.chance(0.7):
            keys = [(n, Column(self.name(), 'ts')) for n in ('window_start', 'window_end')]
        names = [c for c in source.columns if c.type != 'list']
        for _ in range(r.choice((0, 1, 1, 2))):
            if self.chance(0.5) and names:
                column = r.choice(names)
                keys.append((column.name, Column(self.name(), column.type)))
            else:
                type_ = r.choice(STORED)
                keys.append((f'COALESCE({self.make(source.columns, type_, 1)}, {self.literal(type_)})',
                             Column(self.name(), type_)))
        made = [self.aggregate(source.columns) for _ in range(r.randint(1, 3))]
        items = keys + [(e, Column(self.name(), t)) for e, t in made]
        listed = ', '.join(f'{e} AS {c.name}' for e, c in items)
        columns = [c for _, c in items]
        group = having = ''
        if keys:
            inside = ', '.join(e for e, _ in keys)
            form = r.choice(('{}',) * 6 + ('ROLLUP ({})', 'CUBE ({})'))
            if len(set(e for e, _ in keys)) < len(keys) or 'window_end' in inside:
                form = '{}'
            group = ' GROUP BY ' + form.format(inside)
        if self.chance(0.3):
            call, type_ = self.aggregate(source.columns)
            having = f' HAVING {call} {r.choice(("<>", ">", "IS DISTINCT FROM"))} {self.literal(type_)}'
        return (f'SELECT {listed} FROM {source.sql}{where}{group}{having}'
                f'{self.order(columns)}{self.limit()}', columns)

    def union(self, depth):
        types = [self.random.choice(STORED) for _ in range(self.random.randint(1, 3))]
        columns = [Column(self.name(), t) for t in types]
        parts = []
        for _ in range(2):
            source = self.relation(depth - 1)
            listed = ', '.join(f'{self.make(source.columns, c.type, 2)} AS {c.name}' for c in columns)
            parts.append(f'SELECT {listed} FROM {source.sql}{self.where(source.columns)}')
        return self.random.choice((' UNION ALL ', ' UNION ALL ', ' UNION ')).join(parts) + self.limit(), columns
