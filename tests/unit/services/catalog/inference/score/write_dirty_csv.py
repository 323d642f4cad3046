#!/usr/bin/env python3
"""write_dirty_csv.py DIRECTORY [COUNT] [SEED]: writes CSV files as programs and people write them, and what is true of each.

Each file comes from one writer: a delimiter, quotes, line ends, an encoding, a way to write dates and numbers, a style of
names; with a table of a random subject, and dirt on top: a preamble, comments, notes, rows that end early. The truth
(generated_truth.jsonl, see inference_score) comes from how a file was made, not from reading it. The same seed gives the
same files.
"""
import json
import os
import random
import sys
from datetime import date, datetime, timedelta

FIRST = "Ana Bernd Chloé Dmitri Élodie Femi Grace Håkon Iris João Kemal Lena Mia Noor Olaf Petra Quinn Rosa Søren Tess".split()
LAST = "Almeida Berg Cruz Dubois Eriksen Fischer García Huang Ito Jansen Kowalski López Müller Novák O'Neill Peña Singh".split()
CITY = ["Aarhus", "Bogotá", "Chicago, IL", "Dakar", "Essen", "Fès", "Graz", "Hà Nội", "İzmir", "Jos", "Köln", "Łódź", "New York, NY"]
WORD = ("amber basin cedar delta ember fjord gravel harbor island jacket kettle ladder meadow needle orchard pepper quartz river "
        "saddle timber urchin velvet willow yarrow zephyr").split()
STATUS = [["open", "closed", "pending"], ["NEW", "DONE"], ["active", "inactive", "deleted"], ["low", "medium", "high"]]


class Writer:
    """How one file is written."""

    def __init__(self, rng):
        self.rng = rng
        self.delimiter = rng.choice([","] * 9 + [";"] * 6 + ["\t"] * 4 + ["|"] * 3 + ["^", "~", ":", "\x01", "||"])
        self.quote = rng.choice(['"'] * 8 + ["'"])
        self.doubled = rng.random() < 0.85
        self.quoting = rng.choice(["minimal"] * 5 + ["text"] * 2 + ["all"] * 2)
        self.line_end = rng.choice(["\n"] * 6 + ["\r\n"] * 4 + ["\r"])
        self.encoding = rng.choice(["utf-8"] * 9 + ["utf-8-sig"] * 2 + ["utf-16", "cp1252", "latin-1"])
        self.decimal_comma = self.delimiter != "," and rng.random() < 0.35
        self.date = rng.choice(["%Y-%m-%d"] * 4 + ["%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%b-%Y", "%Y%m%d"])
        self.missing = rng.choice(["", "", "", "NA", "NULL", "n/a", "-"])
        self.missing_share = rng.choice([0, 0, 0.05, 0.2])
        self.names = rng.choice(["snake", "snake", "title", "camel", "upper", "spaced"])

    def name(self, words):
        if self.names == "snake":
            return "_".join(words)
        if self.names == "title":
            return " ".join(w.capitalize() for w in words)
        if self.names == "camel":
            return words[0] + "".join(w.capitalize() for w in words[1:])
        if self.names == "upper":
            return "_".join(words).upper()
        return " ".join(words)

    def number(self, text):
        return text.replace(".", ",") if self.decimal_comma else text


class Column:
    def __init__(self, words, type_, make, numeric=False, text=False):
        self.words, self.type, self.make, self.numeric, self.text = words, type_, make, numeric, text


def date_type(fmt, values):
    """DATE where the values leave one order only."""
    if fmt in ("%m/%d/%Y", "%d/%m/%Y"):
        first = [int(v[:2]) for v in values]
        second = [int(v[3:5]) for v in values]
        return "DATE" if max(first, default=0) > 12 or max(second, default=0) > 12 else "VARCHAR"
    return "BIGINT" if fmt == "%Y%m%d" else "DATE"


