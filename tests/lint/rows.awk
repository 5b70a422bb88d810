# SPDX-License-Identifier: GPL-2.0-only
#
# Makes Documentation/ems-rows.md of the rows (the first file) and of the claims in the
# tests (the others); says what is wrong on standard error, and fails then.

BEGIN {
	wrong = 0
	head = "# What the manuals say, and the case that proves it"
}

function complain(text)
{
	print text > "/dev/stderr"
	wrong = 1
}

function trim(text)
{
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

# A row: id | file | section | key | words | elsewhere
FNR == NR {
	if (/^#/ || /^$/)
		next
	n_fields = split($0, field, /\|/)
	id = trim(field[1])
	if (n_fields != 6 || id in row_of) {
		complain(FILENAME ":" FNR ": not a row of its own: " $0)
		next
	}
	row_of[id] = ++n_rows
	ids[n_rows] = id
	place[n_rows] = trim(field[2]) SUBSEP trim(field[3])
	key[n_rows] = trim(field[4])
	words[n_rows] = trim(field[5])
	elsewhere[n_rows] = trim(field[6])
	if (elsewhere[n_rows] !~ /^$|^(plant|people|firmware): ./)
		complain(FILENAME ":" FNR ": elsewhere is plant:, people: or firmware: and why")
	next
}

FNR == 1 { unnamed("the end of the file") }

# The row of @file's @section whose key is @text, or the only one that begins so; 0
function find(file, section, text,    i, found, many)
{
	for (i = 1; i <= n_rows; i++) {
		if (place[i] != file SUBSEP section)
			continue
		if (key[i] == text)
			return i
		if (index(key[i], text) == 1) {
			many += found > 0
			found = i
		}
	}
	return many ? 0 : found
}

# Claims that wait for a name, and do not get one.
function unnamed(where)
{
	if (n_waiting)
		complain(last_file ": a row is claimed by nothing before " where)
	n_waiting = 0
}

{
	last_file = FILENAME
	count_words($0)
}

# Words that may be the names of cases, to see that a case is run.
function count_words(line)
{
	while (match(line, /[A-Za-z_][A-Za-z0-9_]*/)) {
		used[substr(line, RSTART, RLENGTH)]++
		line = substr(line, RSTART + RLENGTH)
	}
}

match($0, /row: [a-z]+\.md "[^"]*" .*/) {
	claim = substr($0, RSTART + 5, RLENGTH - 5)
	sub(/[ \t]*\*\/.*$/, "", claim)
	split(claim, part, "\"")
	text = claim
	sub(/^[^"]*"[^"]*" */, "", text)
	found = find(trim(part[1]), part[2], trim(text))
	if (found)
		waiting[++n_waiting] = found
	else
		complain(FILENAME ":" FNR ": no such row, or several: " claim)
	next
}

# What follows has the name of the case: a function, or a sentence that is printed.
n_waiting {
	if (match($0, /^[a-z][A-Za-z0-9_ *]*\(/)) {
		name = substr($0, RSTART, RLENGTH - 1)
		sub(/.*[ *]/, "", name)
		functions[FILENAME, name] = 1
	} else if (match($0, /"[^"]+"/)) {
		name = substr($0, RSTART, RLENGTH)
	} else {
		next
	}
	for (i = 1; i <= n_waiting; i++)
		add_case(waiting[i], name)
	n_waiting = 0
}

function add_case(row, name)
{
	if ((row, FILENAME, name) in has)
		return
	has[row, FILENAME, name] = 1
	if (!((row, FILENAME) in n_cases)) {
		files[row] = files[row] (files[row] == "" ? "" : SUBSEP) FILENAME
		n_cases[row, FILENAME] = 0
	}
	n_cases[row, FILENAME]++
	cases[row, FILENAME] = cases[row, FILENAME] " " (name ~ /^"/ ? name : "`" name "`")
	claimed[row]++
}

function case_words(row,    i, n, list, path, base, text)
{
	n = split(files[row], list, SUBSEP)
	for (i = 1; i <= n; i++) {
		path = list[i]
		base = path
		sub(/.*\//, "", base)
		text = text (i > 1 ? "; " : "") "[" base "](../" path "):" cases[row, path]
	}
	return text
}

function kind_words(text)
{
	sub(/^plant: /, "*not here yet:* ", text)
	sub(/^people: /, "*for people:* ", text)
	sub(/^firmware: /, "*of the inverter:* ", text)
	return text
}

END {
	unnamed("the end of the file")
	for (id in functions) {
		split(id, part, SUBSEP)
		if (used[part[2]] < 2)
			complain(part[1] " does not run " part[2])
	}
	print head "\n"
	print "The manuals of a hybrid inverter and of a house controller, sentence by sentence in our"
	print "own words, and the tests that prove each. `tests/lint/rows --write` makes this page of"
	print "[ems_rows.txt](../tests/data/ems_rows.txt) and of what the tests claim; this script"
	print "fails when a sentence has no case."
	for (i = 1; i <= n_rows; i++) {
		if (place[i] != last_place) {
			split(place[i], part, SUBSEP)
			print "\n## " (part[1] == "ems.md" ? "Controller: " : "Inverter: ") part[2] "\n"
			print "| | What | Case |\n|---|---|---|"
			last_place = place[i]
		}
		if (claimed[i]) {
			proved++
			text = case_words(i)
			if (elsewhere[i] != "")
				complain("row " ids[i] " has a case, and is said to be elsewhere")
		} else if (elsewhere[i] != "") {
			split(elsewhere[i], part, ":")
			others[part[1]]++
			text = kind_words(elsewhere[i])
		} else {
			missing++
			text = "**none**"
			complain("row " ids[i] " has no case: " key[i] ": " words[i])
		}
		print "| " ids[i] " | " key[i] ": " words[i] " | " text " |"
	}
	printf "\n%d rows: %d proved, %d for the plant around it, %d for people, %d for the" \
		" inverter itself, %d without a case\n", n_rows, proved, others["plant"], \
		others["people"], others["firmware"], missing
	exit wrong
}
