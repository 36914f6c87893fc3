package dbspan

import "strings"

// Statement is what a span says of an SQL text.
type Statement struct {
	Operation  string // SELECT; empty where the text has several or none
	Collection string // the table, where there is just one
	Summary    string // "SELECT users accounts": of low cardinality
	Text       string // without literals
}

const (
	maxText    = 32 << 10 // of a query, before it is cut
	maxSummary = 255      // as the conventions have it
)

// Parse reads an SQL text of whatever dialect, without understanding it: it
// skips comments, tells literals and words apart, and takes for tables what
// stands where tables do. Literals become `?`.
func Parse(query string) Statement {
	p := parser{in: query}
	if len(p.in) > maxText {
		p.in = p.in[:maxText]
	}
	p.run()
	s := Statement{Text: strings.TrimSpace(p.text.String()), Summary: strings.Join(p.summary, " ")}
	if len(s.Summary) > maxSummary {
		// Names are kept whole.
		s.Summary = s.Summary[:strings.LastIndexByte(s.Summary[:maxSummary+1], ' ')]
	}
	if len(p.operations) == 1 {
		s.Operation = p.operations[0]
	}
	if len(p.tables) == 1 {
		s.Collection = p.tables[0]
	}
	return s
}

type parser struct {
	in   string
	i    int
	text strings.Builder

	summary    []string
	operations []string // of the top level
	tables     []string // distinct
	begins     bool     // a statement begins
	expect     bool     // a table is next
	list       bool     // after a table of FROM: a comma brings another
	previous   string   // word before, in capitals
	with       map[string]bool
	depth      int
	inWith     bool
}