def columns_of(writer):
    """All kinds of columns that a writer may have, by theme-free names."""
    r = writer.rng
    day = lambda: (date(2015, 1, 1) + timedelta(days=r.randrange(3600))).strftime(writer.date)
    moment = lambda: datetime(2020, 1, 1) + timedelta(seconds=r.randrange(10**8))
    decimals = "VARCHAR" if writer.decimal_comma else "DOUBLE"
    scale = r.choice([1, 10, 1000, 10**5])
    counter = iter(range(r.choice([0, 1, 1000, 50000]), 10**9))
    yes = r.choice([("true", "false", "BOOLEAN"), ("TRUE", "FALSE", "BOOLEAN"), ("yes", "no", "VARCHAR"), ("Y", "N", "VARCHAR"),
                    ("0", "1", "BIGINT")])
    status = r.choice(STATUS)
    money = r.choice(["$%.2f", "€%.2f", "%.2f EUR"])
    return [
        Column(["id"], "BIGINT", lambda: str(next(counter)), numeric=True),
        Column(["order", "number"], "VARCHAR", lambda: "%c%c-%06d" % (r.choice("ABC"), r.choice("XYZ"), r.randrange(10**6))),
        Column(["quantity"], "BIGINT", lambda: str(r.randrange(scale * 5)), numeric=True),
        Column(["balance"], "BIGINT", lambda: str(r.randrange(-scale, scale)), numeric=True),
        Column(["unit", "price"], decimals, lambda: writer.number("%.2f" % (r.random() * scale)), numeric=True),
        Column(["temperature"], decimals, lambda: writer.number("%.3f" % r.uniform(-40, 40)), numeric=True),
        Column(["rate"], "DOUBLE", lambda: "%.3e" % r.random(), numeric=True),
        Column(["latitude"], decimals, lambda: writer.number("%.6f" % r.uniform(-90, 90)), numeric=True),
        Column(["share"], "VARCHAR", lambda: "%d%%" % r.randrange(101)),
        Column(["amount", "due"], "VARCHAR", lambda: writer.number(money % (r.random() * 900))),
        Column(["population"], "VARCHAR", lambda: "{:,}".format(r.randrange(10**6, 10**8)), text=True),
        Column(["first", "name"], "VARCHAR", lambda: r.choice(FIRST), text=True),
        Column(["customer", "name"], "VARCHAR", lambda: r.choice(FIRST) + " " + r.choice(LAST), text=True),
        Column(["full", "name"], "VARCHAR", lambda: r.choice(LAST) + ", " + r.choice(FIRST), text=True),
        Column(["city"], "VARCHAR", lambda: r.choice(CITY), text=True),
        Column(["status"], "VARCHAR", lambda: r.choice(status), text=True),
        Column(["description"], "VARCHAR", lambda: " ".join(r.choices(WORD, k=r.randrange(2, 12))).capitalize(), text=True),
        Column(["comment"], "VARCHAR", lambda: r.choice(['he said %sno%s' % (writer.quote, writer.quote), "a, b; c | d", "fine", "5' 10",
                                                         "two" + "\n" + "lines", "see http://example.com/?a=1&b=2"]), text=True),
        Column(["zip", "code"], "VARCHAR", lambda: "%05d" % r.choice([r.randrange(99999), r.randrange(9999)]), text=True),
        Column(["phone"], "VARCHAR", lambda: "+49 %d %d" % (r.randrange(30, 900), r.randrange(10**5, 10**7)), text=True),
        Column(["email"], "VARCHAR", lambda: "%s.%d@example.org" % (r.choice(WORD), r.randrange(999)), text=True),
        Column(["website"], "VARCHAR", lambda: "https://%s.example.com/%s" % (r.choice(WORD), r.choice(WORD)), text=True),
        Column(["uuid"], "VARCHAR", lambda: "%08x-%04x-4%03x-a%03x-%012x" % tuple(r.randrange(16**n) for n in (8, 4, 3, 3, 12)), text=True),
        Column(["ip", "address"], "VARCHAR", lambda: "10.%d.%d.%d" % tuple(r.randrange(256) for _ in range(3)), text=True),
        Column(["version"], "VARCHAR", lambda: "%d.%d.%d" % tuple(r.randrange(12) for _ in range(3)), text=True),
        Column(["start", "date"], "date", day),
        Column(["birthday"], "date", day),
        Column(["created", "at"], "TIMESTAMP", lambda: moment().strftime("%Y-%m-%d %H:%M:%S")),
        Column(["updated"], "TIMESTAMP", lambda: moment().strftime("%Y-%m-%dT%H:%M:%S")),
        Column(["logged", "at"], "TIMESTAMP WITH TIME ZONE", lambda: moment().strftime("%Y-%m-%dT%H:%M:%SZ")),
        Column(["opens"], "TIME", lambda: moment().strftime("%H:%M:%S")),
        Column(["enabled"], yes[2], lambda: r.choice(yes[:2]), numeric=yes[2] == "BIGINT"),
        Column(["year"], "BIGINT", lambda: str(r.randrange(1990, 2025)), numeric=True),
        Column(["big", "key"], "HUGEINT", lambda: str(r.randrange(10**20, 10**24)), numeric=True),
        Column(["country", "code"], "VARCHAR", lambda: r.choice("DE FR US VN TR BR".split()), text=True),
        Column(["tags"], "VARCHAR", lambda: "/".join(r.sample(WORD, r.randrange(1, 4))), text=True),
        Column(["payload"], "VARCHAR", lambda: json.dumps({"k": r.choice(WORD), "n": r.randrange(9)}), text=True),
        Column(["notes"], "NULL", lambda: "", text=True),
    ]


