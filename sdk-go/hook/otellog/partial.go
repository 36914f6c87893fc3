package otellog

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// A Level is what a logger has formatted in advance in one of its groups: the
// fields, and the group that was opened last, if one was.
type Level struct {
	Name   string // of the group; empty for the first level
	Fields []Field
}

// Field is one of a Level's, as JSON has it: a string, a bool, an int64, a
// float64, nil, a []any or a map[string]any.
type Field struct {
	Key   string
	Value any
}

// FromJSON reads what stands in a JSON object whose end is missing, as that of
// the objects that are its last values: those are the open groups. Loggers that
// are older than the hooks have their fields in this form alone. What does not
// parse ends the result.
func FromJSON(text []byte) []Level {
	d := json.NewDecoder(io.MultiReader(strings.NewReader("{"), strings.NewReader(string(text))))
	d.UseNumber()
	if _, err := d.Token(); err != nil {
		return nil
	}
	levels, _ := object(d, "")
	return levels
}

// object reads the rest of an object: of one level when it is closed, else of as
// many as are open.
func object(d *json.Decoder, name string) (levels []Level, closed bool) {
	levels = []Level{{Name: name}}
	add := func(key string, v any) { levels[0].Fields = append(levels[0].Fields, Field{key, v}) }
	for {
		t, err := d.Token()
		if err != nil {
			return levels, false
		}
		key, isKey := t.(string)
		if !isKey {
			return levels, true
		}
		t, err = d.Token()
		if err != nil {
			return levels, false
		}
		if t == json.Delim('{') {
			inner, closed := object(d, key)
			if !closed {
				return append(levels, inner...), false
			}
			add(key, inner[0].asMap())
			continue
		}
		v, ok := rest(d, t)
		if !ok {
			return levels, false
		}
		add(key, v)
	}
}

// rest reads the rest of a value that begins with t and is no member of an
// object whose end may be missing.
func rest(d *json.Decoder, t json.Token) (v any, ok bool) {
	switch t := t.(type) {
	case json.Number:
		if i, err := t.Int64(); err == nil {
			return i, true
		}
		f, err := t.Float64()
		return f, err == nil
	case json.Delim:
		if t == '{' {
			inner, closed := object(d, "")
			return inner[0].asMap(), closed
		}
		list := []any{}
		for d.More() {
			t, err := d.Token()
			if err != nil {
				return nil, false
			}
			v, ok := rest(d, t)
			if !ok {
				return nil, false
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err == nil
	}
	return t, true
}

func (l *Level) asMap() map[string]any {
	m := make(map[string]any, len(l.Fields))
	for _, f := range l.Fields {
		m[f.Key] = f.Value
	}
	return m
}

// FromText reads key=value pairs as slog's TextHandler writes them. Its groups
// are dots in the keys.
func FromText(text string) Level {
	var l Level
	token := func(end byte) (string, bool) {
		if q, err := strconv.QuotedPrefix(text); err == nil {
			text = text[len(q):]
			s, err := strconv.Unquote(q)
			return s, err == nil
		}
		i := strings.IndexByte(text, end)
		if i < 0 {
			i = len(text)
		}
		s := text[:i]
		text = text[i:]
		return s, true
	}
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimLeft(text, " ") {
		key, ok := token('=')
		if !ok || !strings.HasPrefix(text, "=") {
			break
		}
		text = text[1:]
		value, ok := token(' ')
		if !ok {
			break
		}
		l.Fields = append(l.Fields, Field{key, value})
	}
	return l
}