// verbs begin statements.
var verbs = map[string]bool{
	"SELECT": true, "INSERT": true, "UPDATE": true, "DELETE": true, "REPLACE": true, "MERGE": true, "UPSERT": true,
	"CREATE": true, "DROP": true, "ALTER": true, "TRUNCATE": true, "BEGIN": true, "COMMIT": true, "ROLLBACK": true,
	"CALL": true, "EXEC": true, "EXECUTE": true, "SET": true, "SHOW": true, "USE": true, "EXPLAIN": true,
	"PRAGMA": true, "VACUUM": true, "ANALYZE": true, "GRANT": true, "REVOKE": true, "COPY": true, "LOCK": true,
	"DECLARE": true, "FETCH": true, "VALUES": true, "START": true, "SAVEPOINT": true, "RELEASE": true, "LISTEN": true,
	"NOTIFY": true, "UNLISTEN": true, "DO": true, "ATTACH": true, "DETACH": true, "REFRESH": true, "DISCARD": true,
	"DESCRIBE": true, "OPTIMIZE": true, "REINDEX": true, "PREPARE": true, "DEALLOCATE": true, "KILL": true,
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (p *parser) run() {
	p.begins = true
	for p.i < len(p.in) {
		c := p.in[p.i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.space()
		case c == '-' && p.at("--"), c == '#' && !p.at("#>") && !p.at("#-") && !p.at("##"):
			p.skipTo("\n", 0)
			p.space()
		case c == '/' && p.at("/*"):
			p.skipTo("*/", 2)
			p.space()
		case c == '\'':
			p.quoted('\'')
			p.literal()
		case c == '$' && p.dollar():
			p.literal()
		case c == '"' || c == '`' || c == '[' && (p.expect || p.afterDot()):
			p.identifier()
		case isDigit(c), c == '.' && p.i+1 < len(p.in) && isDigit(p.in[p.i+1]) && !p.afterName():
			p.number()
			p.literal()
		case isLetter(c):
			p.identifier()
		default:
			p.sign(c)
		}
	}
}

func (p *parser) at(s string) bool { return strings.HasPrefix(p.in[p.i:], s) }

func (p *parser) afterDot() bool { return strings.HasSuffix(p.text.String(), ".") }

func (p *parser) afterName() bool {
	s := p.text.String()
	return s != "" && (isLetter(s[len(s)-1]) || isDigit(s[len(s)-1]))
}

// space writes one blank for any number of them.
func (p *parser) space() {
	for p.i < len(p.in) && strings.IndexByte(" \t\r\n", p.in[p.i]) >= 0 {
		p.i++
	}
	if n := p.text.Len(); n > 0 && p.text.String()[n-1] != ' ' {
		p.text.WriteByte(' ')
	}
}

func (p *parser) skipTo(end string, length int) {
	if n := strings.Index(p.in[p.i:], end); n >= 0 {
		p.i += n + length
	} else {
		p.i = len(p.in)
	}
}

// quoted skips a text in quotes; a doubled quote and, in strings, what follows
// a backslash belong to it.
func (p *parser) quoted(q byte) {
	for p.i++; p.i < len(p.in); p.i++ {
		switch p.in[p.i] {
		case '\\':
			if q == '\'' {
				p.i++
			}
		case q:
			if p.i+1 < len(p.in) && p.in[p.i+1] == q {
				p.i++
				continue
			}
			p.i++
			return
		}
	}
	p.i = len(p.in)
}

// dollar skips PostgreSQL's $tag$…$tag$.
func (p *parser) dollar() bool {
	j := p.i + 1
	for j < len(p.in) && (isLetter(p.in[j]) || isDigit(p.in[j]) && j > p.i+1) {
		j++
	}
	if j >= len(p.in) || p.in[j] != '$' {
		return false
	}
	tag := p.in[p.i : j+1]
	p.i = j + 1
	p.skipTo(tag, len(tag))
	return true
}

func (p *parser) number() {
	for p.i < len(p.in) {
		c := p.in[p.i]
		exponent := (c == '+' || c == '-') && (p.in[p.i-1] == 'e' || p.in[p.i-1] == 'E')
		if !isDigit(c) && !isLetter(c) && c != '.' && !exponent {
			return
		}
		p.i++
	}
}

func (p *parser) literal() {
	p.text.WriteByte('?')
	p.begins, p.expect = false, false
	p.previous = "?"
}

// identifier reads a word or a name, with the parts in front of its last one.
func (p *parser) identifier() {
	begin := p.i
	quote := false
	for p.i < len(p.in) {
		switch c := p.in[p.i]; {
		case c == '"' || c == '`':
			quote = true
			p.quoted(c)
		case c == '[':
			quote = true
			p.quoted(']')
		case isLetter(c):
			for p.i < len(p.in) && (isLetter(p.in[p.i]) || isDigit(p.in[p.i]) || p.in[p.i] == '$') {
				p.i++
			}
		default:
			p.i++ // a star or digit behind a dot
		}
		if p.i >= len(p.in)-1 || p.in[p.i] != '.' {
			break
		}
		p.i++
	}
	p.i = min(p.i, len(p.in))
	word := p.in[begin:p.i]
	// N'…', E'…', X'…', B'…' are strings.
	if !quote && len(word) == 1 && p.i < len(p.in) && p.in[p.i] == '\'' && strings.ContainsAny(word, "nNeExXbB") {
		p.quoted('\'')
		p.literal()
		return
	}
	p.text.WriteString(word)
	p.word(word, quote)
}

func (p *parser) word(word string, quoted bool) {
	upper := word
	if !quoted {
		upper = strings.ToUpper(word)
	}
	switch {
	case p.begins && upper == "WITH":
		p.inWith, p.with = true, map[string]bool{}
	case p.begins && upper == "EXPLAIN":
		p.verb(upper) // and then the statement it explains
		p.previous = upper
		return
	case p.inWith && p.depth == 0 && verbs[upper] && upper != "VALUES":
		p.inWith = false
		p.verb(upper)
	case p.inWith && p.depth == 0 && upper != "AS" && upper != "RECURSIVE" && upper != "MATERIALIZED" && upper != "NOT":
		p.with[strings.ToLower(word)] = true
	case p.begins && !quoted && verbs[upper]:
		p.verb(upper)
	case !quoted && upper == "SELECT":
		p.summary = append(p.summary, upper) // of a subquery
		p.expect, p.list = false, false
	case !quoted && p.expect && (upper == "ONLY" || upper == "LATERAL" || upper == "IF" || upper == "NOT" ||
		upper == "EXISTS" || upper == "OR" || upper == "IGNORE" || upper == "INTO" || upper == "FROM" || upper == "TABLE" ||
		upper == "LOW_PRIORITY" || upper == "DELAYED" || upper == "QUICK"):
	case p.expect && !quoted && upper == "SELECT":
	case p.expect:
		p.table(word)
	case quoted:
	case upper == "FROM" && p.previous != "DISTINCT",
		upper == "JOIN", upper == "INTO" && p.previous != "?",
		upper == "TABLE" && p.ddl(), upper == "VIEW" && p.ddl():
		// Not EXTRACT(year FROM x) and such: a parenthesis of a function.
		p.expect = true
		p.list = upper == "FROM"
	case upper == "SET" || upper == "WHERE" || upper == "GROUP" || upper == "ORDER" || upper == "ON" || upper == "USING" ||
		upper == "LIMIT" || upper == "HAVING" || upper == "UNION" || upper == "RETURNING":
		p.list = false
	}
	p.begins = false
	p.previous = upper
}

// ddl tells whether the statement creates, drops or alters things.
func (p *parser) ddl() bool {
	if len(p.operations) == 0 {
		return false
	}
	switch p.operations[len(p.operations)-1] {
	case "CREATE", "DROP", "ALTER", "TRUNCATE", "LOCK":
		return true
	}
	return false
}

func (p *parser) verb(upper string) {
	p.operations = append(p.operations, upper)
	p.summary = append(p.summary, upper)
	// DELETE's and INSERT's table follows FROM and INTO.
	p.expect = upper == "UPDATE" || upper == "TRUNCATE" || upper == "CALL" || upper == "COPY"
	p.list = false
}

var quotes = strings.NewReplacer(`"`, "", "`", "", "[", "", "]", "")

func (p *parser) table(name string) {
	p.expect = false
	if p.with[strings.ToLower(name)] {
		return // a name that WITH gave
	}
	// A name means the same with and without quotes.
	name = quotes.Replace(name)
	p.summary = append(p.summary, name)
	for _, t := range p.tables {
		if t == name {
			return
		}
	}
	p.tables = append(p.tables, name)
}

func (p *parser) sign(c byte) {
	p.text.WriteByte(c)
	p.i++
	switch c {
	case '(':
		p.depth++
		p.expect = false
	case ')':
		p.depth--
	case ';':
		p.begins, p.expect, p.list, p.inWith, p.with = true, false, false, false, nil
		p.depth = 0
		return
	case ',':
		p.expect = p.list
		if p.depth > 0 {
			p.expect = false
		}
	case '$', ':', '@', '?':
		// A parameter: what follows belongs to it.
		for p.i < len(p.in) && (isLetter(p.in[p.i]) || isDigit(p.in[p.i])) {
			p.text.WriteByte(p.in[p.i])
			p.i++
		}
		p.expect = false
	}
	if c != '(' {
		p.begins = false
	}
	p.previous = string(c)
}