class Table:
    """One file: rows of columns, as the writer writes them."""

    def __init__(self, rng):
        self.rng, self.writer = rng, Writer(rng)
        everything = columns_of(self.writer)
        count = min(len(everything), rng.choice([2, 3, 4, 5, 6, 8, 10, 12, 16, 25]))
        self.columns = rng.sample(everything, count)
        if all(c.text for c in self.columns) and rng.random() < 0.5:
            self.columns[0] = everything[0]
        self.rows = [[self.value(c) for c in self.columns] for _ in range(rng.choice([2, 3, 6, 12, 30, 80, 250]))]
        self.whole = [list(row) for row in self.rows]  # before some end early

    def value(self, column):
        if self.rng.random() < self.writer.missing_share:
            return ""
        return column.make()

    def types(self):
        types = []
        for i, column in enumerate(self.columns):
            values = [row[i] for row in self.rows if row[i] != ""]
            type_ = date_type(self.writer.date, values) if column.type == "date" else column.type
            if column.type == "HUGEINT" and not values or not values:
                type_ = "NULL"
            if column.words == ["zip", "code"] and values and not any(v.startswith("0") for v in values):
                type_ = "BIGINT"
            spelled = self.writer.missing and any(row[i] == "" for row in self.whole)
            types.append("VARCHAR" if spelled else type_)
        return types


def field(writer, text, column, header=False):
    must = writer.delimiter in text or writer.quote in text or "\n" in text or text != text.strip()
    if not header and text == "" and writer.missing and not must:
        text = writer.missing
    quoted = must or writer.quoting == "all" or (writer.quoting == "text" and (header or not column.numeric) and text != "")
    if not quoted:
        return text
    inside = text.replace(writer.quote, writer.quote * 2 if writer.doubled else "\\" + writer.quote)
    if not writer.doubled:
        inside = text.replace("\\", "\\\\").replace(writer.quote, "\\" + writer.quote)
    return writer.quote + inside + writer.quote


def make_file(rng):
    table = Table(rng)
    writer = table.writer
    names = [writer.name(c.words) for c in table.columns]
    has_header = rng.random() < 0.85
    line = lambda values, header=False: writer.delimiter.join(field(writer, v, c, header) for v, c in zip(values, table.columns))
    body = [line(row) for row in table.rows]
    trailing = len(names) > 2 and rng.random() < 0.06
    above, below = [], []
    dirt = rng.random()
    if dirt < 0.12 and len(names) > 2:
        above = rng.sample(["Monthly report", "Generated: 2024-02-01 10:00", "Source: internal, unaudited", "Page 1 of 3"], rng.randrange(1, 4))
        if rng.random() < 0.6:
            above.append("")
    elif dirt < 0.2:
        above = ["# " + w for w in rng.sample(["exported by tool v1.2", "units: SI", "do not edit"], rng.randrange(1, 3))]
    elif dirt < 0.26 and len(names) > 2 and len(body) > 2:
        below = rng.choice([["", "Source: national statistics office"], ["", "(%d rows affected)" % len(body)], ["* provisional figures, see notes"]])
    elif dirt < 0.32 and len(names) > 3 and len(body) > 5:
        for i in rng.sample(range(1, len(body)), max(1, len(body) // 8)):
            row = table.rows[i][: rng.randrange(2, len(names))]
            if "\n" not in "".join(row):
                body[i] = writer.delimiter.join(field(writer, v, c) for v, c in zip(row, table.columns))
                table.rows[i] = row + [""] * (len(names) - len(row))
                table.whole[i][len(row):] = [None] * (len(names) - len(row))
    head = [line(names, True)] if has_header else []
    if trailing:
        head, body = [h + writer.delimiter for h in head], [b + writer.delimiter for b in body]
    ruled = has_header and len(names) > 2 and rng.random() < 0.03
    if ruled:
        head.append(writer.delimiter.join("-" * 5 for _ in names))
    text = writer.line_end.join(l.replace("\n", writer.line_end) for l in above + head + body + below)
    if rng.random() < 0.85:
        text += writer.line_end
    truth = {"delimiter": writer.delimiter, "header_lines": len(head), "skip_lines": len(above),
             "number_of_columns": len(names) + trailing, "rows": len(body)}
    used = any(writer.quote in l for l in head + body)
    if used:
        truth["quote"] = writer.quote
    if has_header and not trailing and not ruled:
        truth["columns"] = names
    if not trailing:
        truth["types"] = table.types()
    truth["footer_lines"] = len(below)
    try:
        data = text.encode(writer.encoding)
    except UnicodeEncodeError:
        data, writer.encoding = text.encode("utf-8"), "utf-8"
    if not text.isascii():
        truth["encoding"] = {"utf-8-sig": "utf-8", "utf-16": "utf-16le", "cp1252": "windows-1252", "latin-1": "iso-8859-1"}.get(
            writer.encoding, writer.encoding)
    return data, truth


def main():
    directory = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    os.makedirs(os.path.join(directory, "generated"), exist_ok=True)
    with open(os.path.join(directory, "generated_truth.jsonl"), "w") as lines:
        for i in range(count):
            data, truth = make_file(random.Random("%d/%d" % (seed, i)))
            truth["file"] = "generated/%04d.csv" % i
            with open(os.path.join(directory, truth["file"]), "wb") as file:
                file.write(data)
            lines.write(json.dumps(truth) + "\n")


if __name__ == "__main__":
    main()
